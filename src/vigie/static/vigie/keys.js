// data-shortcut="alt+t" on a link, button or field: the keys click or focus it. "?" lists what this page offers.
(() => {
  const typing = (node) => node.closest("input, textarea, select, [contenteditable]") !== null;

  function pressed(event) {
    const keys = [];
    if (event.ctrlKey) keys.push("ctrl");
    if (event.altKey) keys.push("alt");
    if (event.shiftKey && event.key.length > 1) keys.push("shift");
    // Alt changes the letter on some keyboards: the place of the key is what counts then.
    const letter = /^(Key|Digit)(.)$/.exec(event.code);
    keys.push(event.altKey && letter ? letter[2].toLowerCase() : event.key.toLowerCase());
    return keys.join("+");
  }

  const visible = (node) => node.getClientRects().length > 0 || node.closest("#navigation") !== null;
  const offered = () => [...document.querySelectorAll("[data-shortcut]")].filter((node) => visible(node) && !node.disabled);

  function use(node) {
    if (node.matches("input:not([type=checkbox],[type=radio],[type=submit]), textarea, select")) node.focus();
    else node.click();
  }

  function list() {
    const dialog = document.getElementById("shortcuts-dialog");
    const body = dialog.querySelector("[data-shortcut-list]");
    body.querySelectorAll("[data-offered]").forEach((row) => row.remove());
    for (const node of offered()) {
      const row = body.insertRow();
      row.dataset.offered = "yes";
      const keys = document.createElement("kbd");
      keys.textContent = node.dataset.shortcut;
      row.insertCell().append(keys);
      row.insertCell().textContent = named(node);
    }
  }

  function named(node) {
    const label = node.labels && node.labels[0] ? node.labels[0].textContent : node.textContent;
    return node.getAttribute("aria-label") || label.trim() || node.title;
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.repeat || document.querySelector("dialog[open]")) return;
    const keys = pressed(event);
    if (typing(event.target) && !event.altKey && !event.ctrlKey) return;
    if (keys === "?") {
      list();
      document.getElementById("shortcuts-dialog").showModal();
      return;
    }
    const node = offered().find((candidate) => candidate.dataset.shortcut.toLowerCase() === keys);
    if (!node) return;
    event.preventDefault();
    use(node);
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-open-dialog=shortcuts-dialog]")) list();
  }, true);
})();
