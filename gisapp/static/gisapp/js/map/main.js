/** The map page: puts map, panel and address together. */

import * as L from "leaflet";
import { downloadLink } from "./download.js";
import { Labels } from "./labels.js";
import { layerPanel } from "./layer-panel.js";
import { notices } from "./notices.js";
import { placePanel } from "./place-panel.js";
import { planPanel } from "./plan-panel.js";
import { searchBox } from "./search.js";
import { Selection } from "./selection.js";
import { attribution, bounds, rasters, text } from "./settings.js";
import { sheet } from "./sheet.js";
import { onThemeChange, theme } from "./theme.js";
import { CityTiles } from "./tiles.js";
import { view } from "./view.js";

const byId = (id) => document.getElementById(id);
const HOVERED = ["parcels", "zones"];
const PARCEL_ZOOM = 18;

view.read();

const map = L.map(byId("map"), {
  zoomControl: false, attributionControl: false, minZoom: 8, maxZoom: 20,
  keyboardPanDelta: 120, fadeAnimation: false,
});
const rightToLeft = document.documentElement.dir === "rtl";
const corner = rightToLeft ? "bottomleft" : "bottomright";
map.createPane("ground").style.zIndex = 150;
map.createPane("labels").style.zIndex = 450;
L.control.attribution({ position: corner, prefix: false }).addTo(map);
L.control.scale({ position: corner, imperial: false, maxWidth: 120 }).addTo(map);

const [west, south, east, north] = bounds ?? [-20, -10, 60, 45];
const whole = L.latLngBounds([south, west], [north, east]);
const panelSheet = sheet(byId("map-panel"), byId("sheet-handle"));
const room = () => ({ paddingBottomRight: [24, 24 + panelSheet.covers()], paddingTopLeft: [24, 24] });

function showWhole() {
  map.fitBounds(whole, { paddingTopLeft: [8, 8], paddingBottomRight: [8, 8 + panelSheet.covers()] });
}

if (view.place) map.setView([view.place.lat, view.place.lon], view.place.zoom);
else showWhole();

const pictures = rasters.map((raster, order) => {
  const [w, s, e, n] = raster.bounds;
  return {
    name: raster.name,
    tiles: L.tileLayer(`${raster.address}{z}/{x}/{y}{r}.${raster.form}`, {
      pane: "ground", zIndex: order + 1, bounds: [[s, w], [n, e]],
      minZoom: raster.minZoom, maxNativeZoom: raster.maxNativeZoom, maxZoom: 20,
      attribution: escapeText(raster.attribution),
    }),
  };
});
const tiles = new CityTiles({ attribution: attribution.map(escapeText).join(" · ") });
tiles.addTo(map);
const labels = new Labels(tiles);
labels.addTo(map);
const selection = new Selection(map);

function escapeText(words) {
  const holder = document.createElement("span");
  holder.textContent = words;
  return holder.innerHTML;
}

function showPictures() {
  for (const { name, tiles: picture } of pictures) {
    if (view.shown(name)) picture.addTo(map).setOpacity(view.opacity(name));
    else picture.remove();
  }
}

function dress() {
  byId("map").style.backgroundColor = theme().land;
  tiles.repaint();
}

const told = notices({
  tiles, notice: byId("map-notice"), sentence: byId("map-notice-text"),
  again: byId("map-again"), progress: byId("map-progress"),
});
const ask = placePanel(byId("place"), byId("place-body"), {
  show: (found) => selection.show(found),
  open: () => {
    panelSheet.atLeast("half");
    byId("panel-body").scrollTop = 0;
    byId("map-panel").classList.remove("search-open");
  },
});
layerPanel(byId("layers"), map, told.trouble);
downloadLink(byId("download"), map);
if (byId("plan")) planPanel(byId("plan"), byId("plan-summary"));

function rememberPlace() {
  const { lat, lng } = map.getCenter();
  view.setPlace({ zoom: map.getZoom(), lat, lon: lng });
}

function select({ lat, lng }) {
  const { lng: lon } = L.latLng(lat, lng).wrap();
  view.setSelection({ lat, lon });
}

function goTo(result) {
  if (result.lon === undefined) {
    if (result.url) window.location.assign(result.url);
    return;
  }
  panelSheet.atLeast(result.kind === "street" ? "low" : "half");
  const [w, s, e, n] = result.bbox;
  map.flyToBounds([[s, w], [n, e]], {
    ...room(), duration: 0.6, maxZoom: result.kind === "street" ? 17 : PARCEL_ZOOM,
    animate: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
  });
  if (result.kind === "street") selection.showBox(result.bbox);
  else select({ lat: result.lat, lng: result.lon });
}

searchBox({
  form: byId("search"), input: byId("search-input"), list: byId("search-results"),
  status: byId("search-status"), clear: byId("search-clear"), go: goTo,
  busy: (open) => {
    byId("map-panel").classList.toggle("search-open", open);
    if (open) panelSheet.atLeast("half");
  },
});

map.on("moveend", rememberPlace);
map.on("click", ({ latlng }) => {
  select(latlng);
  panelSheet.atLeast("half");
  const visible = map.getSize().y - panelSheet.covers();
  const { y } = map.latLngToContainerPoint(latlng);
  if (y > visible - 48) map.panBy([0, y - visible / 2]);
});
map.on("mousemove", ({ latlng }) => {
  const marker = labels.markerAt(latlng);
  selection.hover(latlng, marker, marker ? null : tiles.featureAt(latlng, HOVERED));
});
map.on("mouseout", () => selection.hover(null));

// The cross in the middle is for those who move the map by keys; a click focuses the map as well.
const byKeys = (yes) => () => map.getContainer().classList.toggle("by-keys", yes);
map.getContainer().addEventListener("keyup", byKeys(true));
map.getContainer().addEventListener("pointerdown", byKeys(false));
map.getContainer().addEventListener("blur", byKeys(false));
map.getContainer().addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target === map.getContainer()) select(map.getCenter());
});
byId("here").addEventListener("click", () => {
  view.selection = null;
  const { lat, lng } = map.getCenter();
  view.setSelection({ lat, lon: lng });
});
byId("place-close").addEventListener("click", () => {
  view.setSelection(null);
  byId("search-input").focus({ preventScroll: true });
  panelSheet.set("low");
});
byId("zoom-in").addEventListener("click", () => map.zoomIn());
byId("zoom-out").addEventListener("click", () => map.zoomOut());
byId("whole-city").addEventListener("click", showWhole);

view.addEventListener("layers", () => {
  showPictures();
  tiles.repaint();
});
view.addEventListener("plan", () => tiles.redraw());
view.addEventListener("legend", () => tiles.repaint());
onThemeChange(dress);
window.addEventListener("hashchange", () => window.location.reload());
document.fonts?.ready.then(() => labels.later());

showPictures();
dress();
rememberPlace();
if (view.selection) ask();
map.getContainer().setAttribute("aria-label", text("map_label"));
document.body.dataset.ready = "true";
