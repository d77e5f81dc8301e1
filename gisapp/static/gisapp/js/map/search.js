/** The search box: an editable combobox over the server's search. */

import { element, fill, icon, reference } from "./dom.js";
import { addresses, language, text } from "./settings.js";

const PAUSE_MS = 180;
const ICONS = { parcel: "bounding-box", application: "file-earmark-text", street: "signpost", place: "geo-alt",
  district: "palette" };
const NUMBERED = new Set(["parcel", "application", "district"]);

/** Wire the box. `go` receives the chosen result; `busy` is told when results open or close. */
export function searchBox({ input, list, status, form, clear, go, busy }) {
  let results = [];
  let active = -1;
  let wish = null;
  let timer = null;
  let asked = "";

  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    active = -1;
    busy(false);
  };

  const mark = (index) => {
    active = index;
    [...list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === index)));
    const item = list.children[index];
    if (item) {
      input.setAttribute("aria-activedescendant", item.id);
      item.scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  };

  const choose = (result) => {
    input.value = result.title;
    clear.hidden = false;
    close();
    status.textContent = "";
    go(result);
  };

  const option = (result, index) => element("li", {
    id: `search-option-${index}`, role: "option", "aria-selected": "false",
    onmousedown: (event) => event.preventDefault(), // the box keeps the focus
    onclick: () => choose(result),
  }, icon(ICONS[result.kind]), element("span", { class: "result-words" },
    element("strong", {}, NUMBERED.has(result.kind) ? reference(result.title) : result.title),
    element("span", { class: "result-detail" }, text(`kind_${result.kind}`),
      result.detail ? ` · ${result.detail}` : "", result.lon === undefined ? ` · ${text("not_on_map")}` : "")));

  const ask = async (query) => {
    wish?.abort();
    wish = new AbortController();
    status.textContent = text("searching");
    try {
      const address = `${addresses.search}?${new URLSearchParams({ q: query, lang: language })}`;
      const response = await fetch(address, { signal: wish.signal });
      const found = await response.json();
      if (!response.ok) throw new Error(found.detail);
      results = found.results;
      asked = query;
      fill(list, ...results.map(option));
      list.hidden = !results.length;
      input.setAttribute("aria-expanded", String(!list.hidden));
      busy(results.length > 0);
      mark(-1);
      status.textContent = results.length
        ? text("results", { count: results.length }) : text("nothing_found", { query });
      status.classList.toggle("visually-hidden", results.length > 0);
    } catch (reason) {
      if (reason.name === "AbortError") return;
      close();
      status.classList.remove("visually-hidden");
      status.textContent = text("failed", { reason: text("no_answer") });
    }
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    const query = input.value.trim();
    clear.hidden = !query;
    if (!query) {
      wish?.abort();
      results = [];
      asked = "";
      status.textContent = "";
      close();
      return;
    }
    timer = setTimeout(() => ask(query), PAUSE_MS);
  });

  input.addEventListener("keydown", (event) => {
    const open = !list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!open) return;
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      mark((active + step + results.length) % results.length);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      close();
    }
  });

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    clearTimeout(timer);
    const query = input.value.trim();
    if (!query) return;
    if (asked !== query || !results.length) await ask(query);
    const chosen = results[Math.max(active, 0)];
    if (chosen && asked === query) choose(chosen);
  });

  clear.addEventListener("click", () => {
    input.value = "";
    input.dispatchEvent(new Event("input"));
    input.focus();
  });

  input.addEventListener("blur", () => setTimeout(close, 150));
}
