/** The small map of a page of features: what the table lists, drawn; a click opens the feature. */

import * as L from "leaflet";

const CLOSEST = 19;
const LARGEST_PIXELS = 6;

const holder = document.getElementById("ogc-map");
const found = JSON.parse(document.getElementById("ogc-features").textContent);

const map = L.map(holder, {
  zoomControl: false,
  attributionControl: false,
  scrollWheelZoom: false,
  zoomSnap: 0.25,
});
L.control.zoom({ zoomInTitle: holder.dataset.zoomIn, zoomOutTitle: holder.dataset.zoomOut }).addTo(map);
L.control.scale({ imperial: false }).addTo(map);

/** The address of a feature in the table, if this page lists it. */
function addressOf(feature) {
  return document.querySelector(`a[data-feature="${Number(feature.id)}"]`)?.href;
}

const shapes = L.geoJSON(found, {
  style: (feature) => ({ className: feature.geometry.type.includes("Line") ? "ogc-line" : "ogc-shape" }),
  pointToLayer: (_feature, place) => L.circleMarker(place, { radius: LARGEST_PIXELS }),
  onEachFeature: (feature, shape) => {
    const address = addressOf(feature);
    if (!address) return;
    // textContent, never HTML: the words come from files.
    const words = document.createElement("bdi");
    words.textContent = Object.values(feature.properties).filter(Boolean).slice(0, 2).join(" · ") || feature.id;
    shape.bindTooltip(words, { sticky: true });
    shape.on("click", () => window.location.assign(address));
  },
}).addTo(map);

const bounds = shapes.getBounds();
if (bounds.isValid()) map.fitBounds(bounds.pad(0.1), { maxZoom: CLOSEST });
