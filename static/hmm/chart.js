// A miner's history: three small charts over one time axis. What was not read is a gap, never a line to zero.
(() => {
  const box = document.getElementById("chart");
  if (!box) return;

  const REDRAW_MS = 25000;
  const HEIGHT = 132;
  const PANELS = [
    { title: "Hashrate", scale: ghsScale, lines: [["hashrate_ghs", "hashrate", "--color-primary"], ["expected_hashrate_ghs", "expected", "--muted", true]] },
    { title: "Power", scale: () => [1, "W"], lines: [["power_w", "device", "--color-warning"], ["wall_power_w", "at the plug", "--color-info"]] },
    { title: "Temperature", scale: () => [1, "°C"], lines: [["temperature_c", "chip", "--color-error"], ["vr_temperature_c", "regulator", "--color-champion"]] },
  ];
  const NAMES = PANELS.flatMap((panel) => panel.lines.map(([name]) => name));
  const state = { hours: 6, charts: [], columns: null, fetchedAt: 0, asking: null };

  function ghsScale(values) {
    const top = Math.max(0, ...values.filter((value) => value !== null));
    if (top >= 1000) return [1000, "TH/s"];
    if (top >= 1 || top === 0) return [1, "GH/s"];
    return top >= 0.001 ? [0.001, "MH/s"] : [0.000001, "kH/s"];
  }

  const resolved = (name) => {
    const probe = document.createElement("i");
    probe.style.color = `var(${name})`;
    box.append(probe);
    const color = getComputedStyle(probe).color;
    probe.remove();
    return color;
  };

  async function load() {
    state.asking?.abort();
    state.asking = new AbortController();
    const until = new Date();
    const since = new Date(until - state.hours * 3600e3);
    const points = Math.max(60, Math.min(600, Math.round(box.clientWidth / 2)));
    const query = new URLSearchParams({ from: since.toISOString(), to: until.toISOString(), points, series: NAMES });
    try {
      const answer = await fetch(`${box.dataset.url}?${query}`, { signal: state.asking.signal });
      if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
      state.columns = await answer.json();
      state.fetchedAt = Date.now();
      draw();
    } catch (error) {
      if (error.name !== "AbortError") say(`The history cannot be shown: ${error.message}.`);
    }
  }

  function say(sentence) {
    clear();
    const text = document.createElement("p");
    text.className = "text-muted text-sm py-10 text-center";
    text.textContent = sentence;
    box.append(text);
  }

  function clear() {
    for (const chart of state.charts) chart.destroy();
    state.charts = [];
    box.replaceChildren();
  }

  const holds = (name) => state.columns[name]?.some((value) => value !== null);

  function draw() {
    clear();
    const panels = PANELS.map((panel) => ({ ...panel, lines: panel.lines.filter(([name]) => holds(name)) })).filter((panel) => panel.lines.length);
    if (!panels.length) {
      say("Nothing has been read in this time.");
      return;
    }
    panels.forEach((panel, index) => drawPanel(panel, index === panels.length - 1));
  }

  function drawPanel(panel, last) {
    const [factor, unit] = panel.scale(panel.lines.flatMap(([name]) => state.columns[name]));
    const data = [state.columns.time, ...panel.lines.map(([name]) => state.columns[name].map((value) => (value === null ? null : value / factor)))];
    const print = (_, value) => (value == null ? "–" : `${value.toFixed(factor === 1 && unit !== "GH/s" ? 1 : 2)} ${unit}`);
    const axis = { stroke: resolved("--muted"), grid: { stroke: resolved("--color-base-300"), width: 1 }, ticks: { show: false }, font: "11px Inter, sans-serif" };
    const heading = document.createElement("p");
    heading.className = "eyebrow mt-2 -mb-1";
    heading.textContent = `${panel.title}, ${unit}`;
    box.append(heading);
    const chart = new window.uPlot(
      {
        width: box.clientWidth,
        height: HEIGHT + (last ? 24 : 0),
        padding: [8, 18, 0, 0],
        cursor: { sync: { key: "miner" }, points: { size: 5 } },
        scales: { x: { range: () => [state.columns.time[0], state.columns.time.at(-1)] }, y: { range: (_, low, high) => padded(low, high) } },
        axes: [{ ...axis, show: last, size: 28, values: clockValues }, { ...axis, size: 46, space: 26 }],
        series: [
          { label: "at", value: (_, seconds) => (seconds == null ? "–" : clock(seconds)) },
          ...panel.lines.map(([, label, color, dashed]) => ({ label, stroke: resolved(color), width: dashed ? 1 : 1.75, dash: dashed ? [4, 4] : undefined, spanGaps: false, points: { size: 4, show: true, filter: lonely }, value: print })),
        ],
      },
      data,
      box,
    );
    state.charts.push(chart);
  }

  // A reading between two gaps has no line: it is drawn as a point.
  function lonely(chart, series) {
    const values = chart.data[series];
    const alone = (index) => values[index] != null && values[index - 1] == null && values[index + 1] == null;
    return values.map((_, index) => index).filter(alone);
  }

  function padded(low, high) {
    if (low == null) return [0, 1];
    const room = Math.max((high - low) * 0.12, high * 0.02, 0.5);
    return [Math.max(0, low - room), high + room];
  }

  const zone = document.documentElement.dataset.zone;
  const format = (parts) => {
    const formatter = new Intl.DateTimeFormat("en-GB", { ...parts, timeZone: zone || undefined });
    return (seconds) => formatter.format(new Date(seconds * 1000));
  };
  const time = format({ hour: "2-digit", minute: "2-digit" });
  const day = format({ day: "numeric", month: "short" });
  const clock = (seconds) => (state.hours > 24 ? `${day(seconds)}, ${time(seconds)}` : time(seconds));
  const tick = (seconds) => (state.hours > 72 || (state.hours > 24 && time(seconds) === "00:00") ? day(seconds) : time(seconds));
  const clockValues = (_, splits) => splits.map(tick);

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-chart-hours]");
    if (!button) return;
    state.hours = Number(button.dataset.chartHours);
    for (const other of document.querySelectorAll("[data-chart-hours]")) other.setAttribute("aria-pressed", String(other === button));
    load();
  });
  document.addEventListener("theme-changed", () => state.columns && draw());
  new ResizeObserver(() => state.charts.forEach((chart) => chart.setSize({ width: box.clientWidth, height: chart.height }))).observe(box);
  for (const kind of ["miners-changed", "refresh"]) {
    document.body.addEventListener(kind, () => Date.now() - state.fetchedAt > REDRAW_MS && load());
  }
  load();
})();
