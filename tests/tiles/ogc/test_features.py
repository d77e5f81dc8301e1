"""Features Part 1: the documents, pages of features, boxes, dates, and who sees what."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import shapely
from django.test import Client
from shapely.geometry import shape

from gisapp.crs import WGS84_SRID, metric_srid, transform
from permits.workflow import Status
from tests.tiles.conftest import place
from tests.tiles.ogc.conftest import Ask
from tests.tiles.town import MapTown, staff
from tiles.layers import LAYERS
from tiles.ogc import items
from tiles.ogc.collections import DESCRIPTIONS
from tiles.ogc.feature_pages import OF_A_PAGE
from tiles.ogc.params import EVERYWHERE, LARGEST_LIMIT

pytestmark = pytest.mark.usefixtures("shared_town")

Found = Callable[..., dict[str, Any]]


def box_around(west_m: float, south_m: float, east_m: float, north_m: float) -> str:
    """A ``bbox`` in degrees of a box given in metres from the town's origin."""
    corners = [*place(west_m, south_m), *place(east_m, north_m)]
    return ",".join(f"{value:.9f}" for value in corners)


def numbers(page: dict[str, Any]) -> set[str]:
    return {feature["properties"]["number"] for feature in page["features"]}


def rel(document: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return [link for link in document["links"] if link["rel"] == name]


@pytest.mark.parametrize("path", ["/ogc", "/ogc/"])
def test_the_landing_page_leads_everywhere(db: None, client: Client, path: str) -> None:
    links = {link["rel"] for link in client.get(path).json()["links"]}
    assert {"self", "alternate", "service-desc", "service-doc", "conformance", "data"} <= links


def test_every_layer_is_a_collection_in_words(town: MapTown, found: Found) -> None:
    listed = {each["id"]: each for each in found("collections")["collections"]}
    assert set(listed) == set(LAYERS) == set(DESCRIPTIONS)
    for name, each in listed.items():
        assert each["attribution"] == "Test data"
        assert each["extent"]["spatial"]["bbox"][0][0] == pytest.approx(39.6, abs=0.2)
        alone = found(f"collections/{name}")
        assert (alone["title"], alone["crs"]) == (each["title"], each["crs"])


def test_links_to_items_carry_no_query(town: MapTown, found: Found) -> None:
    """GDAL puts the key of a feature behind the whole address."""
    for each in found("collections", lang="ar")["collections"]:
        links = [to for to in rel(each, "items") if to["type"] == "application/geo+json"]
        assert len(links) == 1
        assert "?" not in links[0]["href"]


def test_titles_come_in_the_language_asked_for(town: MapTown, ask: Ask) -> None:
    answer = ask("collections/parcels", lang="fr")
    assert (answer.json()["title"], answer["Content-Language"]) == ("Parcelles", "fr")
    answer = ask("collections/parcels", headers={"Accept-Language": "ar"})
    assert (answer.json()["title"], answer["Content-Language"]) == ("قطع الأراضي", "ar")


def test_items_are_geojson_with_counts_and_links(town: MapTown, ask: Ask) -> None:
    answer = ask("collections/parcels/items")
    assert answer["Content-Type"] == "application/geo+json"
    page = answer.json()
    assert (page["type"], page["numberMatched"], page["numberReturned"]) == (
        "FeatureCollection",
        4,
        4,
    )
    assert page["timeStamp"].endswith("Z")
    assert numbers(page) == {"7", "8", "9", "10"}
    assert {"self", "alternate", "collection"} == {link["rel"] for link in page["links"]}
    first = page["features"][0]
    assert first["id"] == town.parcel.pk
    assert set(first["properties"]) == set(LAYERS["parcels"].columns)


def test_geometry_lies_where_the_parcel_lies_and_turns_right(town: MapTown, found: Found) -> None:
    feature = found(f"collections/parcels/items/{town.parcel.pk}")
    outline = shape(feature["geometry"])
    stored = transform(outline, source_srid=WGS84_SRID, target_srid=metric_srid())
    assert outline.geoms[0].exterior.is_ccw
    registered = shapely.from_wkb(bytes(town.parcel.geometry.wkb))
    assert shapely.hausdorff_distance(stored, registered) < 0.02


@pytest.mark.parametrize("name", LAYERS)
def test_every_collection_gives_features_in_every_crs(
    town: MapTown, found: Found, name: str
) -> None:
    for uri in found(f"collections/{name}")["crs"]:
        page = found(f"collections/{name}/items", crs=uri)
        assert page["numberReturned"] == page["numberMatched"] == len(page["features"])
        for feature in page["features"]:
            alone = found(f"collections/{name}/items/{feature['id']}", crs=uri)
            assert alone["geometry"] == feature["geometry"]
            assert alone["properties"] == feature["properties"]


def test_pages_follow_each_other_and_miss_nothing(town: MapTown, found: Found, client) -> None:
    page = found("collections/parcels/items", limit=3, lang="fr")
    seen = numbers(page)
    following = client.get(rel(page, "next")[0]["href"]).json()
    assert not seen & numbers(following)
    assert seen | numbers(following) == {"7", "8", "9", "10"}
    assert following["numberMatched"] == 4
    assert not rel(following, "next")
    assert "lang=fr" in rel(page, "next")[0]["href"]


def test_a_limit_beyond_the_largest_page_means_the_largest(town: MapTown, found: Found) -> None:
    for limit in (LARGEST_LIMIT + 1, 10**30):
        assert found("collections/parcels/items", limit=limit)["numberReturned"] == 4


def test_a_box_chooses_what_it_touches(town: MapTown, found: Found) -> None:
    page = found("collections/parcels/items", bbox=box_around(5, 5, 25, 10))
    assert (numbers(page), page["numberMatched"]) == ({"7", "8"}, 2)
    page = found("collections/parcels/items", bbox=box_around(5, 5, 15, 10))
    assert numbers(page) == {"7"}


def test_a_box_with_heights_and_a_box_of_no_width(town: MapTown, found: Found) -> None:
    west, south, east, north = box_around(5, 5, 15, 10).split(",")
    page = found("collections/parcels/items", bbox=f"{west},{south},-9,{east},{north},900")
    assert numbers(page) == {"7"}
    page = found("collections/parcels/items", bbox=f"{west},{south},{west},{south}")
    assert numbers(page) == {"7"}


@pytest.mark.parametrize(
    ("bbox", "matched"),
    [
        ("-180,-90,180,90", 4),  # the whole world, which no metric CRS can express
        ("170,-90,100,90", 4),  # across the date line, and round to the town
        ("170,-90,-170,90", 0),
        ("-80,20,-60,30", 0),
    ],
)
def test_boxes_far_larger_than_the_city(
    town: MapTown, found: Found, bbox: str, matched: int
) -> None:
    assert found("collections/parcels/items", bbox=bbox)["numberMatched"] == matched


@pytest.mark.parametrize("name", LAYERS)
def test_every_collection_can_be_asked_by_box(town: MapTown, found: Found, name: str) -> None:
    everything = found(f"collections/{name}/items")["numberMatched"]
    assert found(f"collections/{name}/items", bbox="-180,-90,180,90")["numberMatched"] == everything
    assert found(f"collections/{name}/items", bbox="0,0,1,1")["numberMatched"] == 0


def test_a_property_chooses_by_equality(town: MapTown, found: Found) -> None:
    assert numbers(found("collections/parcels/items", reference="125/8")) == {"8"}
    assert found("collections/streets/items", width_m="12")["numberMatched"] == 1
    assert found("collections/streets/items", width_m="13")["numberMatched"] == 0


def test_no_property_has_the_name_of_a_parameter() -> None:
    for name, layer in LAYERS.items():
        assert not set(layer.columns) & {*OF_A_PAGE, *EVERYWHERE}, name


def test_zones_follow_the_date(town: MapTown, found: Found) -> None:
    def zones(**query: str) -> int:
        return found("collections/zones/items", **query)["numberMatched"]

    assert zones() == zones(datetime="2024-03-01") == 2
    assert zones(datetime="2024-02-29") == 0
    # 22:30 in London is the next day in the town.
    assert zones(datetime="2024-02-29T22:30:00Z") == 2


def test_what_has_no_dates_is_there_at_all_times(town: MapTown, found: Found) -> None:
    for when in ("2001-01-01", "2001-01-01/2002-01-01", "../2002-01-01", "2001-01-01/.."):
        assert found("collections/parcels/items", datetime=when)["numberMatched"] == 4


def test_applications_are_those_that_one_may_see(
    town: MapTown, found: Found, ask: Ask, client: Client
) -> None:
    assert town.hidden.status == Status.SUBMITTED
    answer = ask("collections/applications/items")
    assert town.hidden.number not in numbers(answer.json())
    assert "private" in answer["Cache-Control"]
    assert "Cookie" in answer["Vary"]
    assert ask(f"collections/applications/items/{town.hidden.pk}").status_code == 404
    client.force_login(staff(town, "reviewer"))
    assert town.hidden.number in numbers(found("collections/applications/items"))
    assert found(f"collections/applications/items/{town.hidden.pk}")["id"] == town.hidden.pk


def test_a_draft_is_for_those_who_may_see_drafts(
    town: MapTown, found: Found, ask: Ask, client: Client, draft: Any
) -> None:
    hidden = ask("collections/zones/items", version=draft.pk)
    absent = ask("collections/zones/items", version=999999)
    assert hidden.status_code == absent.status_code == 404
    assert hidden.json() == absent.json()
    client.force_login(staff(town, "planner"))
    answer = ask("collections/zones/items", version=draft.pk)
    assert answer.json()["numberMatched"] == 1
    assert "private" in answer["Cache-Control"]


def test_what_is_for_all_may_be_kept_and_asked_for_again(town: MapTown, ask: Ask) -> None:
    for path in ("collections/parcels/items", f"collections/parcels/items/{town.parcel.pk}"):
        first = ask(path)
        assert "public" in first["Cache-Control"]
        again = ask(path, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
    town.parcel.number = "7a"
    town.parcel.save()
    assert ask(path, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_a_head_request_has_no_body(town: MapTown, client: Client) -> None:
    answer = client.head("/ogc/collections/parcels/items")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer["ETag"]


def test_a_page_is_for_one_person_and_names_its_json(town: MapTown, ask: Ask) -> None:
    answer = ask("collections/parcels/items", headers={"Accept": "text/html"})
    assert answer["Content-Type"].startswith("text/html")
    assert "private" in answer["Cache-Control"]
    assert "f=json" in answer.content.decode()
    assert "<bdi>125/7</bdi>" in answer.content.decode()


def test_a_count_that_takes_too_long_is_left_out(
    town: MapTown, found: Found, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(items, "_count", lambda rows: None)
    page = found("collections/parcels/items", limit=3)
    assert "numberMatched" not in page
    assert page["numberReturned"] == 3


def test_a_page_is_read_by_few_queries(
    town: MapTown, ask: Ask, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(8):
        ask("collections/parcels/items")


def test_gzip_is_spoken(town: MapTown, ask: Ask) -> None:
    answer = ask("collections/parcels/items", headers={"Accept-Encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"


def test_a_text_with_every_sign_stays_whole(town: MapTown, found: Found) -> None:
    name = 'قطعة "7" \\ </script> & \u2028 \x01'
    town.parcel.number = name
    town.parcel.save()
    feature = found(f"collections/parcels/items/{town.parcel.pk}")
    assert feature["properties"]["number"] == name
    assert json.loads(json.dumps(feature)) == feature
