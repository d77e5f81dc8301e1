/** How each layer looks on a tile: a quiet city map, from the ground up. */

import { hatch } from "./patterns.js";
import { layers } from "./settings.js";
import { legendEntry, theme } from "./theme.js";
import { view } from "./view.js";

const SIDE = 256;
const outlined = layers.find((layer) => layer.name === "boundary")?.loaded;
const EARTH_M = 40_075_016.686;

/** Metres on the ground for one pixel of a tile. */
function pixelMetres({ z, y }) {
  const latitude = Math.atan(Math.sinh(Math.PI * (1 - (2 * (y + 0.5)) / 2 ** z)));
  return (EARTH_M * Math.cos(latitude)) / 2 ** z / 256;
}

const MAIN_STREET = new Set([
  "arterial", "primary", "secondary", "trunk", "motorway", "highway", "main", "collector",
]);
const USUAL_WIDTH_M = 9;
const GREEN = new Set(["open_space", "agricultural", "park", "green"]);

/** Paint every shown layer of a tile, lowest first. */
export function paint(context, { coords, features }) {
  const tile = { c: context, z: coords.z, metre: 1 / pixelMetres(coords), look: theme() };
  const painters = [
    ["boundary", ground], ["zones", zones], ["overlays", overlayAreas], ["parcels", parcels],
    ["conformance", conformance], ["streets", streets], ["buildings", buildings], ["overlays", overlayLines], ["parcel_edges", edges],
  ];
  if (outlined && !features.boundary && view.shown("boundary")) {
    context.fillStyle = tile.look.outside;
    context.fillRect(0, 0, SIDE, SIDE);
  }
  for (const [name, painter] of painters) {
    if (!features[name] || !view.shown(name)) continue;
    context.save();
    tile.opacity = view.opacity(name);
    context.globalAlpha = tile.opacity;
    painter(tile, features[name]);
    context.restore();
  }
}

/** Outside the municipality the ground is a shade darker, and its limit is drawn. */
function ground({ c, look, z }, features) {
  const beyond = new Path2D();
  beyond.rect(-SIDE, -SIDE, 3 * SIDE, 3 * SIDE);
  for (const { path } of features) beyond.addPath(path);
  c.fillStyle = look.outside;
  c.fill(beyond, "evenodd");
  c.strokeStyle = look.boundary;
  c.lineWidth = z < 13 ? 1.2 : 2;
  c.setLineDash([8, 4, 2, 4]);
  for (const { path } of features) c.stroke(path);
}

function zones({ c, z, look, opacity }, features) {
  const share = z >= 16 ? look.zoneAlphaNear : look.zoneAlpha;
  for (const { path, properties } of features) {
    c.globalAlpha = opacity * share * (GREEN.has(properties.category) ? 1.25 : 1);
    c.fillStyle = properties.colour;
    c.fill(path, "evenodd");
  }
  c.globalAlpha = opacity;
  c.strokeStyle = look.zoneLine;
  c.lineWidth = z >= 15 ? 1.4 : 0.7;
  for (const { path } of features) c.stroke(path);
}

function parcels({ c, z, look }, features) {
  c.strokeStyle = look.parcelLine;
  c.lineWidth = { 15: 0.35, 16: 0.6, 17: 0.8 }[z] ?? 1;
  c.fillStyle = look.parcelFill;
  const all = new Path2D();
  for (const { path } of features) all.addPath(path);
  if (z >= 16) c.fill(all, "evenodd");
  c.stroke(all);
}

/** Parcels by the verdict of a check of the city: colour and hatch together say which. */
function conformance({ c, z, opacity }, features) {
  for (const { path, properties } of features) {
    const entry = legendEntry("conformance", properties.outcome);
    if (!entry) continue;
    c.strokeStyle = c.fillStyle = entry.colour;
    c.lineWidth = z >= 16 ? 1.4 : 0.6;
    c.globalAlpha = opacity * 0.8;
    if (z >= 15) c.stroke(path);
    if (entry.pattern === "outline") continue;
    c.globalAlpha = opacity * (z >= 15 ? 0.42 : 0.6);
    c.fill(path, "evenodd");
    const pattern = z >= 15 && hatch(c, entry.pattern, entry.colour);
    if (!pattern) continue;
    c.globalAlpha = opacity * 0.85;
    c.fillStyle = pattern;
    c.fill(path, "evenodd");
  }
}

function streetLook(feature, { metre, z }) {
  const main = MAIN_STREET.has(feature.properties.class);
  const drawn = (feature.properties.width_m || USUAL_WIDTH_M) * metre;
  // Carriageways rather than the whole right of way, so that parcel lines stay visible beside them.
  const least = z < 13 ? (main ? 1 : 0.5) : main ? 2 : 1;
  return { main, width: Math.max(least, drawn * (z >= 17 ? 0.82 : 0.9)) };
}

function streets(tile, features) {
  const { c, look, z } = tile;
  c.lineCap = "round";
  c.lineJoin = "round";
  const drawn = features
    .map((feature) => ({ path: feature.path, ...streetLook(feature, tile) }))
    .sort((a, b) => a.main - b.main || a.width - b.width);
  for (const { path, main, width } of drawn) {
    if (z < 14 ? !main : width < 1.6) continue;
    c.strokeStyle = main ? look.mainCasing : look.casing;
    c.lineWidth = width + (z >= 16 ? 1.6 : 1);
    c.stroke(path);
  }
  for (const { path, main, width } of drawn) {
    c.strokeStyle = main ? look.mainStreet : look.street;
    c.lineWidth = width;
    c.stroke(path);
  }
}

const TALL_STOREYS = 10;

function mix(from, to, share) {
  const [r, g, b] = from.map((value, i) => Math.round(value + (to[i] - value) * share));
  return `rgb(${r} ${g} ${b})`;
}

function buildings({ c, z, look }, features) {
  if (z >= 16) {
    c.fillStyle = look.shadow;
    for (const { path, properties } of features) {
      const reach = Math.min(0.35 * (properties.storeys || 1) * 2 ** (z - 17), 14);
      c.save();
      c.translate(reach, reach);
      c.fill(path, "evenodd");
      c.restore();
    }
  }
  for (const { path, properties } of features) {
    const height = Math.min(properties.storeys || 1, TALL_STOREYS) / TALL_STOREYS;
    c.fillStyle = mix(look.building, look.buildingTall, height);
    c.fill(path, "evenodd");
  }
  if (z < 15) return;
  c.strokeStyle = look.buildingLine;
  c.lineWidth = z >= 17 ? 0.8 : 0.4;
  for (const { path } of features) c.stroke(path);
}

function overlayAreas({ c, opacity }, features) {
  for (const { path, closed, properties } of features) {
    const entry = legendEntry("overlays", properties.kind);
    if (!entry || !closed) continue;
    c.globalAlpha = opacity * 0.13;
    c.fillStyle = entry.colour;
    c.fill(path, "evenodd");
    const pattern = hatch(c, entry.pattern, entry.colour);
    if (!pattern) continue;
    c.globalAlpha = opacity * 0.5;
    c.fillStyle = pattern;
    c.fill(path, "evenodd");
  }
}

function overlayLines({ c, z, opacity }, features) {
  c.globalAlpha = opacity * 0.9;
  c.lineWidth = z >= 15 ? 1.6 : 1;
  c.setLineDash([7, 3]);
  for (const { path, properties } of features) {
    const entry = legendEntry("overlays", properties.kind);
    if (!entry) continue;
    c.strokeStyle = entry.colour;
    c.stroke(path);
  }
}

function edges({ c }, features) {
  c.lineCap = "butt";
  c.lineWidth = 3;
  for (const { path, properties } of features) {
    c.strokeStyle = legendEntry("parcel_edges", properties.kind)?.colour ?? "#888888";
    c.stroke(path);
  }
}
