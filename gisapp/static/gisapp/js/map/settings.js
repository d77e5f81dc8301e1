/** What the page tells its modules: layers, plan versions, addresses and every sentence shown. */

const configuration = JSON.parse(document.getElementById("map-configuration").textContent);

export const language = configuration.language;
export const today = configuration.today;
export const bounds = configuration.bounds; // west, south, east, north in degrees, or null
export const attribution = configuration.attribution;
export const layers = configuration.layers;
export const rasters = configuration.rasters;
export const versions = configuration.versions;
export const addresses = configuration.addresses;
export const groups = configuration.groups;

/** A sentence in the page's language; `{name}` in it is replaced by `fill.name`. */
export function text(key, fill = {}) {
  const sentence = configuration.texts[key] ?? key;
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => fill[name] ?? whole);
}

const numbers = new Map();

/** A number in the page's language, with Western digits so that references stay recognisable. */
export function number(value, decimals = 0) {
  if (!numbers.has(decimals)) {
    numbers.set(
      decimals,
      new Intl.NumberFormat(`${language}-u-nu-latn`, { maximumFractionDigits: decimals }),
    );
  }
  return numbers.get(decimals).format(Number(value));
}

const days = new Intl.DateTimeFormat(`${language}-u-nu-latn-ca-gregory`, {
  year: "numeric", month: "long", day: "numeric", timeZone: "UTC",
});

/** A calendar day (YYYY-MM-DD) in words. */
export function day(iso) {
  return days.format(new Date(`${iso}T00:00:00Z`));
}
