"""The addresses of the OGC API: parse, call, answer."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from gisapp.errors import NotThere
from tiles.ogc import conformance as declared
from tiles.ogc import documents, feature_pages
from tiles.ogc.collections import find
from tiles.ogc.negotiation import GEOJSON, Answer, refuse, resource


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


def nowhere(request: HttpRequest) -> HttpResponse:
    """404 for an address that the API does not have."""
    return refuse(
        request, NotThere(_("There is nothing at this address. Begin at /ogc."), pointer="/")
    )
