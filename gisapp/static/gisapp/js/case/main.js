/** The map beside the words of a parcel or a case. Without it every fact is still in the lists. */

import { drawCase } from "./drawing.js";
import { connectFindings } from "./findings.js";

const holder = document.getElementById("case-map");
const data = document.getElementById("map-data");

if (holder && data && window.L) {
  const drawing = drawCase(holder, JSON.parse(data.textContent));
  document.documentElement.classList.add("has-map");
  connectFindings(drawing);
}
