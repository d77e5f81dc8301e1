/** The map's colours by day and by night; legends bring the colours of zones and states. */

const DAY = {
  outside: "rgb(226 225 219 / 60%)", land: "#f8f6f1", boundary: "#7d827b",
  zoneAlpha: 0.5, zoneAlphaNear: 0.36, zoneLine: "rgb(74 66 50 / 26%)",
  parcelLine: "rgb(84 74 56 / 42%)", parcelFill: "rgb(255 255 255 / 34%)",
  casing: "#d3cdc0", street: "#ffffff", mainStreet: "#fdf1d3", mainCasing: "#cdb98c",
  building: [238, 232, 222], buildingTall: [190, 179, 164], buildingLine: "rgb(104 92 74 / 48%)",
  shadow: "rgb(70 60 40 / 12%)",
  ink: "#26302d", inkSoft: "#59645f", halo: "rgb(252 251 247 / 92%)", placeInk: "#4a4038",
  markerRim: "#ffffff", hover: "#0b5c5b", selected: "#0b5c5b",
};

const NIGHT = {
  outside: "rgb(6 10 9 / 62%)", land: "#18201e", boundary: "#7d8782",
  zoneAlpha: 0.34, zoneAlphaNear: 0.24, zoneLine: "rgb(220 225 215 / 18%)",
  parcelLine: "rgb(214 220 212 / 30%)", parcelFill: "rgb(255 255 255 / 4%)",
  casing: "#0b100f", street: "#35403d", mainStreet: "#4d4a3b", mainCasing: "#141a18",
  building: [58, 68, 64], buildingTall: [104, 114, 108], buildingLine: "rgb(8 12 11 / 70%)",
  shadow: "rgb(0 0 0 / 32%)",
  ink: "#eef2ee", inkSoft: "#b4c0ba", halo: "rgb(14 20 18 / 88%)", placeInk: "#d9d2c6",
  markerRim: "#0d1312", hover: "#7fd6ce", selected: "#7fd6ce",
};

const night = window.matchMedia("(prefers-color-scheme: dark)");

/** The colours that suit the visitor's setting. */
export function theme() {
  return night.matches ? NIGHT : DAY;
}

/** Be told when the visitor changes between day and night. */
export function onThemeChange(listener) {
  night.addEventListener("change", listener);
}

export const FONT = '"Noto Sans", "Noto Sans Arabic", system-ui, sans-serif';

const legendColours = new Map();

/** Remember a legend, so that the map draws with the same values that the panel explains. */
export function learnLegend(layer, entries) {
  legendColours.set(layer, new Map(entries.map((entry) => [entry.key, entry])));
}

/** The legend's line for a value in a tile: {key, label, colour, pattern}. */
export function legendEntry(layer, key) {
  const entries = legendColours.get(layer);
  return entries?.get(key) ?? entries?.values().next().value ?? null;
}
