"""OGC API – Tiles: the vector tiles of ``tiles/mvt.py`` by the addresses of the standard.

The standard counts matrix (zoom), row, column; the map's own addresses zoom, column, row.
"""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from gisapp.crs import WEB_MERCATOR_SRID, WGS84_SRID, transformer
from tiles import tilejson
from tiles.grid import HALF_WORLD_M, TILE_PX
from tiles.layers import LAYERS, MAX_TILE_ZOOM
from tiles.ogc import reference_systems
from tiles.ogc.documents import REL, Document, Link, link, own_links
from tiles.ogc.negotiation import JSON
from tiles.quick import MVT

GRID = "WebMercatorQuad"
GRID_URI = f"http://www.opengis.net/def/tilematrixset/OGC/1.0/{GRID}"
PIXEL_M = 0.000_28  # a standardised rendering pixel (OGC 17-083r4, 6.2)
DIMENSIONS = {"point": 0, "line": 1, "polygon": 2}


def dataset_layers() -> list[str]:
    """The layers in a tile of the whole dataset: what is the same for everyone."""
    return [name for name, layer in LAYERS.items() if not layer.personal]


def grids(request: HttpRequest) -> Document:
    """The list of tile grids: one."""
    here = {"grid": GRID}
    return {
        "links": own_links(request, JSON),
        "tileMatrixSets": [
            {
                "id": GRID,
                "title": GRID,
                "uri": GRID_URI,
                "links": [link(request, "self", "grid", JSON, GRID, **here)],
            }
        ],
    }


def grid() -> Document:
    """The tile grid of the web, as the standard defines it."""
    return {
        "id": GRID,
        "title": GRID,
        "uri": GRID_URI,
        "crs": reference_systems.of_authority(WEB_MERCATOR_SRID).uri,
        "orderedAxes": ["X", "Y"],
        "wellKnownScaleSet": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
        "tileMatrices": [_matrix(zoom) for zoom in range(MAX_TILE_ZOOM + 1)],
    }


def _matrix(zoom: int) -> Document:
    pixel_m = 2 * HALF_WORLD_M / TILE_PX / 2**zoom
    return {
        "id": str(zoom),
        "scaleDenominator": pixel_m / PIXEL_M,
        "cellSize": pixel_m,
        "cornerOfOrigin": "topLeft",
        "pointOfOrigin": [-HALF_WORLD_M, HALF_WORLD_M],
        "tileWidth": TILE_PX,
        "tileHeight": TILE_PX,
        "matrixWidth": 2**zoom,
        "matrixHeight": 2**zoom,
    }


def tilesets(request: HttpRequest, title: str, **of: str) -> Document:
    """The list of tilesets of one collection, or of the dataset: one, for the one grid."""
    return {
        "links": own_links(request, JSON),
        "tilesets": [
            {
                "title": title,
                "dataType": "vector",
                "crs": grid()["crs"],
                "tileMatrixSetURI": GRID_URI,
                "links": [
                    _tileset_link(request, "self", **of),
                    _template(request, **of),
                    link(request, f"{REL}/tiling-scheme", "grid", JSON, GRID, grid=GRID),
                ],
            }
        ],
    }


def tileset(request: HttpRequest, names: list[str], title: str, **of: str) -> Document:
    """What a client needs to know before it asks for tiles of these layers."""
    layers = [LAYERS[name] for name in names]
    first = min(layer.min_zoom for layer in layers)
    last = max(layer.max_zoom for layer in layers)
    document: Document = {
        "title": title,
        "attribution": " · ".join(tilejson.attributions()),
        "dataType": "vector",
        "crs": grid()["crs"],
        "tileMatrixSetURI": GRID_URI,
        "links": [
            *own_links(request, JSON),
            _template(request, **of),
            link(request, f"{REL}/tiling-scheme", "grid", JSON, GRID, grid=GRID),
            _described_by(request, names),
        ],
        "layers": [_layer(name) for name in names],
    }
    bounds = tilejson.bounds_wgs84()
    if bounds is not None:
        west, south, east, north = (round(value, 7) for value in bounds)
        document["boundingBox"] = {
            "lowerLeft": [west, south],
            "upperRight": [east, north],
            "crs": reference_systems.CRS84,
        }
        document["tileMatrixSetLimits"] = [_limits(z, bounds) for z in range(first, last + 1)]
    return document


def _layer(name: str) -> Document:
    layer = LAYERS[name]
    return {
        "id": name,
        "title": str(layer.title),
        "dataType": "vector",
        "geometryDimension": DIMENSIONS[layer.shape],
        "minTileMatrix": str(layer.min_zoom),
        "maxTileMatrix": str(layer.max_zoom),
        "propertiesSchema": {
            "type": "object",
            "properties": {
                column: {
                    "type": "number" if of.kind == "Number" else "string",
                    "title": str(of.meaning) or column,
                }
                for column, of in layer.tile_columns.items()
            },
        },
    }


def _limits(zoom: int, bounds: tilejson.Bbox) -> Document:
    west, south, east, north = bounds
    first_column, first_row = _tile_of(west, north, zoom)
    last_column, last_row = _tile_of(east, south, zoom)
    return {
        "tileMatrix": str(zoom),
        "minTileRow": first_row,
        "maxTileRow": last_row,
        "minTileCol": first_column,
        "maxTileCol": last_column,
    }


def _tile_of(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    """Column and row of the tile over a place in degrees."""
    x, y = transformer(WGS84_SRID, WEB_MERCATOR_SRID).transform(lon, max(min(lat, 85.05), -85.05))
    side_m = 2 * HALF_WORLD_M / 2**zoom
    most = 2**zoom - 1
    column, row = int((x + HALF_WORLD_M) // side_m), int((HALF_WORLD_M - y) // side_m)
    return min(max(column, 0), most), min(max(row, 0), most)


def _tileset_link(request: HttpRequest, rel: str, **of: str) -> Link:
    name = "collection-tileset" if of else "tileset"
    return link(request, rel, name, JSON, GRID, grid=GRID, **of)


def _template(request: HttpRequest, **of: str) -> Link:
    """The address of a tile with names where its numbers go."""
    name = "collection-tile" if of else "tile"
    parts = {"grid": GRID, "matrix": "0", "row": "1", "column": "2", **of}
    path = reverse(f"ogc:{name}", kwargs=parts).removesuffix("/0/1/2")
    return {
        "rel": "item",
        "href": request.build_absolute_uri(path) + "/{tileMatrix}/{tileRow}/{tileCol}",
        "type": MVT,
        "title": _("One vector tile"),
        "templated": True,
    }


def _described_by(request: HttpRequest, names: list[str]) -> Link:
    path = reverse("tilejson", args=[",".join(names)])
    return {
        "rel": "describedby",
        "href": request.build_absolute_uri(path),
        "type": JSON,
        "title": "TileJSON 3.0",
    }
