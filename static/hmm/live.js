// The page's ear: announcements over /ws/updates become DOM events of the same name, on which fragments fetch themselves.
(() => {
  const FIRST_WAIT_MS = 500;
  const LONGEST_WAIT_MS = 15000;
  const REFRESH_MS = 60000;
  const AGAIN_MS = 5000;
  let socket = null;
  let wait = FIRST_WAIT_MS;
  let timer = 0;
  let again = 0;
  let missed = false; // something may have happened while nobody listened
  const unheard = new WeakSet(); // a person's requests that began while nobody listened
  let answering = true; // the server, to plain requests

  const tell = (kind, ids) => window.htmx.trigger(document.body, kind, { ids: ids || [] });

  function mark() {
    const listening = socket?.readyState === WebSocket.OPEN || !missed;
    const element = document.getElementById("connection");
    if (element) element.textContent = listening && answering ? "" : listening ? "Not answering, trying again…" : "Offline, reconnecting…";
  }

  function answered(well) {
    answering = well;
    mark();
    if (!well) {
      clearTimeout(again);
      again = setTimeout(() => tell("refresh"), AGAIN_MS);
    }
  }

  function connect() {
    clearTimeout(timer);
    if (socket && socket.readyState <= WebSocket.OPEN) return;
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    socket = new WebSocket(`${scheme}://${location.host}/ws/updates`);
    socket.addEventListener("open", () => {
      wait = FIRST_WAIT_MS;
      if (missed) tell("refresh");
      missed = false;
      mark();
    });
    socket.addEventListener("message", (event) => {
      const { type, ids } = JSON.parse(event.data);
      tell(type, ids);
    });
    socket.addEventListener("close", () => {
      missed = true;
      mark();
      timer = setTimeout(connect, wait * (0.75 + Math.random() / 2));
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    });
  }

  // A button pressed before the socket is open: what it changes was announced to nobody here.
  const isAPersons = (event) => event.detail.requestConfig.verb !== "get";
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    if (isAPersons(event) && socket?.readyState !== WebSocket.OPEN) unheard.add(event.detail.xhr);
  });
  document.body.addEventListener("htmx:afterRequest", (event) => unheard.has(event.detail.xhr) && tell("refresh"));

  // A phone that wakes up does not wait for its back-off; ages such as "4 min" move even when nothing is announced.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    wait = FIRST_WAIT_MS;
    if (!socket || socket.readyState > WebSocket.OPEN) connect();
    else tell("refresh");
  });
  window.addEventListener("online", connect);
  setInterval(() => document.hidden || tell("refresh"), REFRESH_MS);
  document.body.addEventListener("htmx:afterSwap", () => answered(true));
  for (const failure of ["htmx:responseError", "htmx:sendError"]) {
    document.body.addEventListener(failure, (event) => event.detail.requestConfig.verb === "get" && answered(false));
  }
  connect();
})();
