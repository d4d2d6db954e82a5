// The ticks of a list: all of the page at once, and how many there are.
(() => {
  const ticked = (selector) => [...document.querySelectorAll(`${selector}:checked`)];

  function show() {
    const all = document.querySelector("[data-tick-all]");
    const rows = document.querySelectorAll("[data-tick]").length;
    const number = ticked("[data-tick]").length;
    if (all) {
      all.checked = rows > 0 && number === rows;
      all.indeterminate = number > 0 && number < rows;
    }
    const families = ticked("[data-tick-family]").map((each) => `all ${each.dataset.tickFamily}`);
    const count = document.querySelector("[data-tick-count]");
    if (count) count.textContent = [...(number || !families.length ? [number] : []), ...families].join(" + ");
  }

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-tick-all]")) {
      for (const box of document.querySelectorAll("[data-tick]")) box.checked = event.target.checked;
    }
    show();
  });
  document.addEventListener("htmx:afterSettle", show);
  show();
})();
