// Draws the interface's own chart specification as SVG: its data, shapes and colours, with hover, focus and links.
// Text of reports goes in as text nodes and attribute values alone; no part of it is ever read as markup or address.

const SVG = "http://www.w3.org/2000/svg";
const DAY = 86_400_000;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const TOP = 34, BOTTOM = 28, RIGHT = 14, LANE = 13, MARGIN = 5;

export const dayOf = (text) => Date.parse(`${text}T00:00:00Z`) / DAY;
export const textOf = (day) => new Date(day * DAY).toISOString().slice(0, 10);
export function readable(text) {
  if (!/^\d{4}-\d\d-\d\d$/.test(text ?? "")) return text || "–";
  const [year, month, day] = text.split("-").map(Number);
  return `${day} ${MONTHS[month - 1]} ${year}`;
}
const grouped = (value) => value.toLocaleString("en-GB");

export function element(name, attributes = {}, ...children) {
  const made = name in TAGS ? document.createElement(name) : document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}
const TAGS = Object.fromEntries(["div", "p", "b", "i", "li", "button", "q", "span"].map((name) => [name, true]));

// `first` and `last` are the days that the axis holds at least, `cut` the day by which something had been said; it ends
// some days after it. `here` leads to reports, `query` says as of when.
export function draw(host, specification, { first, last, cut, here, query }) {
  const { points, reports } = specification.datasets;
  const { shapes, cross, unit } = specification.usermeta;
  const width = Math.max(host.clientWidth, 280), height = width < 560 ? 300 : 380;
  const days = span({ points, reports, first, last, cut });
  const heights = [...points.map((one) => one.high ?? one.best), ...reports.flatMap((one) => [one.at, one.high, one.low])];
  const ceiling = Math.max(...heights.filter((one) => one !== null), 1);
  const ticks = steps(ceiling, 6);
  const left = 14 + 7 * grouped(ticks.at(-1)).length;
  const x = (day) => left + ((day - days[0]) / Math.max(days[1] - days[0], 1)) * (width - left - RIGHT);
  const y = (value) => height - BOTTOM - (value / ticks.at(-1)) * (height - BOTTOM - TOP);

  const svg = element("svg", { viewBox: `0 0 ${width} ${height}`, height, role: "group", "aria-label": specification.description });
  svg.append(...axes({ ticks, days, x, y, width, height, left, unit }));
  if (cut !== null && cut < days[1]) {
    svg.append(element("rect", { class: "unsaid", x: x(cut), y: TOP, width: x(days[1]) - x(cut), height: height - BOTTOM - TOP }));
  }
  svg.append(...estimate(points, x, y));
  if (cut !== null) svg.append(...cutAt(cut, x, height, width));
  const place = dodging();
  const pins = reports.map((report) => pin(report, { x, y, shapes, cross, place, here, query }));
  svg.append(...pins);
  host.replaceChildren(svg);
  hovering(host, pins);
  return pins;
}

// From the first word on; what is not said yet is a margin, so that the newest word is never at the edge.
function span({ points, reports, first, last, cut }) {
  const shown = [first, ...points.slice(0, 1).map((one) => dayOf(one.valid_at)), ...reports.map((one) => dayOf(one.day))];
  const start = Math.min(...shown), end = Math.min(cut ?? last, last), room = (end - start) / 12;
  return [start - Math.max(1, room / 4), cut === null ? Math.max(end, start + 1) : end + Math.max(MARGIN, room)];
}

// Whole steps of 1, 2 or 5 up to the first at or above `value`.
function steps(value, wanted) {
  const rough = value / wanted, power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max([1, 2, 5, 10].find((one) => one * power >= rough) * power, 1);
  return Array.from({ length: Math.ceil(value / step) + 1 }, (_, index) => index * step);
}

function axes({ ticks, days, x, y, width, height, left, unit }) {
  const lines = ticks.flatMap((value) => [
    element("line", { class: "grid", x1: left, x2: width - RIGHT, y1: y(value), y2: y(value) }),
    element("text", { x: left - 8, y: y(value) + 4, "text-anchor": "end" }, grouped(value)),
  ]);
  const floor = height - BOTTOM;
  lines.push(element("line", { class: "axis", x1: left, x2: width - RIGHT, y1: floor, y2: floor }));
  lines.push(element("text", { x: 0, y: 12 }, unit));
  for (const { day, label } of months(days, (width - left) / 78)) {
    lines.push(element("line", { class: "axis", x1: x(day), x2: x(day), y1: floor, y2: floor + 5 }));
    lines.push(element("text", { x: Math.min(x(day), width - 30), y: floor + 20, "text-anchor": "middle" }, label));
  }
  return lines;
}

// Firsts of months, or days where there are few, so that labels keep apart.
function months([begin, last], room) {
  const first = Math.ceil(begin), found = [], start = new Date(first * DAY);
  if (last - first < 62) {
    const step = Math.max(1, Math.ceil((last - first) / Math.max(room, 1)));
    for (let day = first; day <= last; day += step) found.push({ day, label: readable(textOf(day)).replace(/ \d{4}$/, "") });
    return found;
  }
  for (let month = start.getUTCMonth() + 1; ; month += 1) {
    const day = Date.UTC(start.getUTCFullYear(), month, 1) / DAY;
    if (day > last) break;
    const at = new Date(day * DAY);
    found.push({ day, label: `${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()}` });
  }
  const step = Math.max(1, Math.ceil(found.length / Math.max(room, 1)));
  return found.filter((_, index) => index % step === 0);
}

// In pieces: a day without an estimate is a gap and never nought.
function estimate(points, x, y) {
  const drawn = [];
  for (const run of runs(points)) {
    const above = run.map((one) => `${x(dayOf(one.valid_at))},${y(one.high ?? one.best)}`);
    const below = run.map((one) => `${x(dayOf(one.valid_at))},${y(one.low ?? one.best)}`).reverse();
    const best = run.map((one) => `${x(dayOf(one.valid_at))},${y(one.best)}`);
    drawn.push(element("polygon", { class: "band", points: [...above, ...below].join(" ") }));
    drawn.push(element("polyline", { class: "best", points: best.join(" ") }));
    if (run.length === 1) drawn.push(...alone(run[0], x, y));
  }
  return drawn;
}

// A day by itself is no line: its interval is a bar, and its best estimate a stroke across it.
function alone(point, x, y) {
  const at = x(dayOf(point.valid_at)), [top, bottom] = [y(point.high ?? point.best), y(point.low ?? point.best)];
  return [
    element("rect", { class: "band", x: at - 12, y: top, width: 24, height: bottom - top }),
    element("line", { class: "best", x1: at - 12, x2: at + 12, y1: y(point.best), y2: y(point.best) }),
  ];
}

function runs(points) {
  const found = [[]];
  for (const one of points) one.best === null ? found.at(-1).length && found.push([]) : found.at(-1).push(one);
  return found.filter((run) => run.length);
}

function cutAt(cut, x, height, width) {
  const at = x(cut), side = at > width / 2 ? "end" : "start";
  return [
    element("line", { class: "cut", x1: at, x2: at, y1: TOP - 8, y2: height - BOTTOM }),
    element("text", { class: "cut-day", x: at + (side === "end" ? -6 : 6), y: height - BOTTOM - 8, "text-anchor": side }, readable(textOf(cut))),
  ];
}

// Marks that would hide each other stand side by side, by a few pixels.
function dodging() {
  const taken = [];
  return (x, y) => {
    let at = x;
    for (let tries = 0; tries < 6 && taken.some(([a, b]) => Math.abs(a - at) < 8 && Math.abs(b - y) < 8); tries += 1) at += 8;
    taken.push([at, y]);
    return at;
  };
}

function pin(report, { x, y, shapes, cross, place, here, query }) {
  const middle = report.shape === "range" ? y((report.low + report.high) / 2) : report.at === null ? LANE + 6 : y(report.at);
  const at = place(x(dayOf(report.day)), middle);
  const filled = report.echo_of === null;
  const paint = { class: "mark", stroke: report.colour, fill: filled ? report.colour : "#fcfbf8" };
  const parts = [];
  if (report.shape === "range") {
    const [low, high] = [y(report.low), y(report.high)];
    parts.push(element("path", { ...paint, fill: "none", d: `M${at},${low}V${high}M${at - 4},${low}h8M${at - 4},${high}h8` }));
    if (report.at !== null) parts.push(element("circle", { ...paint, cx: at, cy: y(report.at), r: 4 }));
  } else if (shapes[report.shape] === "circle") {
    parts.push(element("circle", { ...paint, cx: at, cy: middle, r: 5 }));
  } else {
    parts.push(element("path", { ...paint, d: shapes[report.shape], transform: `translate(${at},${middle}) scale(6)` }));
  }
  if (report.status === "retracted") parts.push(element("path", { class: "cross", d: cross, transform: `translate(${at},${middle}) scale(7)`, "vector-effect": "non-scaling-stroke" }));
  const label = `${report.report}: ${report.speaker}, ${said(report)}, said ${readable(report.reported)}, grade ${report.grade}`;
  const made = element("a", { class: `pin${report.stance === "asserted" ? "" : " pale"}`, href: `${here}${encodeURIComponent(report.report)}${query}`, "aria-label": label }, ...parts);
  made.report = report;
  return made;
}

export function said({ shape, low, best, high, at }) {
  if (shape === "range") return `${grouped(low)} to ${grouped(high)}`;
  if (shape === "point") return grouped(best);
  if (shape === "no figure") return [low, best, high].every((one) => one === null) ? "no figure" : `${grouped(best ?? low ?? high)} came or went`;
  return `${shape} ${grouped(at)}`;
}

function hovering(host, pins) {
  const tip = element("div", { class: "tip", role: "status" });
  const show = ({ currentTarget }) => {
    tip.replaceChildren(...told(currentTarget.report));
    host.append(tip);
    const mark = currentTarget.getBoundingClientRect(), box = host.getBoundingClientRect();
    const left = Math.min(Math.max(mark.left - box.left + mark.width / 2 + 14, 0), box.width - tip.offsetWidth);
    const above = mark.top - box.top - tip.offsetHeight - 10;
    tip.style.left = `${Math.max(left, 0)}px`;
    tip.style.top = `${above < -60 ? mark.bottom - box.top + 10 : above}px`;
  };
  for (const one of pins) {
    one.addEventListener("pointerenter", show);
    one.addEventListener("focus", show);
    one.addEventListener("pointerleave", () => tip.remove());
    one.addEventListener("blur", () => tip.remove());
  }
}

function told(report) {
  const lines = [element("b", {}, `${report.speaker}: ${said(report)}`)];
  if (report.wording) lines.push(element("p", {}, element("q", {}, report.wording)));
  lines.push(element("p", {}, `${report.chain}`));
  const dates = `said ${readable(report.reported)}${report.occurred ? `, of ${readable(report.occurred)}` : ""}`;
  const kind = [report.stance, report.echo_of && `echo of ${report.echo_of}`, report.status !== "standing" && report.status];
  lines.push(element("p", { class: "small" }, `${report.report}, grade ${report.grade}, ${dates}; ${kind.filter(Boolean).join(", ")}`));
  return lines;
}

export function legend(list, specification, pins) {
  const entries = Object.entries(specification.usermeta.palette).map(([name, colour]) => {
    const swatch = element("svg", { viewBox: "-3 -3 6 6", "aria-hidden": "true" }, element("circle", { r: 2, fill: colour }));
    const button = element("button", { type: "button", "aria-pressed": "false" }, swatch, ` ${name}`);
    button.addEventListener("click", () => {
      const pressed = button.getAttribute("aria-pressed") !== "true";
      for (const other of list.querySelectorAll("button")) other.setAttribute("aria-pressed", String(pressed && other === button));
      for (const one of pins) one.classList.toggle("dim", pressed && one.report.legend !== name);
    });
    return element("li", {}, button);
  });
  list.replaceChildren(...entries);
}
