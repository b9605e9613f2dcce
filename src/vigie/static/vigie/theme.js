// Loaded before the first paint, so that a dark screen never flashes white.
(() => {
  const KEY = "vigie-theme";
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const choice = () => localStorage.getItem(KEY) || "auto";

  function show() {
    const wanted = choice();
    const theme = wanted === "auto" ? (dark.matches ? "dark" : "light") : wanted;
    document.documentElement.setAttribute("data-bs-theme", theme);
    for (const button of document.querySelectorAll("[data-theme-choice]")) {
      const pressed = button.dataset.themeChoice === wanted;
      button.classList.toggle("active", pressed);
      button.setAttribute("aria-pressed", String(pressed));
    }
  }

  show();
  dark.addEventListener("change", show);
  window.addEventListener("storage", show);
  document.addEventListener("DOMContentLoaded", show);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-choice]");
    if (!button) return;
    localStorage.setItem(KEY, button.dataset.themeChoice);
    show();
  });
})();
