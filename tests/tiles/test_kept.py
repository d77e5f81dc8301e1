"""Kept shapes follow the rows they are made of, and tiles from them are sound."""

from __future__ import annotations

import random

import pytest
import shapely
from django.db import connection
from psycopg2.sql import SQL, Identifier
from shapely import affinity

from gisapp.geometry import from_shapely, multipolygon
from parcels.models import Parcel
from tests.tiles import mvt_reader
from tests.tiles.conftest import tile_at
from tests.tiles.town import MapTown
from tests.town import here
from tiles import kept
from tiles.layers import LAYERS
from zoning.models import District, Overlay, PlanVersion

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shared_town")]


def rows(table: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(SQL("SELECT * FROM {} ORDER BY id").format(Identifier(f"tile_{table}")))
        return cursor.fetchall()


def shown(get, name: str, zoom: int = 17, **query: str) -> list[mvt_reader.Feature]:
    answer = get(name, tile_at(zoom), **query)
    return mvt_reader.read(answer.content)[name] if answer.status_code == 200 else []


def test_what_is_kept_is_what_a_rebuild_makes(town: MapTown) -> None:
    town.parcel.number = "70"
    town.parcel.save()
    names = [name for name, _, _ in kept.kept_layers()] + [kept.BLOCKS]
    before = {name: rows(name) for name in names}
    assert before["parcels"]
    kept.rebuild()
    assert {name: rows(name) for name in names} == before


def test_a_parcel_is_drawn_where_it_goes_and_gone_when_it_is_deleted(town: MapTown, get) -> None:
    town.parcel.geometry = multipolygon(here(shapely.box(0, 0, 20, 15)))
    town.parcel.save()
    (found,) = [one for one in shown(get, "parcels") if one.id == town.parcel.pk]
    (other,) = [one for one in shown(get, "parcels") if one.attributes["reference"] == "125/8"]
    assert found.shape.area == pytest.approx(other.shape.area / 2, rel=0.02)
    number = town.parcel.pk
    town.parcel.delete()
    assert number not in {one.id for one in shown(get, "parcels")}


def test_many_rows_of_one_statement_are_followed(town: MapTown) -> None:
    Parcel.objects.filter(block="125").update(block="126")
    assert {row[1] for row in rows("parcels")} == {
        parcel.reference for parcel in Parcel.objects.all()
    }
    assert {row[2] for row in rows("blocks")} == {"126"}


def test_a_block_loses_the_parcel_that_moves_to_another(town: MapTown, get) -> None:
    def areas() -> dict[str, float]:
        return {one.attributes["block"]: one.shape.area for one in shown(get, "parcels", 13)}

    whole = areas()
    assert set(whole) == {"125"}
    town.parcel.block = "300"
    town.parcel.save()
    split = areas()
    assert set(split) == {"125", "300"}
    assert sum(split.values()) == pytest.approx(whole["125"], rel=0.2)


def test_zones_take_the_colour_of_their_district(town: MapTown, get) -> None:
    District.objects.filter(code="R1").update(colour="#123456")
    colours = {one.attributes["code"]: one.attributes["colour"] for one in shown(get, "zones")}
    assert colours["R1"] == "#123456"


def test_an_overlay_is_shown_on_its_days_alone(town: MapTown, get) -> None:
    Overlay.objects.create(
        municipality=town.municipality,
        kind="flood",
        code="spring",
        geometry=from_shapely(here(shapely.box(0, 0, 30, 30))),
        validity=("2026-03-01", "2026-06-01"),
    )

    def codes(day: str) -> set[str]:
        return {one.attributes.get("code", "") for one in shown(get, "overlays", on=day)}

    assert "spring" in codes("2026-03-01")
    assert "spring" not in codes("2026-06-01")


def test_a_version_shows_its_own_zones(town: MapTown, get, client) -> None:
    assert PlanVersion.objects.count() == 1
    assert shown(get, "zones", version=str(town.version.pk))


def test_the_same_definition_is_not_made_twice(town: MapTown) -> None:
    assert not kept.ensure()


def test_another_definition_is_made_anew(town: MapTown, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(kept.SIMPLIFIED_UNITS, 16, 2)
    before = rows("parcels")
    assert kept.ensure()
    assert [row[0] for row in rows("parcels")] == [row[0] for row in before]


def _awkward(seed: int) -> shapely.Polygon:
    """A parcel with dents, needles and perhaps a hole, near the town's first."""
    draw = random.Random(seed)  # noqa: S311  the same shapes every time
    spokes = sorted(draw.uniform(0, 360) for _ in range(draw.randint(5, 30)))
    star = shapely.Polygon(
        [
            affinity.rotate(shapely.Point(draw.uniform(0.3, 18), 0), spoke, origin=(0, 0)).coords[0]
            for spoke in spokes
        ]
    )
    sound = max(shapely.get_parts(shapely.make_valid(star)), key=lambda one: one.area)
    hole = shapely.Point(sound.representative_point()).buffer(draw.uniform(0.05, 2), quad_segs=4)
    return affinity.translate(sound.difference(hole) if draw.random() < 0.5 else sound, 10, 12)


@pytest.mark.parametrize("zoom", [14, 15, 16, 17, 18, 19, 20])
def test_rings_are_sound_and_wound_as_the_specification_says(town: MapTown, get, zoom: int) -> None:
    for seed in range(40):
        shape = _awkward(seed)
        if (
            shape.is_empty
            or not shape.is_valid
            or shape.geom_type not in ("Polygon", "MultiPolygon")
        ):
            continue
        Parcel.objects.create(
            municipality=town.municipality,
            block="900",
            number=str(seed),
            geometry=multipolygon(here(shape)),
        )
    found = [one for one in shown(get, "parcels", zoom) if one.attributes["reference"][:3] == "900"]
    assert found
    for one in found:
        assert signed_first(one) > 0
        for ring in one.paths:
            assert mvt_reader.signed_area(ring) != 0, one.attributes
            assert len(set(ring)) == len(ring) or len(set(ring)) >= 3


def signed_first(one: mvt_reader.Feature) -> float:
    return mvt_reader.signed_area(one.paths[0])


def test_large_shapes_are_cut_and_small_ones_moved(town: MapTown, get) -> None:
    """A zone may be many tiles wide; its corners stay near the tile."""
    for feature in shown(get, "zones", 20):
        west, north, east, south = feature.shape.bounds
        assert min(west, north) >= -4096
        assert max(east, south) <= 2 * 4096


def test_a_tile_too_heavy_is_made_of_its_larger_features(
    town: MapTown, get, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tiles import mvt

    for number in range(30):
        Parcel.objects.create(
            municipality=town.municipality,
            block="901",
            number=str(number),
            geometry=multipolygon(here(shapely.box(number / 2, 40, number / 2 + 0.4, 40.4))),
        )
    everything = shown(get, "parcels", 15)
    monkeypatch.setattr(mvt, "MOST_BYTES", 600)
    light = shown(get, "parcels", 15)
    assert len(light) < len(everything)
    assert town.parcel.pk in {one.id for one in light}


def test_every_layer_for_all_is_kept() -> None:
    assert {name for name, layer in LAYERS.items() if not layer.kept} == {
        "applications",
        "conformance",
    }
