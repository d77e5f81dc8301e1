/** What lies at the chosen point, as the server says it: exact, dated, and only what one may see. */

import { element, fill, icon, reference } from "./dom.js";
import { swatch } from "./patterns.js";
import { addresses, day, language, number, text } from "./settings.js";
import { legendEntry } from "./theme.js";
import { view } from "./view.js";

function facts(pairs) {
  const known = pairs.filter(([, value]) => value);
  if (!known.length) return null;
  return element("dl", { class: "place-facts" }, ...known.flatMap(([name, value]) => [
    element("dt", {}, name), element("dd", {}, value),
  ]));
}

function area(value) {
  return value && `${number(value)} ${text("square_metres")}`;
}

function section(title, items) {
  if (!items.length) return null;
  return element("section", { class: "place-section" }, element("h3", {}, title), ...items);
}

function parcelCard(parcel) {
  return element("div", { class: "place-parcel" },
    element("p", { class: "eyebrow" }, text("parcel")),
    element("h2", { tabindex: "-1" }, reference(parcel.reference)),
    parcel.address ? element("p", { class: "place-address" }, parcel.address) : null,
    facts([
      [text("area_registered"), area(parcel.registered_area_m2)],
      [text("area_surveyed"), area(parcel.surveyed_area_m2)],
      [text("area_drawn"), area(parcel.drawn_area_m2)],
      [text("land_use"), parcel.land_use_name],
    ]),
    parcel.url ? element("a", { class: "button", href: parcel.url }, text("open_parcel")) : null);
}

function zoneItem(zone) {
  return element("div", { class: "place-zone" },
    element("span", { class: "zone-code", style: `--zone: ${zone.colour}` }, element("bdi", { dir: "ltr" }, zone.code)),
    element("div", {}, element("strong", {}, zone.name),
      zone.description ? element("p", {}, zone.description) : null,
      element("p", { class: "muted" }, zone.plan)));
}

function overlayItem(overlay) {
  const entry = legendEntry("overlays", overlay.kind);
  return element("div", { class: "place-line" }, entry ? swatch(entry) : null,
    element("div", {}, element("strong", {}, overlay.name),
      element("p", { class: "muted" }, overlay.kind_name,
        overlay.distance_m ? ` · ${number(overlay.distance_m, 1)} ${text("metres")}` : "")));
}

function buildingItem(building) {
  return element("div", { class: "place-line" }, element("div", {},
    element("strong", {}, building.name || building.use_name || text("building")),
    facts([
      [text("storeys"), building.storeys && number(building.storeys, 1)],
      [text("height"), building.height_m && `${number(building.height_m, 1)} ${text("metres")}`],
      [text("built"), building.year_built && String(building.year_built)],
    ])));
}

function applicationItem(application) {
  const entry = legendEntry("applications", application.group);
  const name = reference(application.number);
  return element("div", { class: "place-line" }, entry ? swatch(entry) : null,
    element("div", {}, application.url ? element("a", { href: application.url }, name) : element("strong", {}, name),
      element("p", {}, application.title),
      element("p", { class: "muted" }, application.status_name,
        application.filing_date ? ` · ${day(application.filing_date)}` : "")));
}

function answer(found) {
  const nothing = !found.parcels.length && !found.zones.length && !found.overlays.length && !found.buildings.length;
  if (nothing) return [element("p", { class: "place-empty" }, icon("geo"), text("nothing_here"))];
  return [
    ...found.parcels.map(parcelCard),
    found.parcels.length ? null : element("p", { class: "place-empty", tabindex: "-1" }, icon("bounding-box"), text("no_parcel_here")),
    section(text("applications"), found.applications.map(applicationItem)),
    section(text("zoning"), found.zones.length
      ? found.zones.map(zoneItem) : [element("p", { class: "muted" }, text("no_zone_here"))]),
    section(text("overlays"), found.overlays.map(overlayItem)),
    section(text("buildings"), found.buildings.map(buildingItem)),
  ];
}

/**
 * Ask what is at the selection whenever it or the plan changes. `show` gets the answer, to draw it
 * on the map; `open` is told when the panel has something new to say.
 */
export function placePanel(holder, body, { show, open }) {
  let wish = null;
  const ask = async ({ focus = false } = {}) => {
    wish?.abort();
    const { selection } = view;
    holder.hidden = !selection;
    if (!selection) {
      show(null);
      return;
    }
    wish = new AbortController();
    const query = new URLSearchParams({
      lon: selection.lon, lat: selection.lat, lang: language, ...view.planQuery(),
    });
    holder.setAttribute("aria-busy", "true");
    const late = setTimeout(() => fill(body, element("p", { class: "place-empty" }, text("asking"))), 250);
    try {
      const response = await fetch(`${addresses.identify}?${query}`, { signal: wish.signal });
      const found = await response.json();
      if (!response.ok) throw new Error(found.detail || String(response.status));
      show(found);
      fill(body, ...answer(found));
      open();
      if (focus) body.querySelector("[tabindex='-1']")?.focus({ preventScroll: true });
    } catch (reason) {
      if (reason.name === "AbortError") return;
      const said = reason instanceof TypeError ? text("no_answer") : reason.message;
      fill(body, element("div", { class: "place-empty", role: "alert" }, element("p", {}, text("failed", { reason: said })),
        element("button", { type: "button", class: "button quiet", onclick: () => ask() }, text("try_again"))));
      open();
    } finally {
      clearTimeout(late);
      holder.removeAttribute("aria-busy");
    }
  };
  view.addEventListener("selection", () => ask());
  view.addEventListener("plan", () => view.selection && ask());
  return ask;
}
