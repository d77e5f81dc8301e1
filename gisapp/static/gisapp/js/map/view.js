/**
 * The view as the address says it: `#15/24.40019/38.60953&layers=zones,parcels&on=2020-01-01&at=…`.
 * The fragment never reaches the server, and a change of language carries it along.
 */

import { layers, rasters, today, versions } from "./settings.js";

const PLACE = /^(\d{1,2}(?:\.\d+)?)\/(-?\d{1,2}(?:\.\d+)?)\/(-?\d{1,3}(?:\.\d+)?)$/;

/** What may change on the map, and who wants to know: listen for "layers", "plan", "selection". */
class View extends EventTarget {
  constructor() {
    super();
    this.place = null; // {zoom, lat, lon}
    this.selection = null; // {lat, lon}
    this.on = ""; // a day, or "" for today
    this.version = null; // the number of a plan version shown outside its dates (a draft)
    this.layers = new Map();
    for (const layer of [...layers, ...rasters]) {
      this.layers.set(layer.name, { shown: layer.shown ?? true, opacity: 1 });
    }
    this.usual = this.shownNames().join(",");
  }

  shown(name) {
    return this.layers.get(name)?.shown ?? false;
  }

  opacity(name) {
    return this.layers.get(name)?.opacity ?? 1;
  }

  shownNames() {
    return [...this.layers].filter(([, layer]) => layer.shown).map(([name]) => name);
  }

  /** The query that tells the server which plan is meant. */
  planQuery() {
    if (this.version) return { version: String(this.version) };
    return this.on ? { on: this.on } : {};
  }

  setLayer(name, change) {
    Object.assign(this.layers.get(name), change);
    this.#tell("layers");
  }

  setPlan({ on = "", version = null }) {
    this.on = on === today ? "" : on;
    this.version = version;
    this.#tell("plan");
  }

  setSelection(selection) {
    this.selection = selection;
    this.#tell("selection");
  }

  setPlace(place) {
    this.place = place;
    this.#write();
  }

  #tell(what) {
    this.#write();
    this.dispatchEvent(new Event(what));
  }

  /** Take over what the address says; anything that makes no sense is passed over. */
  read() {
    const parts = location.hash.replace(/^#/, "").split("&");
    const found = PLACE.exec(parts[0]);
    if (found) {
      parts.shift();
      const [zoom, lat, lon] = found.slice(1).map(Number);
      if (zoom <= 20 && Math.abs(lat) <= 85 && Math.abs(lon) <= 180) this.place = { zoom, lat, lon };
    }
    const words = new URLSearchParams(parts.join("&"));
    const names = words.get("layers")?.split(",");
    if (names) for (const [name, layer] of this.layers) layer.shown = names.includes(name);
    if (/^\d{4}-\d{2}-\d{2}$/.test(words.get("on") ?? "")) this.on = words.get("on");
    const version = Number(words.get("version"));
    if (versions.some((known) => known.version === version)) this.version = version;
    const [lat, lon] = (words.get("at") ?? "").split(",").map(Number);
    if (Number.isFinite(lat) && Number.isFinite(lon)) this.selection = { lat, lon };
  }

  #write() {
    if (!this.place) return;
    const { zoom, lat, lon } = this.place;
    const parts = [`${zoom}/${lat.toFixed(5)}/${lon.toFixed(5)}`];
    const names = this.shownNames().join(",");
    if (names !== this.usual) parts.push(`layers=${names}`);
    if (this.on) parts.push(`on=${this.on}`);
    if (this.version) parts.push(`version=${this.version}`);
    if (this.selection) {
      parts.push(`at=${this.selection.lat.toFixed(6)},${this.selection.lon.toFixed(6)}`);
    }
    history.replaceState(history.state, "", `#${parts.join("&")}`);
  }
}

export const view = new View();
