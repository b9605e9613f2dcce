// The shell of the desk: the call card leads, the ticket panel and the guide follow it.
(() => {
  const byId = (id) => document.getElementById(id);
  const BUSY = ["talking", "held", "rejoining", "wrap_up"];
  let callShown = "";
  let ticketShown = "";
  let ringing = "";

  const typing = () => document.activeElement?.matches("input, textarea, select, [contenteditable]");
  const addressFor = (pattern, id) => pattern.replace("/0/", `/${id}/`);

  function callChanged() {
    const card = byId("desk-current").querySelector("[data-call-state]");
    const state = card?.dataset.callState ?? "idle";
    const call = card?.dataset.callId ?? "";
    if (state === "ringing") ring(card, call);
    else stopRinging();
    if (call && BUSY.includes(state) && call !== callShown) {
      callShown = call;
      byId("desk-panel").replaceChildren(); // nothing of the call before may be clicked for this one
      window.htmx.ajax("GET", addressFor(byId("desk-panel").dataset.forCallAddress, call), "#desk-panel").then(goOn);
      showTab("desk-ticket");
    }
    if (!BUSY.includes(state) && window.vigieAudio?.muted) window.vigieAudio.setMuted(false);
  }

  function ring(card, call) {
    card.tabIndex = -1;
    if (!typing() && !card.contains(document.activeElement)) card.focus({ preventScroll: ringing === call });
    if (ringing === call) return;
    ringing = call;
    const text = card.dataset.ringText || card.querySelector("h2, h3")?.textContent.trim() || "";
    window.vigieRing.start(text);
    byId("desk-announce").textContent = text;
    showTab("desk-call");
  }

  function stopRinging() {
    ringing = "";
    window.vigieRing.stop();
    byId("desk-announce").textContent = "";
  }

  function ticketChanged() {
    const ticket = byId("desk-panel").querySelector("[data-ticket-id]")?.dataset.ticketId ?? "";
    if (ticket === ticketShown) return;
    ticketShown = ticket;
    const rail = byId("desk-rail");
    if (ticket) window.htmx.ajax("GET", addressFor(rail.dataset.railAddress, ticket), "#desk-rail").then(goOn);
    else rail.replaceChildren();
  }

  // Hands on the keyboard: Enter takes the call, Enter opens the ticket, and the first words can be typed.
  function goOn() {
    if (document.activeElement !== document.body) return;
    byId("desk-panel").querySelector("textarea, button")?.focus({ preventScroll: true });
  }

  // A card that has just been refreshed has lost the focus for an instant, and htmx has not read it yet.
  function takeByEnter(from) {
    const card = document.querySelector("[data-call-state=ringing]");
    if (!card || (from !== card && from !== document.body)) return;
    window.htmx.process(card);
    card.querySelector("[data-take]")?.click();
  }

  function showTab(id) {
    for (const tab of document.querySelectorAll("[data-desk-tab]")) {
      const chosen = tab.dataset.deskTab === id;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      byId(tab.dataset.deskTab).classList.toggle("is-shown", chosen);
    }
  }

  function moveTab(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const tabs = [...document.querySelectorAll("[data-desk-tab]")];
    const next = tabs[(tabs.indexOf(event.target) + step + tabs.length) % tabs.length];
    showTab(next.dataset.deskTab);
    next.focus();
  }

  // Leaving the page would cut the audio: other pages open beside the desk.
  function openBeside(event) {
    const link = event.target.closest("a[href]");
    if (!link || link.target || link.origin !== location.origin || link.getAttribute("href").startsWith("#")) return;
    if (window.vigieAudio?.state !== "off") link.target = "_blank";
  }

  document.addEventListener("DOMContentLoaded", () => {
    if (!byId("desk-current")) return;
    document.addEventListener("htmx:afterSettle", () => {
      callChanged();
      ticketChanged();
    });
    document.addEventListener("click", (event) => {
      const tab = event.target.closest("[data-desk-tab]");
      if (tab) showTab(tab.dataset.deskTab);
      openBeside(event);
    }, true);
    document.addEventListener("vigie:reveal", (event) => {
      const column = event.target.closest(".desk-column");
      if (column) showTab(column.id);
    });
    document.addEventListener("keydown", (event) => {
      if (event.target.matches?.("[data-desk-tab]")) moveTab(event);
      if (event.key === "Enter") takeByEnter(event.target);
    });
    const asked = byId("desk-panel").dataset.ticket;
    if (asked) window.htmx.ajax("GET", `/tickets/${asked}/qualification/`, "#desk-panel");
  });
})();
