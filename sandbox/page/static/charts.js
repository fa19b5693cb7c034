// Charts and tables. A chart is a drawing with its title, and beside it the numbers, for everyone.
// Reference: docs.slack.dev/reference/block-kit/blocks/data-visualization-block

import { h, newId, svg } from "./dom.js";
import { richText } from "./richtext.js";
import { locale, t } from "./words.js";

const WIDE = 480, HIGH = 220, LEFT = 44, BOTTOM = 30, TOP = 10, RIGHT = 10;
const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });

/** Round steps between two numbers, about five of them, zero included. */
function ticks(values) {
  const low = Math.min(0, ...values), high = Math.max(0, ...values);
  const rough = (high - low || 1) / 4;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((it) => it * unit).find((it) => it >= rough);
  const found = [];
  for (let at = Math.floor(low / step); at <= Math.ceil(high / step); at += 1) found.push(at * step);
  return found.length > 1 ? found : [0, step];
}

function grid(marks, y) {
  return marks.map((value) => [
    svg("line", { class: value === 0 ? "axis" : "grid", x1: LEFT, x2: WIDE - RIGHT, y1: y(value), y2: y(value) }),
    svg("text", { class: "tick", x: LEFT - 6, y: y(value) + 4, "text-anchor": "end" }, number.format(value)),
  ]);
}

function bars(series, categories, { x, y, band }) {
  const wide = Math.min(36, (band * 0.8) / series.length);
  return series.map((one, rank) => categories.map((name, at) => {
    const value = one.values.get(name);
    const left = x(at) - (wide * series.length) / 2 + rank * wide;
    return svg("rect", { class: `fill c${rank}`, x: left + 1, y: Math.min(y(value), y(0)), width: Math.max(1, wide - 2), height: Math.max(1, Math.abs(y(value) - y(0))), rx: 2 });
  }));
}

function lines(series, categories, { x, y }, filled) {
  return series.map((one, rank) => {
    const points = categories.map((name, at) => [x(at), y(one.values.get(name))]);
    const path = points.map((point) => point.join(",")).join(" ");
    const under = `${x(0)},${y(0)} ${path} ${x(categories.length - 1)},${y(0)}`;
    return [
      filled ? svg("polygon", { class: `area c${rank}`, points: under }) : null,
      svg("polyline", { class: `stroke c${rank} d${rank}`, points: path }),
      points.map(([cx, cy]) => svg("circle", { class: `fill c${rank}`, cx, cy, r: 3.5 })),
    ];
  });
}

function plane(chart) {
  const categories = chart.axis_config.categories;
  const series = chart.series.map((one) => ({ name: one.name, values: new Map(one.data.map((point) => [point.label, point.value])) }));
  const marks = ticks(series.flatMap((one) => [...one.values.values()]));
  const band = (WIDE - LEFT - RIGHT) / categories.length;
  const scale = (HIGH - TOP - BOTTOM) / (marks.at(-1) - marks[0]);
  const at = { band, x: (index) => LEFT + band * (index + 0.5), y: (value) => HIGH - BOTTOM - (value - marks[0]) * scale };
  const every = Math.ceil(categories.length / 8);
  const longest = Math.max(4, Math.floor((band * every) / 6.5));
  const names = categories.map((name, index) => index % every ? null
    : svg("text", { class: "tick", x: at.x(index), y: HIGH - 10, "text-anchor": "middle" }, name.length > longest ? `${name.slice(0, longest - 1)}…` : name));
  const drawn = chart.type === "bar" ? bars(series, categories, at) : lines(series, categories, at, chart.type === "area");
  return [grid(marks, at.y), drawn, names];
}

function pie(segments) {
  const total = segments.reduce((sum, one) => sum + one.value, 0);
  const middle = [WIDE / 2, HIGH / 2], radius = HIGH / 2 - 12;
  let angle = -Math.PI / 2;
  return segments.map((one, rank) => {
    const turn = (one.value / total) * 2 * Math.PI;
    if (segments.length === 1) return svg("circle", { class: "fill c0", cx: middle[0], cy: middle[1], r: radius });
    const point = (of) => `${middle[0] + radius * Math.cos(of)},${middle[1] + radius * Math.sin(of)}`;
    const path = `M${middle} L${point(angle)} A${radius},${radius} 0 ${turn > Math.PI ? 1 : 0} 1 ${point(angle + turn)} Z`;
    angle += turn;
    return svg("path", { class: `fill slice c${rank}`, d: path });
  });
}

function numbers(chart) {
  if (chart.type === "pie") return [["", t("value")], ...chart.segments.map((one) => [one.label, number.format(one.value)])];
  const value = (series, name) => number.format(series.data.find((point) => point.label === name)?.value ?? 0);
  return [["", ...chart.series.map((one) => one.name)], ...chart.axis_config.categories.map((name) => [name, ...chart.series.map((one) => value(one, name))])];
}

export function chart(block) {
  const of = block.chart;
  const titled = newId("chart");
  const named = of.type === "pie" ? of.segments.map((one) => one.label) : of.series.map((one) => one.name);
  const [head, ...rows] = numbers(of);
  const drawing = svg("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img", "aria-labelledby": titled }, of.type === "pie" ? pie(of.segments) : plane(of));
  const axes = [of.axis_config?.x_label, of.axis_config?.y_label].filter(Boolean).join(" · ");
  return h("figure", { class: "chart" },
    h("figcaption", { id: titled }, block.title),
    drawing,
    h("ul", { class: "legend" }, named.map((name, rank) => h("li", {}, h("span", { class: `key c${rank}`, "aria-hidden": "true" }), name))),
    axes ? h("p", { class: "axes" }, axes) : null,
    h("details", {}, h("summary", {}, t("numbers")), h("div", { class: "scroll", tabindex: "0", role: "group", "aria-labelledby": titled }, h("table", {},
      h("thead", {}, h("tr", {}, head.map((cell) => (cell ? h("th", { scope: "col" }, cell) : h("td"))))),
      h("tbody", {}, rows.map(([name, ...values]) => h("tr", {}, h("th", { scope: "row" }, name), values.map((it) => h("td", { class: "number" }, it)))))))));
}

const cell = (one) => (one.type === "rich_text" ? richText(one) : one.type === "raw_number" ? (one.text ?? number.format(one.value)) : one.text);

/** A table block, its first row taken for its head, as Slack shows it; a data_table, with its caption. */
export function table(block) {
  const [head, ...rows] = block.rows;
  const aligned = (at) => `to-${block.column_settings?.[at]?.align ?? "left"}`;
  const header = block.row_header_column_index ?? -1;
  const shown = (one, at) => h(at === header ? "th" : "td", { class: aligned(at), scope: at === header ? "row" : null }, cell(one));
  const label = block.caption ?? t("table");
  return h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": label }, h("table", {},
    block.caption ? h("caption", {}, block.caption) : null,
    h("thead", {}, h("tr", {}, head.map((one, at) => h("th", { scope: "col", class: aligned(at) }, cell(one))))),
    h("tbody", {}, rows.map((row) => h("tr", {}, row.map(shown))))));
}
