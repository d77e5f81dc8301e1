/**
 * Findings and the map say the same: choosing a finding shows on the map what it is about.
 *
 * A finding is chosen with its button, or with a click anywhere on it; the choice is in the
 * address, so that it can be sent to somebody and survives a change of language.
 */

const L = window.L;
const PARTS_OF_PARCEL = new Set(["lot_area", "frontage", "land_use", "lot_area_per_dwelling"]);
const CONTROLS = "a, button, summary, details, input, table";

/** What a finding points at when it carries no geometry of its own. */
function fallback(kind, data) {
  const whole = data.parcel?.geometry ?? data.parcel;
  const building = data.footprint?.geometry ?? data.footprint;
  return PARTS_OF_PARCEL.has(kind) ? whole : (building ?? whole);
}

function isLine(shape) {
  return shape.type.endsWith("LineString");
}

class Chooser {
  constructor({ map, data, extent }) {
    this.map = map;
    this.data = data;
    this.extent = extent;
    this.caption = document.getElementById("map-why");
    this.shown = L.layerGroup().addTo(map);
    this.calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  }

  choose(item, { scroll = true } = {}) {
    for (const other of document.querySelectorAll("[data-finding]")) {
      const chosen = other === item;
      other.classList.toggle("is-chosen", chosen);
      other.querySelector(".show-why").setAttribute("aria-pressed", String(chosen));
    }
    this.show(item);
    window.history.replaceState(null, "", `#${item.id}`);
    if (scroll) this.bringIntoView();
  }

  show(item) {
    const finding = this.data.findings[item.dataset.finding];
    const shape = finding.geometry ?? fallback(finding.kind, this.data);
    this.shown.clearLayers();
    if (shape) {
      const drawn = L.geoJSON(shape, {
        interactive: false,
        style: (feature) => ({ className: `why${isLine(feature.geometry ?? shape) ? " is-line" : ""}` }),
        pointToLayer: (_, place) => L.circleMarker(place, { radius: 9, className: "why" }),
      });
      this.shown.addLayer(drawn);
      const bounds = drawn.getBounds().extend(this.extent);
      this.map.fitBounds(bounds.pad(0.25), { animate: !this.calm });
    }
    this.say(item);
  }

  /** The finding in words, under the shape that it is about. */
  say(item) {
    const words = [item.querySelector("h3").textContent.trim().replace(/\s+/g, " ")];
    for (const pair of item.querySelectorAll(".measures > div")) {
      const [term, value] = pair.children;
      words.push(`${term.textContent} ${isolate(value)}`);
    }
    this.caption.textContent = words.join(" · ");
    this.caption.hidden = false;
    this.caption.parentElement.classList.add("has-why");
  }

  bringIntoView() {
    const frame = this.map.getContainer();
    const { top, bottom } = frame.getBoundingClientRect();
    if (top >= 0 && bottom <= window.innerHeight) return;
    frame.scrollIntoView({ behavior: this.calm ? "auto" : "smooth", block: "center" });
  }
}

/** The words of an element, its number kept left to right as on the page. */
function isolate(element) {
  const number = element.querySelector("[dir=ltr]")?.textContent ?? "";
  const rest = element.textContent.trim().slice(number.length);
  return `\u2068${number && `\u2066${number}\u2069`}${rest}\u2069`;
}

export function connectFindings(drawing) {
  const items = document.querySelectorAll("[data-finding]");
  if (items.length === 0 || !drawing.data.findings) return;
  const chooser = new Chooser(drawing);
  for (const item of items) {
    const button = item.querySelector(".show-why");
    button.hidden = false;
    button.addEventListener("click", () => chooser.choose(item));
    item.addEventListener("click", (event) => {
      const selecting = String(window.getSelection());
      if (!selecting && !event.target.closest(CONTROLS)) chooser.choose(item);
    });
  }
  const asked = document.getElementById(decodeURIComponent(window.location.hash.slice(1)));
  const first = asked?.matches("[data-finding]") ? asked : null;
  if (first) chooser.choose(first, { scroll: false });
}
