/** On a phone the panel is a sheet over the map's lower edge, with three heights. */

import { text } from "./settings.js";

const HEIGHTS = ["low", "half", "full"];
const phone = window.matchMedia("(max-width: 767.98px)");
const DRAG_PX = 24;
const LOW_PX = 148; // as in map.css
const HALF = 0.52;

/** Wire the sheet's handle: a button that steps through the heights and can be dragged. */
export function sheet(panel, handle) {
  const set = (height) => {
    panel.dataset.height = height;
    handle.setAttribute("aria-label", text(height === "full" ? "smaller_panel" : "larger_panel"));
  };
  const step = (by) => {
    const index = HEIGHTS.indexOf(panel.dataset.height) + by;
    set(HEIGHTS[Math.max(0, Math.min(HEIGHTS.length - 1, index))]);
  };
  let start = null;
  let dragged = false;
  handle.addEventListener("pointerdown", (event) => {
    start = event.clientY;
    dragged = false;
    handle.setPointerCapture(event.pointerId);
  });
  handle.addEventListener("pointerup", (event) => {
    if (start === null) return;
    const moved = start - event.clientY;
    start = null;
    dragged = Math.abs(moved) > DRAG_PX;
    if (dragged) step(moved > 0 ? 1 : -1);
  });
  handle.addEventListener("click", () => {
    if (dragged) return;
    if (panel.dataset.height === "full") set("low");
    else step(1);
  });
  set("low");
  return {
    atLeast(height) {
      if (HEIGHTS.indexOf(panel.dataset.height) < HEIGHTS.indexOf(height)) set(height);
    },
    set,
    /** Pixels of the map that the sheet covers at its lower edge, once it has come to rest. */
    covers() {
      if (!phone.matches) return 0;
      const stage = panel.parentElement.clientHeight;
      return { low: LOW_PX, half: HALF * stage, full: HALF * stage }[panel.dataset.height];
    },
  };
}
