// The page's ear: announcements over /ws/updates become DOM events of the same name, on which fragments fetch themselves.
(() => {
  const FIRST_WAIT_MS = 500;
  const LONGEST_WAIT_MS = 15000;
  const REFRESH_MS = 60000;
  let socket = null;
  let wait = FIRST_WAIT_MS;
  let timer = 0;
  let missed = false; // something may have happened while nobody listened

  const tell = (kind, ids) => window.htmx.trigger(document.body, kind, { ids: ids || [] });

  function mark(online) {
    document.documentElement.classList.toggle("offline", !online);
    const element = document.getElementById("connection");
    if (element) element.textContent = online ? "" : "Offline, reconnecting…";
  }

  function connect() {
    clearTimeout(timer);
    if (socket && socket.readyState <= WebSocket.OPEN) return;
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    socket = new WebSocket(`${scheme}://${location.host}/ws/updates`);
    socket.addEventListener("open", () => {
      wait = FIRST_WAIT_MS;
      mark(true);
      if (missed) tell("refresh");
      missed = false;
    });
    socket.addEventListener("message", (event) => {
      const { type, ids } = JSON.parse(event.data);
      tell(type, ids);
    });
    socket.addEventListener("close", () => {
      missed = true;
      mark(false);
      timer = setTimeout(connect, wait * (0.75 + Math.random() / 2));
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    });
  }

  // A phone that wakes up does not wait for its back-off; ages such as "4 min" move even when nothing is announced.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    wait = FIRST_WAIT_MS;
    if (!socket || socket.readyState > WebSocket.OPEN) connect();
    else tell("refresh");
  });
  window.addEventListener("online", connect);
  setInterval(() => document.hidden || tell("refresh"), REFRESH_MS);
  document.body.addEventListener("htmx:afterSwap", () => mark(socket?.readyState === WebSocket.OPEN));
  connect();
})();
