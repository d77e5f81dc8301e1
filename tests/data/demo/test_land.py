"""Streets, blocks, parcels and zones of the demo town."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict

import numpy as np
import pytest
import shapely

from data.demo.standards import DISTRICTS
from data.demo.town import Town, build_town
from data.demo.zones import DRAFT, IN_FORCE, PREDECESSOR


def fingerprint(town: Town) -> str:
    """SHA-256 over every record of a town, geometry as WKB."""
    digest = hashlib.sha256()
    geometries = [
        *(street.line for street in town.streets),
        *(parcel.lot.polygon for parcel in town.parcels),
        *(building.footprint for building in town.buildings),
        *(zone.polygon for zone in town.zones),
        *(overlay.geometry for overlay in town.overlays),
        *(file.footprint for file in town.applications if file.footprint),
    ]
    for geometry in geometries:
        digest.update(shapely.to_wkb(geometry))
    for record in (*town.streets, *town.parcels, *town.buildings, *town.applications, *town.places):
        digest.update(repr(record).encode())
    digest.update(town.terrain.heights_m.tobytes())
    return digest.hexdigest()


def outlines(town: Town) -> np.ndarray:
    return np.array([parcel.lot.polygon for parcel in town.parcels], dtype=object)


def test_the_same_seed_gives_the_same_town_to_the_byte(small_town: Town) -> None:
    assert fingerprint(build_town(parcels=300)) == fingerprint(small_town)


def test_another_seed_gives_another_town(small_town: Town) -> None:
    assert fingerprint(build_town(parcels=300, seed=7)) != fingerprint(small_town)


@pytest.mark.parametrize("parcels", [250, 600])
def test_a_town_has_about_as_many_parcels_as_asked_for(parcels: int) -> None:
    assert len(build_town(parcels=parcels).parcels) == pytest.approx(parcels, rel=0.2)


def test_a_town_too_small_to_draw_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 200 parcels"):
        build_town(parcels=50)


def test_parcels_are_valid_and_never_overlap(town: Town) -> None:
    polygons = outlines(town)
    assert shapely.is_valid(polygons).all()
    assert shapely.coverage_is_valid(polygons, gap_width=0.01)


def test_parcels_tile_their_block(town: Town) -> None:
    parts = defaultdict(list)
    for parcel in town.parcels:
        parts[parcel.block].append(parcel.lot.polygon)
    blocks = {block.number: block.polygon for block in town.blocks}
    for number, polygons in parts.items():
        joined = shapely.coverage_union_all(polygons)
        rounding_m2 = 0.001 * blocks[number].length
        difference = shapely.symmetric_difference(joined, blocks[number])
        assert shapely.area(difference) < rounding_m2


def test_coordinates_are_whole_millimetres(town: Town) -> None:
    xy = shapely.get_coordinates(outlines(town))
    assert (xy == np.round(xy, 3)).all()


def test_parcel_references_are_unique(town: Town) -> None:
    references = [parcel.reference for parcel in town.parcels]
    assert len(set(references)) == len(references)


def test_every_kind_of_lot_occurs(town: Town) -> None:
    kinds = Counter(parcel.lot.kind for parcel in town.parcels)
    assert {"interior", "corner", "through", "flag", "cul_de_sac", "island"} <= set(kinds)
    assert kinds["interior"] > kinds["through"] > kinds["cul_de_sac"]


def test_a_flag_lot_reaches_the_street_by_a_narrow_pole_only(town: Town) -> None:
    flags = [parcel.lot for parcel in town.parcels if parcel.lot.kind == "flag"]
    poles = [sum(side.length_m for side in lot.sides) for lot in flags]
    assert max(poles) < 7.0
    assert min(lot.polygon.area for lot in flags) > 150


def test_a_corner_lot_faces_two_streets_that_meet(town: Town) -> None:
    for parcel in town.parcels:
        if parcel.lot.kind == "corner":
            assert len(parcel.lot.sides) >= 2


def test_every_parcel_touches_a_street(town: Town) -> None:
    ways = shapely.STRtree([street.right_of_way for street in town.streets])
    near = set(ways.query(outlines(town), predicate="dwithin", distance=0.01)[0].tolist())
    assert near == set(range(len(town.parcels)))


def test_streets_form_a_hierarchy_of_widths(town: Town) -> None:
    ranges = {"arterial": (22, 40), "collector": (16, 24), "local": (10, 15), "alley": (6, 8)}
    found = defaultdict(set)
    for street in town.streets:
        found[street.street_class].add(street.planned_width_m)
    assert set(found) == set(ranges)
    for name, widths in found.items():
        low, high = ranges[name]
        assert low <= min(widths)
        assert max(widths) <= high


def test_most_streets_are_as_wide_as_planned_and_some_are_not(town: Town) -> None:
    narrow = [s for s in town.streets if (s.existing_width_m or 0) < s.planned_width_m]
    reserved = [s for s in town.streets if s.gap_width_m < s.planned_width_m]
    assert 0 < len(reserved) < len(narrow) < 0.35 * len(town.streets)


def test_streets_have_names_in_three_languages(town: Town) -> None:
    assert all(all(street.name) for street in town.streets)


@pytest.mark.parametrize("version", [PREDECESSOR, IN_FORCE, DRAFT])
def test_zones_tile_the_scope_of_the_plan(town: Town, version: str) -> None:
    polygons = [zone.polygon for zone in town.zones if zone.version == version]
    assert shapely.coverage_is_valid(np.array(polygons, dtype=object), gap_width=0.01)
    whole = shapely.coverage_union_all(polygons)
    assert shapely.area(shapely.symmetric_difference(whole, town.layout.scope)) < 1.0


def test_every_district_is_used_even_in_a_small_town(small_town: Town, town: Town) -> None:
    for one in (small_town, town):
        assert {z.district for z in one.zones if z.version == IN_FORCE} == set(DISTRICTS)


def test_the_draft_rezones_one_quarter_and_nothing_else(town: Town) -> None:
    before, after = town.districts_of_faces[IN_FORCE], town.districts_of_faces[DRAFT]
    changed = {face for face in before if before[face] != after[face]}
    assert changed
    assert {town.faces[face].quarter.index for face in changed} == {town.draft_quarter}
    assert {before[face] for face in changed} == {"RM"}
    assert {after[face] for face in changed} <= {"RH", "MX"}


def test_the_predecessor_knew_fewer_districts(town: Town) -> None:
    older = {zone.district for zone in town.zones if zone.version == PREDECESSOR}
    assert older < set(DISTRICTS)


def test_some_deeds_differ_from_the_ground_a_little(town: Town) -> None:
    ratios = [p.registered_area_m2 / p.lot.polygon.area for p in town.parcels]
    off = [ratio for ratio in ratios if abs(ratio - 1) > 0.002]
    assert 0.08 < len(off) / len(ratios) < 0.25
    assert max(abs(ratio - 1) for ratio in ratios) < 0.035
    assert any(parcel.surveyed_area_m2 is None for parcel in town.parcels)


def test_district_colours_can_be_told_apart() -> None:
    rgb = np.array([[int(d.colour[i : i + 2], 16) for i in (1, 3, 5)] for d in DISTRICTS.values()])
    distances = np.linalg.norm(rgb[:, None, :] - rgb[None, :, :], axis=2)
    assert distances[~np.eye(len(rgb), dtype=bool)].min() > 20
