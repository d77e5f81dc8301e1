/** Which plan the map shows: the versions one may see, and any day in between. */

import { element, fill } from "./dom.js";
import { day, text, today, versions } from "./settings.js";
import { view } from "./view.js";

function dates({ from, to, statusName, legal }) {
  if (!legal || (!from && !to)) return statusName;
  if (from && to) return text("in_force_between", { from: day(from), to: day(to) });
  return from ? text("in_force_since", { from: day(from) }) : text("until", { to: day(to) });
}

function covers(version, on) {
  return version.legal && (!version.from || version.from <= on) && (!version.to || on <= version.to);
}

/** The versions shown now. */
function present() {
  if (view.version) return versions.filter(({ version }) => version === view.version);
  return versions.filter((version) => covers(version, view.on || today));
}

/** Show a version: on its day if it was ever in force, by its number if it is a draft. */
function choose(version) {
  if (!version.legal) view.setPlan({ version: version.version });
  else view.setPlan({ on: version.now ? "" : version.to || version.from });
}

/** Build the choice in `holder`, and keep `summary` saying what is shown. */
export function planPanel(holder, summary) {
  const options = versions.map((version) => {
    const radio = element("input", {
      type: "radio", name: "plan-version", value: String(version.version), onchange: () => choose(version),
    });
    return { version, radio, item: element("li", {}, element("label", { class: "plan-option" }, radio,
      element("span", { class: "plan-words" },
        element("span", { class: "plan-name" }, version.plan, " ", element("bdi", {}, version.label)),
        element("span", { class: "plan-dates" }, dates(version))),
      element("span", { class: `plan-status plan-status-${version.status}` }, version.statusName))) };
  });
  const field = element("input", {
    type: "date", min: "1800-01-01", max: "2199-12-31",
    onchange: (event) => event.target.value && view.setPlan({ on: event.target.value }),
  });
  const none = element("p", { class: "plan-none", role: "status", hidden: true }, text("no_plan_on_date"));
  holder.append(
    element("ul", { class: "plan-options", role: "radiogroup", "aria-label": text("plan") },
      ...options.map(({ item }) => item)),
    element("div", { class: "plan-date" },
      element("label", {}, element("span", {}, text("on_date")), field),
      element("button", { type: "button", class: "button quiet", onclick: () => view.setPlan({}) }, text("to_today"))),
    none,
  );
  const show = () => {
    const shown = present();
    const ids = new Set(shown.map(({ version }) => version));
    for (const { version, radio } of options) radio.checked = ids.has(version.version);
    field.value = view.version ? "" : view.on || today;
    none.hidden = shown.length > 0;
    const [first] = shown;
    fill(summary, element("strong", {}, first ? `${first.plan} ` : text("no_plan_on_date"),
      first ? element("bdi", {}, first.label) : null),
    first ? element("span", {}, !view.on && !view.version ? text("as_of_today") : dates(first)) : null);
  };
  view.addEventListener("plan", show);
  show();
}
