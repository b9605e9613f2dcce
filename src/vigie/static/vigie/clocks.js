// Clocks that tick by themselves: data-live-clock="ago | up | down" on a <time datetime>.
(() => {
  const words = new Intl.RelativeTimeFormat(document.documentElement.lang || "fr", { numeric: "auto", style: "short" });
  const STEPS = [["day", 86400], ["hour", 3600], ["minute", 60]];

  function ago(seconds) {
    for (const [unit, length] of STEPS) {
      if (Math.abs(seconds) >= length) return words.format(-Math.trunc(seconds / length), unit);
    }
    return words.format(-Math.trunc(seconds), "second");
  }

  function digits(seconds) {
    const whole = Math.abs(Math.trunc(seconds));
    const two = (number) => String(number).padStart(2, "0");
    const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
    return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${two(minutes)}:${two(rest)}`;
  }

  function show(clock, now) {
    const seconds = (now - Date.parse(clock.dateTime)) / 1000;
    if (Number.isNaN(seconds)) return;
    const kind = clock.dataset.liveClock;
    if (kind === "ago") clock.textContent = ago(seconds);
    else if (kind === "down") {
      clock.textContent = (seconds > 0 ? "+" : "") + digits(seconds);
      clock.classList.toggle("is-late", seconds > 0);
    } else clock.textContent = digits(Math.max(0, seconds));
  }

  function tick() {
    const now = Date.now();
    document.querySelectorAll("time[data-live-clock]").forEach((clock) => show(clock, now));
  }

  document.addEventListener("DOMContentLoaded", tick);
  document.addEventListener("htmx:load", tick);
  setInterval(tick, 1000);
})();
