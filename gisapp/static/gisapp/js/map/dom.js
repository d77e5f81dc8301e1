/** Building elements: data only ever becomes text, never markup. */

/**
 * An element with attributes and children. `on…` keys are listeners, `class` is the class list,
 * true means an attribute without value, false, null and undefined leave it out.
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name in made && typeof value === "boolean") made[name] = value;
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

/** A reference such as 125/7, kept in its own direction inside Arabic text. */
export function reference(value) {
  return element("bdi", { dir: "ltr", class: "ref" }, String(value));
}

/** An icon that says nothing to a screen reader. */
export function icon(name) {
  return element("i", { class: `bi bi-${name}`, "aria-hidden": "true" });
}

/** Replace what an element holds. */
export function fill(holder, ...children) {
  holder.replaceChildren(...children.filter(Boolean));
}
