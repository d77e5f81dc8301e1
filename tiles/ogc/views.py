"""The addresses of the OGC API: parse, call, answer."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from gisapp.errors import NotThere, UmranError
from gisapp.params import only_known, read_day
from tiles.ogc import conformance as declared
from tiles.ogc import documents, feature_pages, openapi, params, schemas
from tiles.ogc import tilesets as tiling
from tiles.ogc.collections import find
from tiles.ogc.negotiation import GEOJSON, OPENAPI, SCHEMA, Answer, refuse, resource
from tiles.views import vector_tile


@resource("ogc/landing.html")
def landing(request: HttpRequest) -> Answer:
    """Where everything begins."""
    return Answer(documents.landing(request))


@resource("ogc/conformance.html")
def conformance(request: HttpRequest) -> Answer:
    """The conformance classes."""
    return Answer({"conformsTo": list(declared.DECLARED)})


@resource("ogc/collections.html")
def collections(request: HttpRequest) -> Answer:
    """All collections."""
    return Answer(documents.collections(request))


@resource("ogc/collection.html")
def collection(request: HttpRequest, collection_id: str) -> Answer:
    """One collection."""
    return Answer(documents.collection(request, find(collection_id)))


@resource("ogc/items.html", media=GEOJSON, known=None)
def items(request: HttpRequest, collection_id: str) -> Answer:
    """A page of features."""
    return feature_pages.items(request, find(collection_id))


@resource("ogc/item.html", media=GEOJSON, known=feature_pages.OF_A_FEATURE)
def item(request: HttpRequest, collection_id: str, feature_id: str) -> Answer:
    """One feature."""
    return feature_pages.item(request, find(collection_id), feature_id)


@resource("ogc/queryables.html", media=SCHEMA)
def queryables(request: HttpRequest, collection_id: str) -> Answer:
    """What filters may speak of."""
    which, scope = find(collection_id), params.read_scope(request, dated=False)
    return Answer(schemas.queryables(request, which, scope), shown={"collection": which})


@resource("ogc/queryables.html", media=SCHEMA)
def schema(request: HttpRequest, collection_id: str) -> Answer:
    """What features have."""
    which, scope = find(collection_id), params.read_scope(request, dated=False)
    return Answer(schemas.returnables(request, which, scope), shown={"collection": which})


@resource("ogc/api.html", media=OPENAPI)
def api(request: HttpRequest) -> Answer:
    """The service in OpenAPI 3.0."""
    return Answer(openapi.document(request))


@resource("ogc/grids.html")
def grids(request: HttpRequest) -> Answer:
    """The tile grids."""
    return Answer(tiling.grids(request))


@resource("ogc/grid.html")
def grid(request: HttpRequest, grid: str) -> Answer:
    """One tile grid."""
    _check_grid(grid)
    return Answer(tiling.grid())


@resource("ogc/tilesets.html")
def tilesets(request: HttpRequest, collection_id: str = "") -> Answer:
    """The tilesets of a collection, or of all that everyone may see."""
    _names, title, of = _tiled(collection_id)
    return Answer(tiling.tilesets(request, title, **of))


@resource("ogc/tileset.html")
def tileset(request: HttpRequest, grid: str, collection_id: str = "") -> Answer:
    """One tileset."""
    _check_grid(grid)
    names, title, of = _tiled(collection_id)
    return Answer(tiling.tileset(request, names, title, **of))


def tile(
    request: HttpRequest, grid: str, matrix: str, row: str, column: str, collection_id: str = ""
) -> HttpResponse:
    """One vector tile, by matrix, row and column; the same as from the map's own address."""
    try:
        _check_grid(grid)
        names, _title, _of = _tiled(collection_id)
        only_known(request, "on", "version")
        if "on" in request.GET:
            read_day(request.GET["on"])
    except UmranError as error:
        return refuse(request, error)
    return vector_tile(request, layers=",".join(names), z=matrix, x=column, y=row)


def _tiled(collection_id: str) -> tuple[list[str], str, dict[str, str]]:
    """The layers of a tileset, its title, and the address's part that names it."""
    if not collection_id:
        return tiling.dataset_layers(), str(documents.TITLE), {}
    which = find(collection_id)
    return [which.name], which.title, {"collection_id": which.name}


def _check_grid(name: str) -> None:
    if name != tiling.GRID:
        raise NotThere(
            _("There is no tile grid “%(name)s”. There is: %(known)s.")
            % {"name": name[:40], "known": tiling.GRID},
            pointer="/tileMatrixSetId",
        )


def nowhere(request: HttpRequest) -> HttpResponse:
    """404 for an address that the API does not have."""
    return refuse(
        request, NotThere(_("There is nothing at this address. Begin at /ogc."), pointer="/")
    )
