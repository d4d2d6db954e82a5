// What every page does: toasts, menus that close, errors said aloud, fragments morphed without losing what a person has open.
(() => {
  const ICON = { ok: "circle-check", info: "info", warn: "triangle-alert", bad: "circle-x" };
  const SHOWN_MS = { ok: 5000, info: 6000, warn: 9000, bad: 12000 };

  function toast(level, message) {
    const box = document.getElementById("toasts");
    const element = document.createElement("div");
    element.className = `toast pointer-events-auto tone-${level}`;
    const sprite = document.querySelector("svg.icon use")?.getAttribute("href").split("#")[0];
    element.innerHTML = `<svg class="icon" aria-hidden="true"><use href="${sprite}#${ICON[level] || "info"}"></use></svg><p class="grow"></p>`;
    element.querySelector("p").textContent = message;
    box.append(element);
    dismissLater(element, SHOWN_MS[level] || 6000);
  }

  function dismissLater(element, after) {
    const timer = setTimeout(() => element.remove(), after);
    element.addEventListener("click", () => {
      clearTimeout(timer);
      element.remove();
    });
  }

  document.addEventListener("toast", (event) => toast(event.detail.level, event.detail.message));
  for (const element of document.querySelectorAll("[data-toast]")) dismissLater(element, 8000);

  document.addEventListener("htmx:sendError", () => toast("bad", "The server cannot be reached. Nothing was changed."));
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.requestConfig.verb === "get") return; // a refresh that failed is tried again by the next one
    const { xhr } = event.detail;
    const plain = (xhr.getResponseHeader("Content-Type") || "").startsWith("text/plain");
    toast("bad", plain ? xhr.responseText : `The server answered ${xhr.status}. Nothing was changed.`);
  });

  // Only one menu at a time; Escape and a click elsewhere close it.
  const openMenus = () => document.querySelectorAll("details[data-menu][open]");
  document.addEventListener("click", (event) => {
    for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of openMenus()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    const menu = event.target.closest?.("details[data-menu]");
    if (menu && event.detail.successful && event.detail.requestConfig.verb !== "get") menu.open = false;
  });

  document.addEventListener("DOMContentLoaded", () => {
    if (!window.Idiomorph) return;
    const isAPersons = (name, node) => (name === "open" && node.tagName === "DETAILS") || (name === "checked" && node.matches("[data-tick]"));
    window.Idiomorph.defaults.callbacks.beforeAttributeUpdated = (name, node) => !isAPersons(name, node);
    window.Idiomorph.defaults.callbacks.beforeNodeMorphed = (node) => !(node.dataset && "keep" in node.dataset); // typed or ticked
    window.Idiomorph.defaults.ignoreActiveValue = true;
  });
})();
