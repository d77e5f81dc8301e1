/** The list of layers: shown or not, legend, opacity, and from which zoom on there is something to see. */

import { element, fill, icon } from "./dom.js";
import { swatch } from "./patterns.js";
import { addresses, groups, language, layers, rasters, text } from "./settings.js";
import { learnLegend } from "./theme.js";
import { view } from "./view.js";

const rows = new Map();

function legendList(entries) {
  return entries.map((entry) => element("li", {}, swatch(entry),
    entry.key && entry.key !== entry.label && entry.coded
      ? element("bdi", { class: "legend-code", dir: "ltr" }, entry.key) : null,
    element("span", {}, entry.label)));
}

function opacitySlider(layer) {
  return element("label", { class: "layer-opacity" },
    element("span", {}, text("opacity")),
    element("input", {
      type: "range", min: "10", max: "100", step: "5", value: "100",
      "aria-label": text("opacity_of", { layer: layer.title }),
      oninput: (event) => view.setLayer(layer.name, { opacity: Number(event.target.value) / 100 }),
    }));
}

function row(layer, map) {
  const details = element("div", { class: "layer-details", id: `layer-${layer.name}`, hidden: true });
  const box = element("input", {
    type: "checkbox", checked: view.shown(layer.name), disabled: layer.loaded === false,
    onchange: (event) => view.setLayer(layer.name, { shown: event.target.checked }),
  });
  const legend = element("ul", { class: "legend" }, ...legendList(layer.legend ?? []));
  const more = element("button", {
    type: "button", class: "layer-more", "aria-expanded": "false", "aria-controls": details.id,
    "aria-label": text("legend_of", { layer: layer.title }),
    onclick: () => {
      details.hidden = !details.hidden;
      more.setAttribute("aria-expanded", String(!details.hidden));
    },
  }, icon("chevron-down"));
  const note = layer.loaded === false
    ? element("span", { class: "layer-note" }, text("not_loaded"))
    : element("button", {
      type: "button", class: "layer-note layer-zoom", hidden: true,
      onclick: () => map.setZoom(layer.minZoom),
    }, icon("zoom-in"), text("zoom_in"));
  details.append(legend, opacitySlider(layer));
  const first = (layer.legend ?? [])[0];
  const item = element("li", { class: "layer" },
    element("div", { class: "layer-head" },
      element("label", { class: "layer-name" }, box,
        first && layer.legend.length === 1 ? swatch(first) : null, element("span", {}, layer.title)),
      layer.loaded === false ? null : more),
    note, details);
  rows.set(layer.name, { layer, box, note, legend, item });
  return item;
}

/** Say at which layers one has to zoom in, as the map moves. */
function noteZoom(map) {
  for (const { layer, note, item } of rows.values()) {
    if (layer.loaded === false || !layer.minZoom) continue;
    const far = map.getZoom() < layer.minZoom;
    note.hidden = !far;
    item.classList.toggle("too-far", far);
  }
}

/** The legends that depend on the date come from the server again when the date changes. */
async function refreshLegends() {
  const dated = layers.filter((layer) => layer.dated && layer.loaded);
  if (!dated.length) return;
  const query = new URLSearchParams({ ...view.planQuery(), lang: language });
  const names = dated.map((layer) => layer.name).join(",");
  const response = await fetch(`${addresses.tilejson.replace("LAYERS", names)}?${query}`);
  if (!response.ok) throw new Error(String(response.status));
  const { legend } = await response.json();
  for (const [name, entries] of Object.entries(legend)) {
    learnLegend(name, entries);
    fill(rows.get(name).legend, ...legendList(entries));
  }
}

/** Build the list in `holder`. `onTrouble` hears of a legend that could not be fetched. */
export function layerPanel(holder, map, onTrouble) {
  const all = [...layers, ...rasters];
  for (const layer of layers) learnLegend(layer.name, layer.legend);
  for (const group of groups) {
    const inside = all.filter((layer) => layer.group === group.name);
    if (!inside.length) continue;
    holder.append(
      element("h3", { class: "layer-group" }, group.title),
      element("ul", { class: "layers" }, ...inside.map((layer) => row(layer, map))),
    );
  }
  noteZoom(map);
  map.on("zoomend", () => noteZoom(map));
  view.addEventListener("layers", () => {
    for (const [name, { box }] of rows) box.checked = view.shown(name);
  });
  const refresh = () => refreshLegends().then(() => view.dispatchEvent(new Event("legend")), onTrouble);
  view.addEventListener("plan", refresh);
  if (view.on || view.version) refresh();
}
