// Draws charts with Vega-Lite; its expressions are interpreted, so that no code is made of strings.
import { compile } from "vega-lite";
import { parse, View, formatLocale } from "vega";
import { expressionInterpreter } from "vega-interpreter";

const GERMAN = { decimal: ",", thousands: ".", grouping: [3], currency: ["", " €"], minus: "−" };

// No chart loads anything: its rows come with it.
const loader = {
  load: () => Promise.reject(new Error("a chart loads nothing")),
  sanitize: () => Promise.reject(new Error("a chart links to nothing")),
};

export async function drawChart(place, { language, label, height, values, mark, encoding }) {
  if (language === "de") formatLocale(GERMAN);
  const style = getComputedStyle(place);
  const ink = style.color;
  const line = style.getPropertyValue("--line").trim() || ink;
  const accent = style.getPropertyValue("--accent").trim() || ink;
  const font = style.fontFamily;
  const text = { labelColor: ink, titleColor: ink, labelFont: font, titleFont: font, labelLimit: 220 };
  const specification = {
    description: label,
    width: Math.max(280, place.clientWidth),
    height,
    background: "transparent",
    autosize: { type: "fit", contains: "padding" },
    data: { values },
    mark: { color: accent, ...mark },
    encoding,
    config: {
      axis: { ...text, gridColor: line, domainColor: ink, tickColor: ink },
      legend: text,
      view: { stroke: null },
    },
  };
  const { spec } = compile(specification);
  const view = new View(parse(spec, undefined, { ast: true }), { expr: expressionInterpreter, renderer: "svg", loader, hover: false });
  place.replaceChildren();
  await view.initialize(place).runAsync();
}
