"""The documents that describe the service: landing page, conformance, collections."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gisapp.models import Municipality
from tiles import tilejson
from tiles.ogc import reference_systems
from tiles.ogc.collections import Collection, all_collections
from tiles.ogc.negotiation import GEOJSON, HTML, JSON, OPENAPI, SCHEMA, address

Link = dict[str, Any]
Document = dict[str, Any]

REL = "http://www.opengis.net/def/rel/ogc/1.0"
TITLE = gettext_lazy("Open data of the city plan")


def link(request: HttpRequest, rel: str, name: str, media: str, title: str, **parts: str) -> Link:
    """A link to one of the service's own addresses."""
    href = request.build_absolute_uri(reverse(f"ogc:{name}", kwargs=parts))
    return {"rel": rel, "href": href, "type": media, "title": title}


def own_links(request: HttpRequest, media: str) -> list[Link]:
    """The links from a document to itself and to its page."""
    return [
        {"rel": "self", "href": address(request), "type": media, "title": _("This document")},
        {
            "rel": "alternate",
            "href": address(request, f="html"),
            "type": HTML,
            "title": _("This document as a page"),
        },
    ]


def landing(request: HttpRequest) -> Document:
    """Where everything begins."""
    city = Municipality.objects.order_by("pk").defer("boundary").first()
    return {
        "title": f"{city.name} · {TITLE}" if city else str(TITLE),
        "description": _(
            "Parcels, zoning plans and building permits by open standards, for QGIS, GDAL and "
            "every other program that reads OGC API – Features and Tiles."
        ),
        "attribution": " · ".join(tilejson.attributions()),
        "links": [
            *own_links(request, JSON),
            link(request, "service-desc", "api", OPENAPI, _("The service in OpenAPI 3.0")),
            _page(link(request, "service-doc", "api", HTML, _("The service as a page"))),
            link(request, "conformance", "conformance", JSON, _("What is declared")),
            link(request, "data", "collections", JSON, _("The collections")),
            link(request, f"{REL}/tiling-schemes", "grids", JSON, _("The tile grids")),
            link(request, f"{REL}/tilesets-vector", "tilesets", JSON, _("Vector tiles")),
        ],
    }


def _link_to_tiles(request: HttpRequest, which: Collection) -> Link:
    rel, name = f"{REL}/tilesets-vector", "collection-tilesets"
    return link(request, rel, name, JSON, _("Vector tiles"), collection_id=which.name)


def _page(to: Link) -> Link:
    return {**to, "href": f"{to['href']}?f=html"}


def collections(request: HttpRequest) -> Document:
    """All collections."""
    bounds = tilejson.bounds_wgs84()
    return {
        "links": own_links(request, JSON),
        "crs": [system.uri for system in reference_systems.offered()],
        "collections": [
            describe(collection, request, bounds, _self_links(request, collection))
            for collection in all_collections()
        ],
    }


def collection(request: HttpRequest, which: Collection) -> Document:
    """One collection."""
    return describe(which, request, tilejson.bounds_wgs84(), own_links(request, JSON))


def _self_links(request: HttpRequest, which: Collection) -> list[Link]:
    return [
        link(request, "self", "collection", JSON, which.title, collection_id=which.name),
        _page(
            link(request, "alternate", "collection", HTML, which.title, collection_id=which.name)
        ),
    ]


def describe(
    which: Collection, request: HttpRequest, bounds: tilejson.Bbox | None, links: list[Link]
) -> Document:
    """A collection: what it holds, where, in which CRS, and where to go on."""
    here = {"collection_id": which.name}
    document: Document = {
        "id": which.name,
        "title": which.title,
        "description": which.description,
        "itemType": "feature",
        "attribution": " · ".join(tilejson.attributions()),
        "crs": [system.uri for system in reference_systems.offered()],
        "storageCrs": reference_systems.storage().uri,
        "links": [
            *links,
            # No query in these: GDAL puts the key of a feature behind the whole address.
            link(request, "items", "items", GEOJSON, _("The features"), **here),
            _page(link(request, "items", "items", HTML, _("The features as a page"), **here)),
            link(request, f"{REL}/queryables", "queryables", SCHEMA, _("Queryables"), **here),
            link(request, f"{REL}/schema", "schema", SCHEMA, _("What features have"), **here),
            _link_to_tiles(request, which),
        ],
    }
    if bounds is not None:
        document["extent"] = {
            "spatial": {
                "bbox": [[round(value, 7) for value in bounds]],
                "crs": reference_systems.CRS84,
            }
        }
    return document
