/** The way from the map to the page of exports: it carries what is on the screen. */

import { layers } from "./settings.js";
import { view } from "./view.js";

/** West, south, east, north of what is seen, in degrees; about a metre exact. */
function seen(map) {
  const bounds = map.getBounds();
  const within = (degrees, most) => Math.min(Math.max(degrees, -most), most).toFixed(5);
  return [
    within(bounds.getWest(), 180), within(bounds.getSouth(), 90),
    within(bounds.getEast(), 180), within(bounds.getNorth(), 90),
  ].join(",");
}

/** Keep the link at the layers, the part of the city and the date that the map shows. */
export function downloadLink(link, map) {
  const page = link.pathname;
  const show = () => {
    const shown = layers.filter(({ name, loaded, minZoom }) => (
      loaded && view.shown(name) && map.getZoom() >= minZoom));
    const asked = new URLSearchParams({
      shown: shown.map(({ name }) => name).join(","), bbox: seen(map), ...view.planQuery(),
    });
    link.href = `${page}?${asked}`;
  };
  map.on("moveend", show);
  view.addEventListener("layers", show);
  view.addEventListener("plan", show);
  show();
}
