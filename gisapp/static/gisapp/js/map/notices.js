/** Loading, trouble, and being offline: said on the map, in words. */

import { text } from "./settings.js";

/** Keep the notice and the progress line of the map true. */
export function notices({ tiles, notice, sentence, again, progress }) {
  let failed = false;
  const show = () => {
    const offline = !navigator.onLine;
    notice.hidden = !offline && !failed;
    sentence.textContent = offline ? text("offline") : failed ? text("tiles_failed") : "";
    again.hidden = offline;
  };
  tiles.on("loading", () => {
    progress.hidden = false;
  });
  tiles.on("load", () => {
    progress.hidden = true;
  });
  tiles.on("tilefailed", () => {
    failed = true;
    show();
  });
  again.addEventListener("click", () => {
    failed = false;
    show();
    tiles.redraw();
  });
  window.addEventListener("offline", show);
  window.addEventListener("online", () => {
    if (failed) again.click();
    show();
  });
  show();
  return {
    trouble() {
      failed = true;
      show();
    },
  };
}
