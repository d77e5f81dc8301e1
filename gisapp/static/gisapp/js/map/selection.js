/** What is chosen and what is under the pointer, drawn above the tiles. */

import * as L from "leaflet";
import { language } from "./settings.js";
import { legendEntry, theme } from "./theme.js";

const HALO = { weight: 7, opacity: 0.85, fill: false, interactive: false };

function tooltipText(marker, feature) {
  if (marker) {
    const entry = legendEntry("applications", marker.properties.group);
    return [marker.properties.number, entry?.label].filter(Boolean).join(" · ");
  }
  if (feature?.layer === "parcels") return feature.properties.reference;
  if (feature?.layer === "zones") {
    const entry = legendEntry("zones", feature.properties.code);
    return [feature.properties.code, entry?.label].filter(Boolean).join(" · ");
  }
  return "";
}

export class Selection {
  #map;
  #drawn;
  #tooltip;

  constructor(map) {
    this.#map = map;
    this.#drawn = L.layerGroup().addTo(map);
    this.#tooltip = L.tooltip({
      direction: "top", offset: [0, -10], className: `map-hint lang-${language}`, opacity: 1,
    });
  }

  /** Draw what was identified: the parcels, else the zone; and a pin at the point asked. */
  show(found) {
    this.#drawn.clearLayers();
    if (!found) return;
    const shapes = found.parcels.length ? found.parcels : found.zones.slice(0, 1);
    for (const { geometry } of shapes) this.#outline(geometry, { fill: found.parcels.length > 0 });
    for (const { geometry } of found.applications) {
      if (geometry) this.#outline(geometry, { dashArray: "5 4", weight: 2 });
    }
    L.marker([found.lat, found.lon], {
      icon: L.divIcon({ className: "map-pin", iconSize: [18, 18] }), interactive: false, keyboard: false,
    }).addTo(this.#drawn);
  }

  /** Draw the box of something long, such as a street. */
  showBox([west, south, east, north]) {
    this.#drawn.clearLayers();
    L.rectangle([[south, west], [north, east]], {
      color: theme().selected, weight: 2, dashArray: "6 5", fill: false, interactive: false,
    }).addTo(this.#drawn);
  }

  #outline(geometry, style) {
    const { selected, markerRim } = theme();
    L.geoJSON(geometry, { style: { ...HALO, color: markerRim } }).addTo(this.#drawn);
    L.geoJSON(geometry, {
      style: { color: selected, weight: 3, fillColor: selected, fillOpacity: 0.14, fill: false, interactive: false, ...style },
    }).addTo(this.#drawn);
  }

  /** A hint beside the pointer; without words it goes away. */
  hover(latlng, marker = null, feature = null) {
    const words = latlng ? tooltipText(marker, feature) : "";
    this.#map.getContainer().classList.toggle("over-something", Boolean(words));
    if (!words) {
      this.#map.closeTooltip(this.#tooltip);
      return;
    }
    const line = document.createElement("span");
    line.textContent = words;
    this.#tooltip.setContent(line).setLatLng(latlng);
    if (!this.#map.hasLayer(this.#tooltip)) this.#map.openTooltip(this.#tooltip);
  }
}
