"""Features: what was asked for, and the GeoJSON document that answers it."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from gisapp.errors import NotThere
from tiles.ogc import filters, params, reference_systems
from tiles.ogc import items as features
from tiles.ogc.collections import Collection, alias
from tiles.ogc.documents import link, own_links
from tiles.ogc.errors import BadParameter
from tiles.ogc.negotiation import GEOJSON, JSON, Answer, address

LONGEST_KEY = len(str(params.LARGEST_KEY))
OF_A_FEATURE = ("crs", "datetime", "version")
OF_A_PAGE = (
    *("bbox", "bbox-crs", "crs", "datetime", "version", "limit", "cursor"),
    *("filter", "filter-lang", "filter-crs"),
)


def items(request: HttpRequest, collection: Collection) -> Answer:
    """A page of the collection's features. Raises the errors of what can not be read."""
    params.check(request, *OF_A_PAGE, *collection.columns)
    scope = params.read_scope(request, dated=collection.layer.dated)
    system = reference_systems.read(request.GET.get("crs", ""), parameter="crs")
    rows = features.choose(
        collection,
        scope,
        box=params.read_bbox(request),
        where=_equalities(request, collection) & _filter(request, collection),
    )
    page = features.read_page(
        collection,
        rows,
        system=system,
        limit=params.read_limit(request),
        cursor=params.read_cursor(request),
    )
    links = [
        *own_links(request, GEOJSON),
        link(request, "collection", "collection", JSON, collection.title, **_of(collection)),
    ]
    if page.next is not None:
        links.append(
            {
                "rel": "next",
                "href": address(request, cursor=str(page.next)),
                "type": GEOJSON,
                "title": _("The next page"),
            }
        )
    return Answer(
        _collection_text(page, links),
        personal=collection.personal(scope),
        headers={"Content-Crs": f"<{system.uri}>"},
        same=f"{page.features} {page.matched} {json.dumps(links)}",
        shown={"collection": collection, "example": _example(collection)},
    )


def item(request: HttpRequest, collection: Collection, key: str) -> Answer:
    """One feature. Raises NotThere also for one that this person may not see."""
    scope = params.read_scope(request, dated=collection.layer.dated)
    system = reference_systems.read(request.GET.get("crs", ""), parameter="crs")
    text = None
    if key.isascii() and key.isdigit() and len(key) < LONGEST_KEY:
        rows = collection.rows(scope)
        text = features.read_feature(collection, rows, int(key), system=system)
    if text is None:
        raise NotThere(
            _("There is no feature “%(key)s” in this collection.") % {"key": key[:40]},
            pointer="/featureId",
        )
    links = [
        *own_links(request, GEOJSON),
        link(request, "collection", "collection", JSON, collection.title, **_of(collection)),
    ]
    return Answer(
        f'{text[:-1]},"links":{json.dumps(links, ensure_ascii=False)}}}',
        personal=collection.personal(scope),
        headers={"Content-Crs": f"<{system.uri}>"},
        shown={"collection": collection},
    )


def _example(collection: Collection) -> str:
    """A filter that this collection understands."""
    name = next(iter(collection.columns))
    return f"{name} IS NOT NULL"


def _of(collection: Collection) -> dict[str, str]:
    return {"collection_id": collection.name}


def _equalities(request: HttpRequest, collection: Collection) -> Q:
    """Properties given as parameters of their own: each must equal its value."""
    wanted: dict[str, Any] = {}
    for name, column in collection.columns.items():
        if name in request.GET:
            text = request.GET[name]
            value = params.read_number(text, parameter=name) if column.kind == "Number" else text
            wanted[alias(name)] = value
    return Q(**wanted)


def _filter(request: HttpRequest, collection: Collection) -> Q:
    """The condition of ``filter``, ``filter-lang`` and ``filter-crs``."""
    language = request.GET.get("filter-lang", filters.TEXT)
    if language not in filters.READERS:
        raise BadParameter(
            _("There is no filter language “%(name)s”. There are: %(known)s.")
            % {"name": language[:40], "known": ", ".join(filters.READERS)},
            pointer="/filter-lang",
        )
    system = reference_systems.read(request.GET.get("filter-crs", ""), parameter="filter-crs")
    if "filter" not in request.GET:
        return Q()
    return filters.condition(request.GET["filter"], language, collection=collection, system=system)


def _collection_text(page: features.Page, links: list[dict[str, Any]]) -> str:
    """The FeatureCollection around features that are text already."""
    head: dict[str, Any] = {
        "type": "FeatureCollection",
        "timeStamp": timezone.now().isoformat(timespec="seconds").replace("+00:00", "Z"),
        "numberReturned": page.returned,
    }
    if page.matched is not None:
        head["numberMatched"] = page.matched
    head["links"] = links
    return f'{json.dumps(head, ensure_ascii=False)[:-1]},"features":[{page.features}]}}'
