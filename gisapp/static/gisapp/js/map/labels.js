/** Names, codes, numbers and markers over the tiles: one canvas, and nothing covers anything else. */

import * as L from "leaflet";
import { language } from "./settings.js";
import { markerPath } from "./patterns.js";
import { innerPoint, straightRun } from "./shapes.js";
import { FONT, legendEntry, theme } from "./theme.js";
import { view } from "./view.js";

const MARGIN = 0.25; // of the screen, so that panning shows what is already placed
const SIDE = 256;

function nameOf({ properties }) {
  return properties[`name_${language}`] || properties.name_ar || properties.name_en || properties.name_fr || "";
}

/** Boxes already taken, asked by overlap. */
class Taken {
  constructor() {
    this.boxes = [];
  }

  free(boxes) {
    return boxes.every((a) => this.boxes.every(
      (b) => a.x + a.w < b.x || b.x + b.w < a.x || a.y + a.h < b.y || b.y + b.h < a.y,
    ));
  }

  take(boxes) {
    this.boxes.push(...boxes);
  }
}

/** What wants to be written, in the order of importance. `kind` says how. */
function wishes(tiles, zoom) {
  const found = [];
  const add = (name, least, most, wish) => {
    if (zoom < least || zoom > most || !view.shown(name)) return;
    for (const { coords, features } of tiles) {
      for (const feature of features[name] ?? []) {
        const wanted = wish(feature);
        if (!wanted?.text) continue;
        wanted.x += coords.x * SIDE;
        wanted.y += coords.y * SIDE;
        found.push(wanted);
      }
    }
  };
  add("zones", 12, 17, (feature) => {
    const at = (feature.inner ??= innerPoint(feature.parts));
    return at.room > 9 && { kind: "zone", text: feature.properties.code, ...at, weight: 5e3 + at.room, apart: 190 };
  });
  add("streets", 14, 20, (feature) => {
    const text = nameOf(feature);
    const run = text && (feature.run ??= feature.parts.map(straightRun).sort((a, b) => b?.length - a?.length)[0]);
    const width = feature.properties.width_m ?? 0;
    return run && (zoom >= 16 || width >= 18)
      && { kind: "street", text, ...run, weight: 2e3 + width * 10, apart: 330 };
  });
  add("places", 15, 20, (feature) => (
    { kind: "place", text: nameOf(feature), ...feature.parts[0][0], weight: 3e3, apart: 80 }
  ));
  add("parcels", 17, 20, (feature) => {
    const at = (feature.inner ??= innerPoint(feature.parts));
    return (zoom > 17 || at.room > 13) && { kind: "parcel", text: feature.properties.reference?.split("/").at(-1), key: feature.id, ...at, weight: at.room, apart: Infinity };
  });
  return found.sort((a, b) => b.weight - a.weight);
}

const MARKER_PX = { 12: 2, 13: 2.3, 14: 3, 15: 4, 16: 5.5, 17: 7 };

const STYLES = {
  zone: { font: `700 12.5px ${FONT}`, height: 15, halo: 4 },
  street: { font: `500 11.5px ${FONT}`, height: 13, halo: 3 },
  place: { font: `600 12px ${FONT}`, height: 15, halo: 3.5 },
  parcel: { font: `500 11px ${FONT}`, height: 11, halo: 2.5 },
};

export const Labels = L.Layer.extend({
  initialize(tiles) {
    this.tiles = tiles;
    this.markers = [];
  },

  onAdd(map) {
    this.canvas = L.DomUtil.create("canvas", "map-labels leaflet-zoom-hide");
    this.canvas.setAttribute("aria-hidden", "true");
    this.getPane("labels").append(this.canvas);
    this.tiles.on("painted", this.later, this);
    map.on("moveend zoomend resize", this.later, this);
  },

  onRemove(map) {
    this.canvas.remove();
    this.tiles.off("painted", this.later, this);
    map.off("moveend zoomend resize", this.later, this);
  },

  later() {
    this._frame ??= requestAnimationFrame(() => {
      this._frame = null;
      if (this._map && !this._map._animatingZoom) this.draw();
    });
  },

  draw() {
    const map = this._map;
    const zoom = map.getZoom();
    const size = map.getSize();
    const pad = size.multiplyBy(MARGIN).round();
    const ratio = window.devicePixelRatio || 1;
    const corner = map.containerPointToLayerPoint([0, 0]).subtract(pad);
    const [width, height] = [size.x + 2 * pad.x, size.y + 2 * pad.y];
    L.DomUtil.setPosition(this.canvas, corner);
    Object.assign(this.canvas.style, { width: `${width}px`, height: `${height}px` });
    this.canvas.width = width * ratio;
    this.canvas.height = height * ratio;
    const c = this.canvas.getContext("2d");
    c.scale(ratio, ratio);
    c.textAlign = "center";
    c.textBaseline = "middle";
    c.lineJoin = "round";
    const origin = map.getPixelOrigin().add(corner);
    const inside = ({ x, y }) => x > -60 && y > -60 && x < width + 60 && y < height + 60;
    const taken = new Taken();
    const present = this.tiles.present();
    const markers = this._placeMarkers(present, zoom, origin).filter(inside);
    taken.take(markers.map(({ x, y }) => ({ x: x - 8, y: y - 8, w: 16, h: 16 })));
    this._write(c, wishes(present, zoom), { origin, inside, taken });
    for (const marker of markers) this._mark(c, marker, zoom);
  },

  _placeMarkers(tiles, zoom, origin) {
    this.markers = [];
    if (!view.shown("applications")) return this.markers;
    const seen = new Set();
    for (const { coords, features } of tiles) {
      for (const { id, parts, properties } of features.applications ?? []) {
        if (seen.has(id)) continue;
        seen.add(id);
        const world = { x: parts[0][0].x + coords.x * SIDE, y: parts[0][0].y + coords.y * SIDE };
        this.markers.push({ world, properties, x: world.x - origin.x, y: world.y - origin.y });
      }
    }
    return this.markers;
  },

  _write(c, wanted, { origin, inside, taken }) {
    const look = theme();
    const written = new Map();
    const sizes = new Map();
    for (const wish of wanted) {
      const at = { ...wish, x: wish.x - origin.x, y: wish.y - origin.y };
      if (!inside(at)) continue;
      const style = STYLES[wish.kind];
      c.font = style.font;
      const key = `${wish.kind} ${wish.key ?? wish.text}`;
      if (!sizes.has(style.font + wish.text)) sizes.set(style.font + wish.text, c.measureText(wish.text).width);
      const boxes = this._boxes(at, sizes.get(style.font + wish.text), style.height);
      const others = written.get(key) ?? [];
      if (!boxes || others.some((o) => Math.hypot(o.x - at.x, o.y - at.y) < wish.apart)) continue;
      if (!taken.free(boxes)) continue;
      taken.take(boxes);
      written.set(key, [...others, at]);
      this._text(c, at, style, look);
    }
  },

  /** The boxes a text needs, or null where there is no room for it. */
  _boxes({ kind, x, y, angle, length, room }, width, height) {
    if (kind === "parcel" && (width > room * 2.6 || height > room * 2)) return null;
    if (kind === "place") return [{ x: x - width / 2 - 4, y: y - 6, w: width + 8, h: height + 18 }];
    if (kind !== "street") return [{ x: x - width / 2 - 3, y: y - height / 2 - 2, w: width + 6, h: height + 4 }];
    if (length < width + 12) return null;
    const count = Math.max(1, Math.ceil(width / 16));
    return Array.from({ length: count }, (_, i) => {
      const along = ((i + 0.5) / count - 0.5) * width;
      const side = height + 4;
      return { x: x + Math.cos(angle) * along - side / 2, y: y + Math.sin(angle) * along - side / 2, w: side, h: side };
    });
  },

  _text(c, { kind, text, x, y, angle = 0 }, style, look) {
    c.save();
    c.translate(x, y);
    c.rotate(angle);
    c.direction = kind === "parcel" || kind === "zone" ? "ltr" : document.documentElement.dir || "ltr";
    c.strokeStyle = look.halo;
    c.lineWidth = style.halo;
    c.fillStyle = { zone: look.ink, parcel: look.inkSoft, place: look.placeInk, street: look.inkSoft }[kind];
    if (kind === "place") {
      const dot = markerPath("circle", 0, 0, 3);
      c.stroke(dot);
      c.fill(dot);
      c.translate(0, 13);
    }
    c.strokeText(text, 0, 0);
    c.fillText(text, 0, 0);
    c.restore();
  },

  _mark(c, { x, y, properties }, zoom) {
    const entry = legendEntry("applications", properties.group);
    if (!entry) return;
    const outline = markerPath(entry.pattern, x, y, MARKER_PX[zoom] ?? (zoom > 17 ? 7.5 : 2));
    c.globalAlpha = view.opacity("applications");
    c.strokeStyle = theme().markerRim;
    c.lineWidth = zoom >= 16 ? 3 : 1.6;
    c.stroke(outline);
    c.fillStyle = entry.colour;
    c.fill(outline);
    c.globalAlpha = 1;
  },

  /** The application whose marker is under a place on the screen, if any. */
  markerAt(latlng) {
    const at = this._map.project(latlng);
    const near = this.markers.filter(({ world }) => Math.hypot(world.x - at.x, world.y - at.y) < 12);
    return near[0] ?? null;
  },
});
