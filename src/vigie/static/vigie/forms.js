// data-draft="ticket-12-symptom": what is typed stays on this computer until the server has said that it holds it.
(() => {
  const owner = () => document.body.dataset.user || "nobody";
  const keyOf = (field) => `draft:${owner()}:${field.dataset.draft}`;
  const PENDING = "vigie-pending-drafts";
  const KEPT_MS = 7 * 86400 * 1000;
  const RESTED_MS = 400;
  const LATEST_MS = 900;
  const typing = new Map();

  function read(key) {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null;
    }
  }

  function remember(field) {
    const key = keyOf(field);
    const known = read(key);
    const base = known ? known.base : field.defaultValue ?? "";
    if (field.value === base && !known) return;
    localStorage.setItem(key, JSON.stringify({ value: field.value, base, at: Date.now() }));
  }

  // hx-trigger="settled": when the hands rest, and once in a while as long as they do not. Two triggers of htmx, a delay
  // and a throttle, share one state per element, and the last keys could go unsaved.
  function settleLater(field) {
    const now = performance.now();
    const known = typing.get(field) ?? { since: now };
    clearTimeout(known.timer);
    const wait = Math.max(0, Math.min(RESTED_MS, known.since + LATEST_MS - now));
    known.timer = setTimeout(() => {
      typing.delete(field);
      field.dispatchEvent(new Event("settled"));
    }, wait);
    typing.set(field, known);
  }

  function put(field, value) {
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function notice(field, template, draft) {
    document.querySelector(`[data-notice-for="${CSS.escape(field.dataset.draft)}"]`)?.remove();
    const box = document.getElementById(template).content.firstElementChild.cloneNode(true);
    box.dataset.noticeFor = field.dataset.draft;
    const before = field.defaultValue ?? "";
    box.querySelector("[data-draft-discard]").addEventListener("click", () => {
      localStorage.removeItem(keyOf(field));
      if (field.value === draft.value && before !== draft.value) put(field, before);
      localStorage.removeItem(keyOf(field));
      box.remove();
    });
    box.querySelector("[data-draft-restore]")?.addEventListener("click", () => {
      put(field, draft.value);
      box.remove();
    });
    field.insertAdjacentElement("afterend", box);
  }

  function restore(field) {
    const draft = read(keyOf(field));
    if (!draft || field.dataset.draftSeen) return;
    field.dataset.draftSeen = "yes";
    if (draft.value === field.value || Date.now() - draft.at > KEPT_MS) {
      localStorage.removeItem(keyOf(field));
    } else if (field.value === draft.base || field.value === "") {
      notice(field, "draft-restored", draft);
      put(field, draft.value);
    } else {
      notice(field, "draft-offered", draft);
    }
  }

  const fieldsIn = (root) => [
    ...(root.matches?.("[data-draft]") ? [root] : []),
    ...root.querySelectorAll("[data-draft]"),
  ];

  document.addEventListener("input", (event) => {
    if (event.target.dataset?.draft) remember(event.target);
    if (event.target.matches?.("[hx-trigger*=settled]")) settleLater(event.target);
  });
  document.addEventListener("change", (event) => {
    if (event.target.dataset?.draft) remember(event.target);
  });

  // htmx: forget a draft when the very value that was sent has been accepted.
  document.addEventListener("htmx:afterRequest", (event) => {
    const { requestConfig, successful, elt } = event.detail;
    if (!successful || requestConfig?.verb === "get") return;
    for (const field of fieldsIn(elt)) {
      const sent = [requestConfig.parameters[field.name]].flat();
      const draft = read(keyOf(field));
      if (draft && sent.includes(draft.value)) {
        localStorage.removeItem(keyOf(field));
        field.defaultValue = draft.value; // what the server holds is where the next draft starts from
      }
    }
  });

  // Plain forms: forgotten by the next good page, kept by a sign-in or error page in between.
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented || event.target.matches("[hx-post],[hx-put],[hx-patch]")) return;
    const keys = fieldsIn(event.target).map(keyOf);
    if (keys.length) sessionStorage.setItem(PENDING, JSON.stringify(keys));
  });

  document.addEventListener("DOMContentLoaded", () => {
    const good = document.body.dataset.user && !document.body.classList.contains("is-failure");
    const [navigation] = performance.getEntriesByType("navigation");
    if (good) {
      const keys = JSON.parse(sessionStorage.getItem(PENDING) || "[]");
      if (navigation?.type === "navigate") keys.forEach((key) => localStorage.removeItem(key));
      sessionStorage.removeItem(PENDING);
    }
    fieldsIn(document).forEach(restore);
  });
  document.addEventListener("htmx:load", (event) => fieldsIn(event.detail.elt).forEach(restore));
})();
