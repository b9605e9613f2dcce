// One stream per page. Each message names a topic; whoever shows it listens with hx-trigger="live:<topic> from:body".
(() => {
  const GATHER_MS = 150; // several changes of one topic at once are shown once
  const HIDDEN_MS = 60000;
  const WAITS_MS = [500, 1000, 2000, 4000, 8000, 15000];
  let source = null;
  let failures = 0;
  let timer = 0;
  let open = "";
  const shown = new Map();

  const body = () => document.body;
  const holders = () => [...document.querySelectorAll("[data-live-topics]")];
  const tokens = () => [...new Set(holders().map((node) => node.dataset.liveTopics).filter(Boolean))];
  const names = () => [...new Set(holders().flatMap((node) => (node.dataset.liveNames || "").split(/\s+/)).filter(Boolean))];
  const tell = (name) => body().dispatchEvent(new CustomEvent(name, { bubbles: true }));

  function announce(topic) {
    const entry = shown.get(topic);
    if (entry) {
      entry.again = true;
      return;
    }
    const fresh = { again: false };
    shown.set(topic, fresh);
    tell(`live:${topic}`);
    setTimeout(() => {
      shown.delete(topic);
      if (fresh.again) announce(topic);
    }, GATHER_MS);
  }

  function refreshAll() {
    tell("live:refresh");
    names().forEach(announce);
  }

  function connect() {
    clearTimeout(timer);
    if (source) source.close();
    open = tokens().join(" ");
    const query = tokens().map((token) => "topics=" + encodeURIComponent(token)).join("&");
    source = new EventSource(`${body().dataset.live}?${query}`);
    source.onopen = () => {
      const wasLost = failures > 0;
      failures = 0;
      document.getElementById("connection-lost").hidden = true;
      if (wasLost) refreshAll();
    };
    source.addEventListener("topic", (event) => (event.data === "refresh" ? refreshAll() : announce(event.data)));
    source.onerror = () => {
      source.close();
      source = null;
      const wait = WAITS_MS[Math.min(failures, WAITS_MS.length - 1)];
      failures += 1;
      if (failures > 1) document.getElementById("connection-lost").hidden = false;
      timer = setTimeout(connect, wait * (0.8 + 0.4 * Math.random()));
    };
  }

  // Fragments bring topics of their own.
  function follow() {
    if (open !== null && tokens().join(" ") !== open) connect();
  }

  // A browser opens six connections to one server at most: pages that nobody looks at give theirs back, but for the
  // desk, which must ring.
  let sleeping = 0;

  function sleepLater() {
    if ("liveAlways" in body().dataset) return;
    sleeping = setTimeout(() => {
      clearTimeout(timer);
      source?.close();
      source = null;
      open = null;
    }, HIDDEN_MS);
  }

  function wake() {
    clearTimeout(sleeping);
    if (open !== null) return;
    connect();
    refreshAll();
  }

  // A refresh never takes a field away from somebody who is typing in it: it waits until he leaves.
  const isField = (node) => node && node.matches("input:not([type=button],[type=submit]), textarea, select");
  const postponed = new Set();

  document.addEventListener("htmx:beforeSwap", (event) => {
    const cause = event.detail.requestConfig && event.detail.requestConfig.triggeringEvent;
    if (!cause || !cause.type.startsWith("live:")) return;
    const field = document.activeElement;
    if (!isField(field) || !event.detail.target.contains(field)) return;
    event.detail.shouldSwap = false;
    postponed.add(event.detail.elt);
  });
  document.addEventListener("focusout", () => setTimeout(() => {
    if (isField(document.activeElement)) return;
    const waiting = [...postponed];
    postponed.clear();
    waiting.filter((node) => document.contains(node)).forEach((node) => tell(eventOf(node)));
  }, 300));
  const eventOf = (node) => (/live:\S+/.exec(node.getAttribute("hx-trigger") || "") || ["live:refresh"])[0];

  document.addEventListener("DOMContentLoaded", () => {
    if (!body().dataset.live) return;
    connect();
    document.addEventListener("htmx:afterSettle", follow);
    document.addEventListener("visibilitychange", () => (document.hidden ? sleepLater() : wake()));
    window.addEventListener("online", connect);
  });
})();
