"""Requests that are broken, misspelt or hostile: each is refused clearly, none is a fault.

What is refused is never a 5xx; the answer is problem details in every language, and names the
parameter or the place in the body.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from tests.tiles.conftest import place
from tests.tiles.town import MapTown

pytestmark = pytest.mark.usefixtures("shared_town")

API = "/api/v1"
LON, LAT = place(10, 12)
RING = [[0, 0], [0.001, 0], [0.001, 0.001], [0, 0.001], [0, 0]]
DEEP = "[" * 9 + "]" * 9

WRONG_PARAMETERS = [
    # --- selections of parcels
    ("/parcels", 422, "/reference"),
    ("/parcels?limit=5", 422, "/reference"),
    ("/parcels?reference=", 422, "/reference"),
    ("/parcels?reference=---", 422, "/reference"),
    ("/parcels?reference=%00", 422, "/reference"),
    ("/parcels?reference=" + "9" * 82, 422, "/reference"),
    ("/parcels?reference=125/7&bbox=1,2,3,4", 422, "/bbox"),
    ("/parcels?block=125&reference=125/7", 422, "/reference"),
    ("/parcels?block=125&lon=1&lat=1", 422, "/lon"),
    ("/parcels?number=7", 422, "/block"),
    ("/parcels?block=" + "b" * 41, 422, "/block"),
    ("/parcels?block=125&number=" + "b" * 41, 422, "/number"),
    ("/parcels?block=125&municipality=" + "b" * 51, 422, "/municipality"),
    ("/parcels?lon=1", 422, "/lat"),
    ("/parcels?lat=1", 422, "/lon"),
    ("/parcels?lon=x&lat=1", 422, "/lon"),
    ("/parcels?lon=nan&lat=1", 422, "/lon"),
    ("/parcels?lon=inf&lat=1", 422, "/lon"),
    ("/parcels?lon=-inf&lat=1", 422, "/lon"),
    ("/parcels?lon=1e400&lat=1", 422, "/lon"),
    ("/parcels?lon=180.1&lat=1", 422, "/lon"),
    ("/parcels?lon=1&lat=90.1", 422, "/lat"),
    ("/parcels?lon=1&lat=nan", 422, "/lat"),
    ("/parcels?lon=1&lat=", 422, "/lat"),
    ("/parcels?lon=1,2&lat=1", 422, "/lon"),
    ("/parcels?lon=1&lat=1 OR 1=1", 422, "/lat"),
    ("/parcels?bbox=1", 422, "/bbox"),
    ("/parcels?bbox=1,2,3", 422, "/bbox"),
    ("/parcels?bbox=1,2,3,4,5", 422, "/bbox"),
    ("/parcels?bbox=1,2,3,4,5,6", 422, "/bbox"),
    ("/parcels?bbox=a,b,c,d", 422, "/bbox"),
    ("/parcels?bbox=,,,", 422, "/bbox"),
    ("/parcels?bbox=1;2;3;4", 422, "/bbox"),
    ("/parcels?bbox=nan,nan,nan,nan", 422, "/bbox"),
    ("/parcels?bbox=0,0,inf,1", 422, "/bbox"),
    ("/parcels?bbox=-181,0,1,1", 422, "/bbox"),
    ("/parcels?bbox=0,-91,1,1", 422, "/bbox"),
    ("/parcels?bbox=0,0,1,1e9", 422, "/bbox"),
    ("/parcels?bbox=0,1,1,0", 422, "/bbox"),
    ("/parcels?bbox=170,0,-170,1", 422, "/bbox"),
    ("/parcels?bbox=1,2,3,4'--", 422, "/bbox"),
    ("/parcels?bbox=" + "1" * 121, 422, "/bbox"),
    ("/parcels?bbox=0,0,1,1&limit=0", 422, "/limit"),
    ("/parcels?bbox=0,0,1,1&limit=-1", 422, "/limit"),
    ("/parcels?bbox=0,0,1,1&limit=1001", 422, "/limit"),
    ("/parcels?bbox=0,0,1,1&limit=1e3", 422, "/limit"),
    ("/parcels?bbox=0,0,1,1&limit=ten", 422, "/limit"),
    ("/parcels?bbox=0,0,1,1&limit=" + "9" * 30, 422, "/limit"),
    ("/parcels?bbox=0,0,1,1&f=html", 422, "/f"),
    ("/parcels?bbox=0,0,1,1&lang=de", 422, "/lang"),
    ("/parcels?bbox=0,0,1,1&lang=../../etc", 422, "/lang"),
    ("/parcels?bbox=0,0,1,1&cursor=x", 422, "/cursor"),
    ("/parcels?bbox=0,0,1,1&cursor=WzEsMl0:abc", 422, "/cursor"),
    ("/parcels?bbox=0,0,1,1&cursor=" + "A" * 401, 422, "/cursor"),
    ("/parcels?bbox=0,0,1,1&cursor=%00", 422, "/cursor"),
    ("/parcels?bbox=0,0,1,1&offset=10", 400, "/offset"),
    ("/parcels?bbox=0,0,1,1&LIMIT=10", 400, "/LIMIT"),
    ("/parcels?bbx=0,0,1,1", 400, "/bbx"),
    ("/parcels?filter=1=1", 400, "/filter"),
    ("/parcels?municipality__slug=town", 400, "/municipality__slug"),
    ("/parcels?a%00=1", 400, "/a"),
    ("/parcels?=1", 400, "/"),
    # --- around a parcel
    ("/parcels/125/7/nearby", 422, "/distance_m"),
    ("/parcels/125/7/nearby?distance_m=", 422, "/distance_m"),
    ("/parcels/125/7/nearby?distance_m=far", 422, "/distance_m"),
    ("/parcels/125/7/nearby?distance_m=-1", 422, "/distance_m"),
    ("/parcels/125/7/nearby?distance_m=nan", 422, "/distance_m"),
    ("/parcels/125/7/nearby?distance_m=inf", 422, "/distance_m"),
    ("/parcels/125/7/nearby?distance_m=2000.1", 422, "/distance_m"),
    ("/parcels/125/7/nearby?distance_m=1e308", 422, "/distance_m"),
    ("/parcels/125/7/nearby?distance=5", 400, "/distance"),
    ("/parcels/125/7/nearby?distance_m=5&limit=2000", 422, "/limit"),
    ("/parcels/125/7/nearby?distance_m=5&cursor=zzz", 422, "/cursor"),
    ("/parcels/125/999/nearby?distance_m=5", 404, "/number"),
    ("/parcels/%00/7/nearby?distance_m=5", 404, "/number"),
    ("/parcels/125/" + "7" * 500 + "/nearby?distance_m=5", 404, "/number"),
    ("/parcels/125/7/neighbours?distance_m=1", 400, "/distance_m"),
    ("/parcels/125/7/neighbours?f=xml", 422, "/f"),
    ("/parcels/999/1/neighbours", 404, "/number"),
    ("/parcels/%27%20OR%201=1/1/neighbours", 404, "/number"),
    ("/parcels/125/7/zoning?on=tomorrow", 422, "/on"),
    ("/parcels/125/7/zoning?on=2026-02-30", 422, "/on"),
    ("/parcels/125/7/zoning?on=20260101", 422, "/on"),
    ("/parcels/125/7/zoning?on=9999-12-31", 422, "/on"),
    ("/parcels/125/7/zoning?on=0000-00-00", 422, "/on"),
    ("/parcels/125/7/zoning?date=2026-01-01", 400, "/date"),
    ("/parcels/125/7/zoning?lang=xx", 422, "/lang"),
    ("/parcels/125/8888/zoning", 404, "/number"),
    # --- identify and search
    ("/identify", 422, "/lon"),
    ("/identify?lon=1", 422, "/lat"),
    ("/identify?lon=999&lat=1", 422, "/lon"),
    ("/identify?lon=1&lat=-91", 422, "/lat"),
    ("/identify?lon=nan&lat=nan", 422, "/lon"),
    ("/identify?lon=1&lat=1&on=x", 422, "/on"),
    ("/identify?lon=1&lat=1&on=2026-01-01&version=1", 422, "/on"),
    ("/identify?lon=1&lat=1&version=x", 404, "/version"),
    ("/identify?lon=1&lat=1&version=-1", 404, "/version"),
    ("/identify?lon=1&lat=1&version=99999999999999999999", 404, "/version"),
    ("/identify?lon=1&lat=1&version=٣", 404, "/version"),
    ("/identify?lon=1&lat=1&radius=5", 400, "/radius"),
    ("/search", 422, "/q"),
    ("/search?q=" + "x" * 201, 422, "/q"),
    ("/search?q=x&limit=21", 422, "/limit"),
    ("/search?q=x&limit=0", 422, "/limit"),
    ("/search?q=%00", 422, "/q"),
    ("/search?query=x", 400, "/query"),
    ("/search?q=x&lang=zz", 422, "/lang"),
    # --- exports
    ("/export/parcels", 404, "/format"),
    ("/export/parcels.dxf", 404, "/format"),
    ("/export/parcels.shp", 404, "/format"),
    ("/export/.gpkg", 404, "/layer"),
    ("/export/auth_user.csv", 404, "/layer"),
    ("/export/parcels.csv.zip", 404, "/format"),
    ("/export/parcels%00.csv", 404, "/layer"),
    ("/export/parcels.csv?bbox=1,2", 422, "/bbox"),
    ("/export/parcels.csv?bbox=5,5,1,9", 422, "/bbox"),
    ("/export/parcels.csv?on=never", 422, "/on"),
    ("/export/parcels.csv?version=abc", 404, "/version"),
    ("/export/parcels.csv?on=2026-01-01&version=1", 422, "/on"),
    ("/export/zones.csv?block=125", 422, "/block"),
    ("/export/parcels.csv?columns=id", 400, "/columns"),
    ("/export/parcels.csv?block=" + "b" * 41, 422, "/block"),
    ("/exports/not-a-key", 422, "/key"),
    ("/exports/00000000-0000-0000-0000-000000000000", 404, "/key"),
    ("/exports/00000000-0000-0000-0000-000000000000/file", 404, "/key"),
    # --- the others of the API take the same care
    ("/rulebook-schema?draft=7", 400, "/draft"),
    ("/parcels/125/7/edges?kind=front", 400, "/kind"),
    ("/parcels/125/7/extract?day=1", 400, "/day"),
]


def area(**changes: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [RING]} | changes


WRONG_BODIES: list[tuple[str, Any, int, str]] = [
    ("/parcels/within", " ", 422, "body"),
    ("/parcels/within", "{", 422, "body"),
    ("/parcels/within", "null", 422, "body"),
    ("/parcels/within", "[]", 422, "body"),
    ("/parcels/within", "1e999", 422, "body"),
    ("/parcels/within", b"\xff\xfe{}", 422, "body"),
    ("/parcels/within", DEEP, 422, "body"),
    ("/parcels/within", "[" * 100_000, 422, "body"),
    ("/parcels/within", '{"a":' * 50_000, 422, "body"),
    ("/parcels/within", '"' + "x" * 2_200_000 + '"', 413, ""),
    ("/parcels/within", {}, 422, "body"),
    ("/parcels/within", {"type": "Polygon"}, 422, "body"),
    ("/parcels/within", {"type": "Point", "coordinates": [0, 0]}, 422, "body"),
    ("/parcels/within", {"type": "Feature", "geometry": area(), "properties": {}}, 422, "body"),
    ("/parcels/within", {"type": ["Polygon"], "coordinates": []}, 422, "body"),
    ("/parcels/within", area(crs={"type": "name"}), 422, "body"),
    ("/parcels/within", area(bbox=[0, 0, 1, 1]), 422, "body"),
    ("/parcels/within", area(coordinates=None), 422, "/coordinates"),
    ("/parcels/within", area(coordinates=[]), 422, "body"),
    ("/parcels/within", area(coordinates=[[]]), 422, ""),
    ("/parcels/within", area(coordinates="x"), 422, "/coordinates"),
    ("/parcels/within", area(coordinates=RING), 422, "/coordinates"),
    ("/parcels/within", area(coordinates=[RING[:2]]), 422, "/coordinates"),
    ("/parcels/within", area(coordinates=[[*RING[:3], [True, False]]]), 422, "/coordinates/0/3"),
    ("/parcels/within", area(coordinates=[[*RING[:3], ["0", "0"]]]), 422, "/coordinates/0/3"),
    ("/parcels/within", area(coordinates=[[*RING[:3], [0]]]), 422, "/coordinates/0/3"),
    ("/parcels/within", area(coordinates=[[*RING[:3], [0, 0, 0, 0]]]), 422, "/coordinates/0/3"),
    ("/parcels/within", area(coordinates=[[*RING[:3], None]]), 422, "/coordinates"),
    ("/parcels/within", area(coordinates=[[*RING[:3], {}]]), 422, "/coordinates"),
    ("/parcels/within", area(coordinates=[[*RING[:3], [200, 0]]]), 422, "/coordinates/0/3"),
    ("/parcels/within", area(coordinates=[[*RING[:3], [0, 91]]]), 422, "/coordinates/0/3"),
    ("/parcels/within", area(coordinates=[[*RING[:3], [10**400, 0]]]), 422, "/coordinates/0/3"),
    (
        "/parcels/within",
        '{"type": "Polygon", "coordinates": [[[0,0],[1,0],[1,NaN],[0,0]]]}',
        422,
        "body",
    ),
    (
        "/parcels/within",
        '{"type": "Polygon", "coordinates": [[[0,0],[1,0],[1,-Infinity],[0,0]]]}',
        422,
        "body",
    ),
    ("/parcels/within", area(coordinates=[[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]), 422, "body"),
    ("/parcels/within", area(coordinates=[[[0, 0], [1, 1], [2, 2], [0, 0]]]), 422, "body"),
    (
        "/parcels/within",
        area(coordinates=[[[n / 1e4, 0] for n in range(20_001)] + [[0, 1], [0, 0]]]),
        422,
        "body",
    ),
    ("/parcels/within?bbox=0,0,1,1", area(), 400, "/bbox"),
    ("/parcels/within?limit=5000", area(), 422, "/limit"),
    ("/parcels/within?cursor=abc", area(), 422, "/cursor"),
    ("/exports", "", 422, "/body"),
    ("/exports", "{", 400, "body"),
    ("/exports", {}, 422, "/layer"),
    ("/exports", {"layer": "parcels"}, 422, "/format"),
    ("/exports", {"layer": "users", "format": "csv"}, 404, "/layer"),
    ("/exports", {"layer": "parcels", "format": "exe"}, 404, "/format"),
    ("/exports", {"layer": "parcels", "format": "csv", "bbox": "x"}, 422, "/bbox"),
    ("/exports", {"layer": "parcels", "format": "csv", "on": "x"}, 422, "/on"),
    ("/exports", {"layer": "parcels", "format": "csv", "path": "/etc"}, 422, "/path"),
    ("/exports", {"layer": 5, "format": "csv"}, 422, "/layer"),
    ("/exports", {"layer": "parcels", "format": "csv", "block": "\x00"}, 422, ""),
    ("/evaluations", {"parcel": "\x00"}, 422, ""),
    ("/evaluations", '{"parcel": "\\ud800"}', 422, ""),
    ("/evaluations", {"application": "\x00"}, 422, ""),
    ("/evaluations?on=2026-01-01", {"parcel": "125/7"}, 400, "/on"),
]


def check_refused(answer: Any, status: int, pointer: str) -> None:
    assert answer.status_code == status, answer.content[:300]
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status
    assert body["detail"]
    assert body.get("pointer", "").startswith(pointer), body


@pytest.mark.parametrize(
    ("address", "status", "pointer"),
    WRONG_PARAMETERS,
    ids=[f"{n}{address[:50]}" for n, (address, *_) in enumerate(WRONG_PARAMETERS)],
)
def test_a_wrong_address_is_refused_by_name(
    town: MapTown, client: Client, address: str, status: int, pointer: str
) -> None:
    check_refused(client.get(f"{API}{address}"), status, pointer)


@pytest.mark.parametrize(
    ("address", "body", "status", "pointer"),
    WRONG_BODIES,
    ids=[f"{n}{address}" for n, (address, *_) in enumerate(WRONG_BODIES)],
)
def test_a_wrong_body_is_refused_with_its_place(
    town: MapTown, client: Client, address: str, body: Any, status: int, pointer: str
) -> None:
    text = body if isinstance(body, str | bytes) else json.dumps(body)
    answer = client.generic("POST", f"{API}{address}", text, content_type="application/json")
    check_refused(answer, status, pointer)


def test_there_are_enough_of_them() -> None:
    assert len(WRONG_PARAMETERS) + len(WRONG_BODIES) >= 120


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("POST", "/parcels", 405),
        ("PUT", "/identify", 405),
        ("DELETE", "/parcels/125/7/zoning", 405),
        ("GET", "/parcels/table", 405),
        ("GET", "/parcels/within", 405),
        ("GET", "/nothing", 404),
        ("GET", "/parcels/a/b/c/d", 404),
        ("GET", "/../../etc/passwd", 404),
    ],
)
def test_other_methods_and_addresses_are_problem_details_too(
    db: None, client: Client, method: str, address: str, status: int
) -> None:
    check_refused(client.generic(method, f"{API}{address}"), status, "")


@pytest.mark.parametrize("kind", ["", "text/plain", "application/xml", "multipart/form-data"])
def test_another_content_type_is_415(db: None, client: Client, kind: str) -> None:
    answer = client.generic("POST", f"{API}/parcels/within", "x=1", content_type=kind)
    check_refused(answer, 415, "Content-Type")


def test_refusals_speak_the_language_of_who_asks(db: None, client: Client) -> None:
    for language in ("ar", "fr"):
        answer = client.get(f"{API}/parcels", headers={"Accept-Language": language})
        check_refused(answer, 422, "/reference")


def test_unknown_parameters_are_answered_with_the_list_of_known_ones(
    db: None, client: Client
) -> None:
    detail = client.get(f"{API}/identify?lonn=1").json()["detail"]
    assert "lon, lat, on, version, lang" in detail


@pytest.mark.parametrize(
    "query",
    [
        "bbox=-180,-90,180,90",
        "bbox=0,0,0,0",
        "bbox=-180,-90,-180,-90",
        "bbox=180,90,180,90",
        "bbox=38,24,38,25",
        "lon=-180&lat=-90",
        "lon=38.5&lat=90",
        "reference=x'; DROP TABLE parcels_parcel; --",
        "reference=%25",
        "block=%",
        "block=125&municipality=nowhere",
    ],
)
def test_strange_but_sane_questions_are_answered(town: MapTown, client: Client, query: str) -> None:
    answer = client.get(f"{API}/parcels?{query}")
    assert answer.status_code in (200, 422)
    assert "json" in answer["Content-Type"]
