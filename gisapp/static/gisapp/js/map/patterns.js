/** Hatches for overlays and shapes for markers, drawn alike on the map and in the legend. */

// Sides divide a tile's 256 pixels, so that hatches run on from tile to tile.
const SIDE = 16;
const SIDES = { rings: 32 };
const made = new Map();

const MOTIFS = {
  diagonal(c) {
    for (const x of [-SIDE / 2, 0, SIDE / 2, SIDE]) line(c, x, SIDE, x + SIDE, 0);
  },
  cross(c) {
    for (const x of [-SIDE / 2, SIDE / 2]) {
      line(c, x, SIDE, x + SIDE, 0);
      line(c, x, 0, x + SIDE, SIDE);
    }
  },
  dots(c) {
    for (const [x, y] of [[4, 4], [12, 12]]) disc(c, x, y, 1.2);
  },
  waves(c) {
    for (const y of [4, 12]) {
      c.beginPath();
      c.moveTo(-4, y);
      for (const x of [0, 8]) {
        c.quadraticCurveTo(x + 2, y - 3, x + 4, y);
        c.quadraticCurveTo(x + 6, y + 3, x + 8, y);
      }
      c.stroke();
    }
  },
  rings(c) {
    c.beginPath();
    c.arc(16, 16, 2.5, 0, 2 * Math.PI);
    c.stroke();
  },
};

function line(c, x1, y1, x2, y2) {
  c.beginPath();
  c.moveTo(x1, y1);
  c.lineTo(x2, y2);
  c.stroke();
}

function disc(c, x, y, radius) {
  c.beginPath();
  c.arc(x, y, radius, 0, 2 * Math.PI);
  c.fill();
}

/** A fill style: the hatch of that name in that colour, or null for a plain fill. */
export function hatch(context, name, colour) {
  if (!MOTIFS[name]) return null;
  const ratio = window.devicePixelRatio || 1;
  const side = SIDES[name] ?? SIDE;
  const key = `${name} ${colour} ${ratio}`;
  if (!made.has(key)) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = Math.round(side * ratio);
    const c = canvas.getContext("2d");
    c.scale(canvas.width / side, canvas.width / side);
    c.strokeStyle = c.fillStyle = colour;
    c.lineWidth = 1.1;
    MOTIFS[name](c);
    made.set(key, canvas);
  }
  const pattern = context.createPattern(made.get(key), "repeat");
  pattern.setTransform(new DOMMatrix().scale(side / made.get(key).width));
  return pattern;
}

/** A marker's outline around (x, y): the shape carries the meaning as well as the colour. */
export function markerPath(shape, x, y, radius) {
  const path = new Path2D();
  const polygon = (points) => {
    points.forEach(([dx, dy], i) => {
      path[i ? "lineTo" : "moveTo"](x + dx * radius, y + dy * radius);
    });
    path.closePath();
  };
  const [t, s] = [0.42, 0.9];
  if (shape === "square") polygon([[-s, -s], [s, -s], [s, s], [-s, s]]);
  else if (shape === "diamond") polygon([[0, -1.2], [1.2, 0], [0, 1.2], [-1.2, 0]]);
  else if (shape === "triangle") polygon([[0, -1.1], [1.1, 0.85], [-1.1, 0.85]]);
  else if (shape === "cross_mark") {
    polygon([[-1, -1 + t], [-1 + t, -1], [0, -t], [1 - t, -1], [1, -1 + t], [t, 0],
      [1, 1 - t], [1 - t, 1], [0, t], [-1 + t, 1], [-1, 1 - t], [-t, 0]]);
  } else path.arc(x, y, radius, 0, 2 * Math.PI);
  return path;
}

const MARKERS = new Set(["circle", "square", "diamond", "triangle", "cross_mark"]);

/** A small picture of a legend entry. */
export function swatch(entry) {
  const [width, height] = [28, 18];
  const ratio = window.devicePixelRatio || 1;
  const canvas = document.createElement("canvas");
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  canvas.className = "legend-swatch";
  canvas.setAttribute("aria-hidden", "true");
  const c = canvas.getContext("2d");
  c.scale(ratio, ratio);
  if (MARKERS.has(entry.pattern)) {
    c.fillStyle = entry.colour;
    c.fill(markerPath(entry.pattern, width / 2, height / 2, 6));
    return canvas;
  }
  if (entry.pattern === "outline" || entry.pattern === "dashed") {
    c.strokeStyle = entry.colour;
    c.lineWidth = 1.6;
    if (entry.pattern === "dashed") c.setLineDash([7, 3, 2, 3]);
    if (entry.pattern === "dashed") line(c, 0, height / 2, width, height / 2);
    else c.strokeRect(3, 2, width - 6, height - 4);
    return canvas;
  }
  if (entry.pattern === "line") {
    c.strokeStyle = "rgb(120 120 110 / 80%)";
    c.lineWidth = 7;
    line(c, 2, height / 2, width - 2, height / 2);
    c.strokeStyle = entry.colour;
    c.lineWidth = 5;
    line(c, 2, height / 2, width - 2, height / 2);
    return canvas;
  }
  const pattern = hatch(c, entry.pattern, entry.colour);
  const solid = entry.pattern === "solid";
  c.globalAlpha = pattern ? 0.16 : solid ? 1 : 0.75;
  c.fillStyle = entry.colour;
  c.fillRect(1, 1, width - 2, height - 2);
  c.globalAlpha = 1;
  if (pattern) {
    c.fillStyle = pattern;
    c.fillRect(1, 1, width - 2, height - 2);
  }
  // A colour of a picture may be the page's own.
  c.strokeStyle = solid ? "rgb(120 120 110 / 80%)" : entry.colour;
  c.strokeRect(1, 1, width - 2, height - 2);
  return canvas;
}
