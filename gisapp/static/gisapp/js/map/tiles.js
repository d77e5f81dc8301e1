/** Vector tiles as a Leaflet layer: fetched once, kept decoded, painted on canvas as often as needed. */

import * as L from "leaflet";
import { PbfReader } from "pbf";
import { VectorTile } from "@mapbox/vector-tile";
import { addresses, layers } from "./settings.js";
import { paint } from "./paint.js";
import { boxOf, pathOf } from "./shapes.js";
import { view } from "./view.js";

const SIDE = 256;
const POINT = 1;
const POLYGON = 3;

const loaded = layers.filter((layer) => layer.loaded);
const forAll = loaded.filter((layer) => !layer.personal);
const personal = loaded.filter((layer) => layer.personal);

/** Turn a tile's bytes into features by layer: {id, properties, parts, box, path}. */
export function decode(bytes) {
  const found = {};
  if (!bytes.byteLength) return found;
  const tile = new VectorTile(new PbfReader(bytes));
  for (const [name, layer] of Object.entries(tile.layers)) {
    found[name] = Array.from({ length: layer.length }, (_, index) => {
      const feature = layer.feature(index);
      const scale = SIDE / layer.extent;
      const parts = feature.loadGeometry().map((part) => part.map(({ x, y }) => ({ x: x * scale, y: y * scale })));
      return {
        id: feature.id,
        layer: name,
        properties: feature.properties,
        parts,
        box: boxOf(parts),
        path: feature.type === POINT ? null : pathOf(parts, feature.type === POLYGON),
        closed: feature.type === POLYGON,
      };
    });
  }
  return found;
}

function addressOf(names, { z, x, y }) {
  const query = new URLSearchParams(view.planQuery()).toString();
  const path = addresses.tiles.replace("LAYERS", names.join(","));
  return `${path}${z}/${x}/${y}.mvt${query ? `?${query}` : ""}`;
}

async function fetchTile(wanted, coords, signal) {
  const names = wanted.filter((layer) => layer.minZoom <= coords.z).map((layer) => layer.name);
  if (!names.length) return {};
  const response = await fetch(addressOf(names, coords), { signal });
  if (!response.ok) throw new Error(`${response.status}`);
  return decode(response.status === 204 ? new ArrayBuffer(0) : await response.arrayBuffer());
}

/** The city's own layers. Fires "painted" when a tile was painted, "tilefailed" when one was not. */
export const CityTiles = L.GridLayer.extend({
  options: { tileSize: SIDE, minZoom: 0, maxNativeZoom: 20, maxZoom: 20, updateWhenZooming: false, keepBuffer: 3 },

  initialize(options) {
    L.GridLayer.prototype.initialize.call(this, options);
    this.kept = new Map();
    this.on("tileunload", ({ coords }) => this._forget(coords));
  },

  createTile(coords, done) {
    const canvas = L.DomUtil.create("canvas", "city-tile");
    const key = this._tileCoordsToKey(coords);
    const tile = { coords, canvas, features: {}, wish: new AbortController() };
    this._forget(coords);
    this.kept.set(key, tile);
    this._load(tile).then(
      () => {
        this.paintTile(tile);
        done(null, canvas);
        this.fire("painted");
      },
      (reason) => {
        if (reason.name === "AbortError") return;
        this.kept.delete(key);
        done(reason, canvas);
        this.fire("tilefailed", { reason });
      },
    );
    return canvas;
  },

  async _load(tile) {
    const { signal } = tile.wish;
    const both = [forAll, personal].map((wanted) => fetchTile(wanted, tile.coords, signal));
    tile.features = Object.assign({}, ...(await Promise.all(both)));
  },

  _forget(coords) {
    const key = this._tileCoordsToKey(coords);
    this.kept.get(key)?.wish.abort();
    this.kept.delete(key);
  },

  paintTile(tile) {
    const ratio = window.devicePixelRatio || 1;
    const { canvas } = tile;
    canvas.width = canvas.height = SIDE * ratio;
    const context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    paint(context, tile);
  },

  /** Paint what is already here again: other layers, other opacity, other theme. */
  repaint() {
    for (const tile of this.kept.values()) this.paintTile(tile);
    this.fire("painted");
  },

  /** The tiles on screen at the present zoom. */
  present() {
    const zoom = this._tileZoom;
    return [...this.kept.values()].filter((tile) => tile.coords.z === zoom);
  },

  /** The topmost feature under a place, from the tile: a quick hint, not an exact answer. */
  featureAt(latlng, names) {
    const zoom = this._tileZoom;
    if (zoom === undefined) return null;
    const at = this._map.project(latlng, zoom);
    const tile = this.kept.get(`${Math.floor(at.x / SIDE)}:${Math.floor(at.y / SIDE)}:${zoom}`);
    if (!tile) return null;
    const [x, y] = [at.x - tile.coords.x * SIDE, at.y - tile.coords.y * SIDE];
    this._probe ??= document.createElement("canvas").getContext("2d");
    for (const name of names) {
      if (!view.shown(name)) continue;
      for (const feature of tile.features[name] ?? []) {
        const { box } = feature;
        if (!feature.closed || x < box.west || x > box.east || y < box.north || y > box.south) continue;
        if (this._probe.isPointInPath(feature.path, x, y, "evenodd")) return feature;
      }
    }
    return null;
  },
});
