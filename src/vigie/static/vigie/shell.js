// What every page needs around its content: the CSRF token, toasts, dialogs, and an honest word when a request fails.
(() => {
  const TOAST_MS = 8000;
  const toasts = () => document.getElementById("toasts");

  function cookie(name) {
    const found = document.cookie.split("; ").find((pair) => pair.startsWith(name + "="));
    return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
  }

  // The cookie, not the page, holds the token in force: signing in again in another tab changes it.
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = cookie("csrftoken");
  });
  document.addEventListener("submit", (event) => {
    const field = event.target.querySelector("input[name=csrfmiddlewaretoken]");
    if (field && cookie("csrftoken")) field.value = cookie("csrftoken");
  }, true);

  function age(toast) {
    if (toast.dataset.aged || toast.getAttribute("role") === "alert") return;
    toast.dataset.aged = "yes";
    setTimeout(() => toast.remove(), TOAST_MS);
  }

  // A refusal comes as a toast (HX-Retarget) whatever its status; other failures keep the page as it is.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    if (xhr.status >= 400 && (xhr.getResponseHeader("HX-Retarget") || xhr.status === 422)) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });

  const retries = new Map(); // by address: only the last try of the same thing is made again

  function later(detail) {
    const { verb, path, parameters } = detail.requestConfig;
    const source = detail.elt;
    retries.set(`${verb} ${path}`, () => {
      if (document.contains(source) && source.matches("[hx-trigger*=settled]")) {
        source.dispatchEvent(new Event("settled")); // with what is typed, and with the revision on screen, as of now
        return;
      }
      const target = document.contains(detail.target) ? detail.target : null;
      const values = { ...parameters };
      if (source.name in values) values[source.name] = source.value; // typed on meanwhile
      window.htmx.ajax(verb.toUpperCase(), path, {
        source: document.contains(source) ? source : undefined,
        target: target ?? document.body,
        swap: target ? undefined : "none",
        values,
      });
    });
  }

  function retryAll() {
    const waiting = [...retries.values()];
    retries.clear();
    waiting.forEach((again) => again());
  }

  function askToSignIn() {
    const dialog = document.getElementById("session-dialog");
    if (!dialog.open) dialog.showModal();
  }

  function sayFailed() {
    if (toasts().querySelector("[data-retry]")) return;
    toasts().append(document.getElementById("toast-failed").content.cloneNode(true));
  }

  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status === 401) {
      later(event.detail);
      askToSignIn();
    } else if (isWrite(event)) {
      later(event.detail);
      sayFailed();
    }
  });
  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, (event) => {
      if (!isWrite(event)) return;
      later(event.detail);
      sayFailed();
    });
  }

  const isWrite = (event) => event.detail.requestConfig && event.detail.requestConfig.verb !== "get";

  document.addEventListener("click", (event) => {
    const target = event.target;
    if (target.closest("[data-session-retry]")) {
      document.getElementById("session-dialog").close();
      retryAll();
    } else if (target.closest("[data-retry]")) {
      target.closest("[data-toast]").remove();
      retryAll();
    } else if (target.closest("[data-close-toast]")) {
      target.closest("[data-toast]").remove();
    } else if (target.closest("[data-open-dialog]")) {
      document.getElementById(target.closest("[data-open-dialog]").dataset.openDialog).showModal();
    } else if (target.closest("[data-focus]")) {
      const field = document.getElementById(target.closest("[data-focus]").dataset.focus);
      if (!field) return;
      event.preventDefault();
      field.dispatchEvent(new CustomEvent("vigie:reveal", { bubbles: true }));
      field.scrollIntoView({ block: "center" });
      field.focus();
    } else if (target.closest("[data-close-dialog]")) {
      target.closest("dialog").close();
    }
  });

  document.addEventListener("submit", (event) => {
    const question = event.submitter?.dataset.confirm || event.target.dataset.confirm;
    if (!question || window.confirm(question)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);

  document.addEventListener("DOMContentLoaded", () => {
    toasts().querySelectorAll("[data-toast]").forEach(age);
    new MutationObserver(() => toasts().querySelectorAll("[data-toast]").forEach(age)).observe(toasts(), { childList: true });
  });

  window.vigie = Object.assign(window.vigie || {}, { cookie, askToSignIn });
})();
