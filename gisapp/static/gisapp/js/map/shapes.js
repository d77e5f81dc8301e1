/** Plain geometry on tile pixels: points are {x, y}, rings and lines are arrays of points. */

/** A Path2D of rings or lines. */
export function pathOf(parts, closed) {
  const path = new Path2D();
  for (const part of parts) {
    part.forEach((point, index) => (index ? path.lineTo(point.x, point.y) : path.moveTo(point.x, point.y)));
    if (closed) path.closePath();
  }
  return path;
}

/** The box around parts: {west, north, east, south} in pixels, y downward. */
export function boxOf(parts) {
  const box = { west: Infinity, north: Infinity, east: -Infinity, south: -Infinity };
  for (const part of parts) {
    for (const { x, y } of part) {
      box.west = Math.min(box.west, x);
      box.east = Math.max(box.east, x);
      box.north = Math.min(box.north, y);
      box.south = Math.max(box.south, y);
    }
  }
  return box;
}

function distanceToSegment(x, y, a, b) {
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  const length2 = dx * dx + dy * dy;
  const t = length2 ? Math.max(0, Math.min(1, ((x - a.x) * dx + (y - a.y) * dy) / length2)) : 0;
  return Math.hypot(x - a.x - t * dx, y - a.y - t * dy);
}

/** How far inside the rings a point lies; negative outside (even-odd rule). */
function depth(x, y, rings) {
  let inside = false;
  let least = Infinity;
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [a, b] = [ring[i], ring[j]];
      if (a.y > y !== b.y > y && x < ((b.x - a.x) * (y - a.y)) / (b.y - a.y) + a.x) inside = !inside;
      least = Math.min(least, distanceToSegment(x, y, a, b));
    }
  }
  return inside ? least : -least;
}

const STEPS = 6;

/** A point well inside the rings and the room around it: a grid search, refined three times. */
export function innerPoint(rings) {
  const box = boxOf(rings);
  let best = { x: (box.west + box.east) / 2, y: (box.north + box.south) / 2, room: -Infinity };
  let { x: cx, y: cy } = best;
  let [halfX, halfY] = [(box.east - box.west) / 2, (box.south - box.north) / 2];
  for (let round = 0; round < 3; round += 1) {
    for (let i = 0; i <= STEPS; i += 1) {
      for (let j = 0; j <= STEPS; j += 1) {
        const x = cx + halfX * ((2 * i) / STEPS - 1);
        const y = cy + halfY * ((2 * j) / STEPS - 1);
        const room = depth(x, y, rings);
        if (room > best.room) best = { x, y, room };
      }
    }
    [cx, cy, halfX, halfY] = [best.x, best.y, halfX / STEPS, halfY / STEPS];
  }
  return best;
}

const STRAIGHT_RAD = 0.16;

/** The longest nearly straight stretch of a line: its middle, angle (upright) and length. */
export function straightRun(line) {
  let best = null;
  let start = 0;
  for (let i = 1; i < line.length; i += 1) {
    const heading = Math.atan2(line[i].y - line[i - 1].y, line[i].x - line[i - 1].x);
    while (start < i - 1) {
      const first = Math.atan2(line[i].y - line[start].y, line[i].x - line[start].x);
      const turn = Math.abs(Math.atan2(Math.sin(heading - first), Math.cos(heading - first)));
      const begun = Math.atan2(line[start + 1].y - line[start].y, line[start + 1].x - line[start].x);
      const bend = Math.abs(Math.atan2(Math.sin(begun - first), Math.cos(begun - first)));
      if (turn < STRAIGHT_RAD && bend < STRAIGHT_RAD) break;
      start += 1;
    }
    const [a, b] = [line[start], line[i]];
    const length = Math.hypot(b.x - a.x, b.y - a.y);
    if (!best || length > best.length) best = { a, b, length };
  }
  if (!best) return null;
  let angle = Math.atan2(best.b.y - best.a.y, best.b.x - best.a.x);
  if (angle > Math.PI / 2) angle -= Math.PI;
  if (angle <= -Math.PI / 2) angle += Math.PI;
  return {
    x: (best.a.x + best.b.x) / 2, y: (best.a.y + best.b.y) / 2, angle, length: best.length,
  };
}
