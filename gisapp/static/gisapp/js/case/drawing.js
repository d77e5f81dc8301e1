/**
 * Draws a case: neighbours, the parcel, its edges by class, envelope and footprint.
 *
 * Colours and line patterns are class names, set in case.css, so that the legend, the dark scheme
 * and print follow from one place. Geometry is GeoJSON in WGS84.
 */

const L = window.L;
const MARGIN = 0.6; // of the parcel's extent, so that the street in front stays in view

/** The classes of a path: its sort, and its class of edge. */
function styled(...names) {
  return { className: names.filter(Boolean).join(" "), interactive: false };
}

/** A GeoJSON layer of whatever is given: a feature, a geometry, a list of features, or nothing. */
function layer(shapes, options) {
  const given = Array.isArray(shapes) ? shapes.filter(Boolean) : shapes;
  return L.geoJSON(given && given.length !== 0 ? given : [], options);
}

function drawSurroundings(map, context, own) {
  layer(context.parcels.filter((each) => !own.has(each.properties.reference)), {
    style: { className: "land" },
    onEachFeature: (each, path) => {
      // textContent, never HTML: a reference comes from a file.
      path.bindTooltip(textOf(each.properties.reference), { sticky: true });
      path.on("click", () => window.location.assign(each.properties.url));
    },
  }).addTo(map);
  layer(context.buildings, { style: styled("built") }).addTo(map);
  const named = new Set();
  layer(context.streets, {
    style: styled("street"),
    onEachFeature: (each, path) => {
      const { name } = each.properties;
      if (!name || named.has(name)) return;
      named.add(name);
      path.bindTooltip(textOf(name), { permanent: true, direction: "center", className: "place-name" });
    },
  }).addTo(map);
}

function textOf(words) {
  const element = document.createElement("bdi");
  element.textContent = words;
  return element;
}

function controls(map, holder) {
  L.control.zoom({ zoomInTitle: holder.dataset.zoomIn, zoomOutTitle: holder.dataset.zoomOut }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  map.attributionControl.setPrefix(false);
}

/** Draw the case into the holder. Returns the map, the case's data and the home extent. */
export function drawCase(holder, data) {
  const map = L.map(holder, {
    zoomControl: false,
    attributionControl: true,
    scrollWheelZoom: false,
    zoomSnap: 0.25,
    maxZoom: 23,
  });
  const own = new Set(data.own ?? [data.reference]);
  if (data.context) drawSurroundings(map, data.context, own);
  const parcel = layer(data.parcel, { style: styled("own") }).addTo(map);
  if (data.reference) {
    parcel.eachLayer((path) =>
      path.bindTooltip(textOf(data.reference), {
        permanent: true,
        direction: "center",
        className: "place-name own-name",
      }),
    );
  }
  layer(data.envelope, { style: styled("envelope") }).addTo(map);
  const footprint = layer(data.footprint, { style: styled("footprint") }).addTo(map);
  layer(data.overlap, { style: styled("overlap") }).addTo(map);
  layer(data.fit, { style: styled("fit") }).addTo(map);
  for (const edge of data.edges ?? []) {
    const { kind, label } = edge.properties ?? edge;
    L.geoJSON(edge.type ? edge : edge.geometry, {
      style: { className: `edge edge-${kind}` },
      onEachFeature: (_, path) => path.bindTooltip(textOf(label), { sticky: true }),
    }).addTo(map);
  }
  // A building may stand partly outside its parcel.
  const extent = parcel.getBounds().extend(footprint.getBounds());
  if (extent.isValid()) map.fitBounds(extent.pad(MARGIN), { animate: false });
  else map.setView([0, 0], 2);
  controls(map, holder);
  holder.addEventListener("focusin", () => map.scrollWheelZoom.enable());
  map.on("click", () => map.scrollWheelZoom.enable());
  return { map, data, extent };
}
