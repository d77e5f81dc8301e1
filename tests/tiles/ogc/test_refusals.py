"""Malformed requests: each is refused as a problem that names the parameter, none fails."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.tiles.ogc.conftest import Ask
from tests.tiles.town import MapTown

pytestmark = pytest.mark.usefixtures("shared_town")

ITEMS = "collections/parcels/items"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"

# path and query as sent, status, what the problem points at
REQUESTS = [
    # names
    (f"{ITEMS}?colour=red", 400, "/colour"),
    (f"{ITEMS}?Limit=1", 400, "/Limit"),
    (f"{ITEMS}?limit%00=1", 400, "/limit\0"),
    (f"{ITEMS}?municipality=1", 400, "/municipality"),
    (f"{ITEMS}?municipality__slug=town", 400, "/municipality__slug"),
    (f"{ITEMS}?number__gt=1", 400, "/number__gt"),
    (f"{ITEMS}?column_number=7", 400, "/column_number"),
    (f"{ITEMS}?pk=1", 400, "/pk"),
    (f"{ITEMS}?offset=10", 400, "/offset"),
    (f"{ITEMS}?=1", 400, "/"),
    (f"{ITEMS}?%27%20OR%201=1", 400, "/' OR 1"),
    (f"{ITEMS}?limit=1&limit=2", 400, "/limit"),
    (f"{ITEMS}?bbox=1,2,3,4&bbox=1,2,3,4", 400, "/bbox"),
    (f"{ITEMS}?number=7&number=8", 400, "/number"),
    ("collections?limit=1", 400, "/limit"),
    ("conformance?x=1", 400, "/x"),
    ("api?version=3", 400, "/version"),
    ("?bbox=1,2,3,4", 400, "/bbox"),
    ("collections/parcels?crs=x", 400, "/crs"),
    ("collections/parcels/queryables?limit=1", 400, "/limit"),
    ("collections/parcels/schema?type=x", 400, "/type"),
    ("tileMatrixSets?x=", 400, "/x"),
    ("tiles?on=2026-01-01", 400, "/on"),
    # formats and languages
    (f"{ITEMS}?f=xml", 400, "/f"),
    (f"{ITEMS}?f=", 400, "/f"),
    (f"{ITEMS}?f=JSON", 400, "/f"),
    ("?f=pdf", 400, "/f"),
    (f"{ITEMS}?lang=de", 400, "/lang"),
    (f"{ITEMS}?lang=", 400, "/lang"),
    (f"{ITEMS}?lang=ar%00", 400, "/lang"),
    (f"{ITEMS}?lang=../../etc", 400, "/lang"),
    # limit
    (f"{ITEMS}?limit=", 400, "/limit"),
    (f"{ITEMS}?limit=0", 400, "/limit"),
    (f"{ITEMS}?limit=000", 400, "/limit"),
    (f"{ITEMS}?limit=-1", 400, "/limit"),
    (f"{ITEMS}?limit=%2B1", 400, "/limit"),
    (f"{ITEMS}?limit=1.5", 400, "/limit"),
    (f"{ITEMS}?limit=1e3", 400, "/limit"),
    (f"{ITEMS}?limit=ten", 400, "/limit"),
    (f"{ITEMS}?limit=%D9%A3", 400, "/limit"),
    (f"{ITEMS}?limit=%C2%B2", 400, "/limit"),
    (f"{ITEMS}?limit=NaN", 400, "/limit"),
    (f"{ITEMS}?limit=1;DROP", 400, "/limit"),
    # cursor
    (f"{ITEMS}?cursor=", 400, "/cursor"),
    (f"{ITEMS}?cursor=1", 400, "/cursor"),
    (f"{ITEMS}?cursor=%25", 400, "/cursor"),
    (f"{ITEMS}?cursor=%FF%FE", 400, "/cursor"),
    (f"{ITEMS}?cursor=%D8%B9", 400, "/cursor"),
    (f"{ITEMS}?cursor={'A' * 5000}", 400, "/cursor"),
    (f"{ITEMS}?cursor=LTEuMg", 400, "/cursor"),  # -1.2
    (f"{ITEMS}?cursor=MS4tMg", 400, "/cursor"),  # 1.-2
    (f"{ITEMS}?cursor=OTk5OTk5OTk5OTk5OTk5OTk5OTkuMQ", 400, "/cursor"),  # beyond any key
    (f"{ITEMS}?cursor=JyBPUiAxPTE", 400, "/cursor"),  # ' OR 1=1
    # bbox
    (f"{ITEMS}?bbox=", 400, "/bbox"),
    (f"{ITEMS}?bbox=1", 400, "/bbox"),
    (f"{ITEMS}?bbox=1,2,3", 400, "/bbox"),
    (f"{ITEMS}?bbox=1,2,3,4,5", 400, "/bbox"),
    (f"{ITEMS}?bbox=1,2,3,4,5,6,7", 400, "/bbox"),
    (f"{ITEMS}?bbox={','.join(['1'] * 2000)}", 400, "/bbox"),
    (f"{ITEMS}?bbox=a,b,c,d", 400, "/bbox"),
    (f"{ITEMS}?bbox=1,2,3,", 400, "/bbox"),
    (f"{ITEMS}?bbox=1 2 3 4", 400, "/bbox"),
    (f"{ITEMS}?bbox=NaN,2,3,4", 400, "/bbox"),
    (f"{ITEMS}?bbox=-inf,2,inf,4", 400, "/bbox"),
    (f"{ITEMS}?bbox=1e999,2,3,4", 400, "/bbox"),
    (f"{ITEMS}?bbox=1_0,2,30,4", 400, "/bbox"),
    (f"{ITEMS}?bbox=%D9%A1,2,3,4", 400, "/bbox"),
    (f"{ITEMS}?bbox=1,4,3,2", 400, "/bbox"),
    (f"{ITEMS}?bbox=-181,2,3,4", 400, "/bbox"),
    (f"{ITEMS}?bbox=1,-91,3,4", 400, "/bbox"),
    (f"{ITEMS}?bbox=24,38,25,139", 400, "/bbox"),
    (f"{ITEMS}?bbox=0x1,2,3,4", 400, "/bbox"),
    (f"{ITEMS}?bbox=1,2,3,4'--", 400, "/bbox"),
    # reference systems
    (f"{ITEMS}?bbox-crs=EPSG:4326", 400, "/bbox-crs"),
    (f"{ITEMS}?bbox=1,2,3,4&bbox-crs=urn:ogc:def:crs:OGC:1.3:CRS84", 400, "/bbox-crs"),
    (f"{ITEMS}?crs=http://www.opengis.net/def/crs/EPSG/0/999999", 400, "/crs"),
    (f"{ITEMS}?crs=http://www.opengis.net/def/crs/EPSG/0/1;DROP", 400, "/crs"),
    (f"{ITEMS}?crs={CRS84}/", 400, "/crs"),
    (f"{ITEMS}?crs=http://127.0.0.1/secret", 400, "/crs"),
    (f"{ITEMS}?filter-crs=84", 400, "/filter-crs"),
    (f"{ITEMS}/1?crs=x", 400, "/crs"),
    # dates and versions
    (f"{ITEMS}?datetime=yesterday", 400, "/datetime"),
    (f"{ITEMS}?datetime=2026-13-01", 400, "/datetime"),
    (f"{ITEMS}?datetime=2026-02-30", 400, "/datetime"),
    (f"{ITEMS}?datetime=20260101", 400, "/datetime"),
    (f"{ITEMS}?datetime=2026-W01-1", 400, "/datetime"),
    (f"{ITEMS}?datetime=0001-01-01", 400, "/datetime"),
    (f"{ITEMS}?datetime=9999-12-31T23:59:59Z", 400, "/datetime"),
    (f"{ITEMS}?datetime=0001-01-01T00:00:00%2B14:00", 400, "/datetime"),
    (f"{ITEMS}?datetime=2026-01-01T25:00:00Z", 400, "/datetime"),
    (f"{ITEMS}?datetime=2026-01-01T10:00:00", 400, "/datetime"),
    (f"{ITEMS}?datetime=..", 400, "/datetime"),
    (f"{ITEMS}?datetime=../..", 400, "/datetime"),
    (f"{ITEMS}?datetime=/", 400, "/datetime"),
    (f"{ITEMS}?datetime=2026-01-01/2025-01-01", 400, "/datetime"),
    (f"{ITEMS}?datetime=2025-01-01/2026-01-01/2027-01-01", 400, "/datetime"),
    (f"{ITEMS}?datetime=2025-01-01/soon", 400, "/datetime"),
    ("collections/zones/items?datetime=2025-01-01/2026-01-01", 400, "/datetime"),
    ("collections/zones/items?datetime=2025-01-01/..", 400, "/datetime"),
    ("collections/zones/items?datetime=2025-01-01&version=1", 400, "/datetime"),
    ("collections/zones/items?version=x", 404, "/version"),
    ("collections/zones/items?version=-1", 404, "/version"),
    ("collections/zones/items?version=99999999999999999999", 404, "/version"),
    ("collections/zones/items?version=%D9%A1", 404, "/version"),
    # properties
    ("collections/streets/items?width_m=wide", 400, "/width_m"),
    ("collections/streets/items?width_m=", 400, "/width_m"),
    ("collections/streets/items?width_m=NaN", 400, "/width_m"),
    ("collections/streets/items?width_m=1e999", 400, "/width_m"),
    (f"{ITEMS}?number=%00", 400, "/number"),
    (f"{ITEMS}?number=7%00'--", 400, "/number"),
    # filters (their own table is in test_filters.py)
    (f"{ITEMS}?filter-lang=sql", 400, "/filter-lang"),
    (f"{ITEMS}?filter-lang=cql-text&filter=number='7'", 400, "/filter-lang"),
    (f"{ITEMS}?filter-lang=", 400, "/filter-lang"),
    (f"{ITEMS}?filter-lang=__class__&filter=x", 400, "/filter-lang"),
    (f"{ITEMS}?filter=", 400, "/filter"),
    (f"{ITEMS}?filter=%FF%FF", 400, "/filter"),
    (f"{ITEMS}?filter={'(' * 3000}", 400, "/filter"),
    # addresses
    ("nothing", 404, "/"),
    ("collections/", 404, "/"),
    ("collections//items", 404, "/"),
    ("collections/parcels/", 404, "/"),
    ("collections/parcels/item", 404, "/"),
    ("collections/parcels%0A/items", 404, "/collectionId"),
    ("%0A", 404, "/"),
    ("../etc/passwd", 404, "/"),
    ("collections/owners", 404, "/collectionId"),
    ("collections/Parcels", 404, "/collectionId"),
    ("collections/parcels%00/items", 404, "/collectionId"),
    ("collections/auth_user/items", 404, "/collectionId"),
    (f"collections/{'x' * 5000}/items", 404, "/collectionId"),
    (f"{ITEMS}/x", 404, "/featureId"),
    (f"{ITEMS}/-1", 404, "/featureId"),
    (f"{ITEMS}/1.0", 404, "/featureId"),
    (f"{ITEMS}/%00", 404, "/featureId"),
    (f"{ITEMS}/%D9%A1", 404, "/featureId"),
    (f"{ITEMS}/%C2%B2", 404, "/featureId"),
    (f"{ITEMS}/{'9' * 30}", 404, "/featureId"),
    (f"{ITEMS}/{'9' * 5000}", 404, "/featureId"),
    (f"{ITEMS}/0", 404, "/featureId"),
    (f"{ITEMS}/1?limit=1", 400, "/limit"),
    (f"{ITEMS}/1?filter=true", 400, "/filter"),
    # tiles
    ("tileMatrixSets/Mars", 404, "/tileMatrixSetId"),
    ("tiles/Mars", 404, "/tileMatrixSetId"),
    ("tiles/Mars/0/0/0", 404, "/tileMatrixSetId"),
    ("tiles/WebMercatorQuad/x/0/0", 400, "/z"),
    ("tiles/WebMercatorQuad/0/-1/0", 400, "/y"),
    ("tiles/WebMercatorQuad/0/0/1.5", 400, "/x"),
    ("tiles/WebMercatorQuad/0/1/0", 404, "/0/0/1"),
    ("tiles/WebMercatorQuad/99/0/0", 404, "/99/0/0"),
    ("tiles/WebMercatorQuad/0/0/0?x=1", 400, "/x"),
    ("tiles/WebMercatorQuad/0/0/0?on=today", 400, "/on"),
    ("tiles/WebMercatorQuad/0/0/0?version=0x1", 404, "/version"),
    ("collections/owners/tiles", 404, "/collectionId"),
    ("collections/owners/tiles/WebMercatorQuad", 404, "/collectionId"),
    ("collections/owners/tiles/WebMercatorQuad/0/0/0", 404, "/collectionId"),
]


def test_there_are_more_than_a_hundred_of_them() -> None:
    assert len(REQUESTS) > 100
    assert len({address for address, _status, _pointer in REQUESTS}) == len(REQUESTS)


@pytest.mark.parametrize(
    ("address", "status", "pointer"), REQUESTS, ids=lambda value: str(value)[:60]
)
def test_a_malformed_request_is_refused_by_name(
    town: MapTown, client: Client, address: str, status: int, pointer: str
) -> None:
    answer = client.get(f"/ogc/{address}")
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["status"], problem["pointer"]) == (status, pointer)
    assert problem["detail"]
    assert len(answer.content) < 3_000
    assert answer["Cache-Control"] == "no-store"


def test_an_unknown_parameter_is_told_the_known_ones(town: MapTown, ask: Ask) -> None:
    detail = ask(ITEMS, offset=3).json()["detail"]
    for name in ("limit", "bbox", "filter", "reference"):
        assert name in detail


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
@pytest.mark.parametrize("path", ["", "collections", ITEMS, "collections/parcels/items/1"])
def test_nothing_can_be_written(town: MapTown, client: Client, method: str, path: str) -> None:
    answer = getattr(client, method)(f"/ogc/{path}")
    assert answer.status_code == 405
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Allow"] == "GET, HEAD"


def test_a_format_that_nobody_offers_is_not_acceptable(town: MapTown, ask: Ask) -> None:
    answer = ask(ITEMS, headers={"Accept": "application/gml+xml"})
    assert answer.status_code == 406
    assert answer["Content-Type"] == "application/problem+json"
    assert "application/geo+json" in answer.json()["detail"]


@pytest.mark.parametrize("accept", ["", "*/*", "nonsense", ";q=", "text/html;q=x", "a/b/c", "*"])
def test_strange_accept_headers_are_borne(town: MapTown, ask: Ask, accept: str) -> None:
    assert ask(ITEMS, headers={"Accept": accept}).status_code in (200, 406)


def test_a_thousand_parameters_are_refused(town: MapTown, client: Client) -> None:
    query = "&".join(f"p{number}=1" for number in range(1_500))
    answer = client.get(f"/ogc/{ITEMS}?{query}")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


@pytest.mark.parametrize(
    ("language", "title"), [("ar", "غير موجود"), ("fr", "Introuvable"), ("en", "Not found")]
)
def test_a_refusal_speaks_the_persons_language(
    town: MapTown, ask: Ask, language: str, title: str
) -> None:
    answer = ask(f"{ITEMS}/0", lang=language)
    assert (answer["Content-Language"], answer.json()["title"]) == (language, title)


def test_a_person_with_a_browser_gets_a_page(town: MapTown, ask: Ask) -> None:
    for query in ({"f": "html"}, {"headers": {"Accept": "text/html,*/*;q=0.8"}}):
        answer = ask(f"{ITEMS}/0", **query)
        assert answer.status_code == 404
        assert answer["Content-Type"].startswith("text/html")
        assert "no feature" in answer.content.decode()


def test_a_mistyped_condition_is_explained_on_a_page(town: MapTown, ask: Ask) -> None:
    answer = ask(ITEMS, filter="owner = 'x'", f="html")
    assert answer.status_code == 400
    assert "reference, block, number, geometry" in answer.content.decode()
