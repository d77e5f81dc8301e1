"""The town as a whole: `build_town` runs the stages in order and hands back plain records.

Stages: large lines, quarters' own streets, faces and blocks, districts, parcels, buildings,
overlays, applications. Each draws from its own seeded generator, so that a change in one stage does
not reshuffle the others, and the same seed gives the same town to the byte.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from .applications import all_applications
from .blocks import Block, Face, blocks_of, faces_between
from .buildings import Building, existing_building
from .districts import LOT_SIZE_M, PATTERN_OF
from .layout import Layout, plan_layout
from .names import AVENUES, LARGE_STREETS, numbered_street, quarter_name, street_name
from .overlays import Overlay, all_overlays, height_caps_m
from .parcels import Parcel, cut_block
from .places import Place, all_places
from .registry import Application, Registry
from .showcase import SHOWCASE_NUMBER
from .sites import site_of
from .standards import DISTRICTS
from .streets import PATTERNS, Street, lay_streets
from .terrain import Terrain, draw_terrain
from .zones import (
    DRAFT,
    IN_FORCE,
    PREDECESSOR,
    Zone,
    as_it_was_in_2016,
    as_the_draft_proposes,
    face_districts,
    quarter_districts,
    zones_of,
)

SEED = 2016
SMALLEST_TOWN = 200


def _silent(_line: str) -> None:
    """Progress that goes nowhere."""


def _rng(seed: int, stage: str) -> np.random.Generator:
    return np.random.default_rng([seed, *stage.encode()])


@dataclass
class Town:
    layout: Layout
    streets: list[Street]
    faces: list[Face]
    blocks: list[Block]
    districts_of_faces: dict[str, dict[int, str]]
    zones: list[Zone]
    parcels: list[Parcel]
    draft_quarter: int | None
    buildings: list[Building]
    overlays: list[Overlay]
    terrain: Terrain
    applications: list[Application]
    places: list[Place]


def build_town(
    *,
    parcels: int = 12_000,
    applications: int | None = None,
    seed: int = SEED,
    progress: Callable[[str], None] = _silent,
) -> Town:
    """Draw a town of about `parcels` parcels; the same arguments give the same town.

    `applications` defaults to one per forty parcels, at least 60 and at most 300. Towns of fewer
    than about 200 parcels are too cramped for the large lines and raise ValueError.
    """
    if parcels < SMALLEST_TOWN:
        raise ValueError(f"a town has at least {SMALLEST_TOWN} parcels, not {parcels}")
    layout = plan_layout(parcels=parcels, rng=_rng(seed, "layout"))
    main = quarter_districts(layout)
    streets = _all_streets(layout, main, _rng(seed, "streets"))
    faces = faces_between(scope=layout.scope, streets=streets, quarters=layout.quarters)
    core_m = max((q.polygon.area for q in layout.quarters if q.place == "core"), default=0) ** 0.5
    chosen = face_districts(
        faces=faces, layout=layout, streets=streets, main=main, core_m=core_m / 1.77
    )
    blocks = blocks_of(faces, streets)
    progress(f"{len(streets)} streets, {len(blocks)} blocks")
    proposed, draft_quarter = as_the_draft_proposes(faces, chosen, streets)
    by_version = {PREDECESSOR: as_it_was_in_2016(faces, chosen), IN_FORCE: chosen, DRAFT: proposed}
    zones = [z for label, codes in by_version.items() for z in zones_of(label, faces, codes)]
    lots = _all_parcels(blocks, faces, streets, chosen, _rng(seed, "parcels"))
    progress(f"{len(lots)} parcels, {len(zones)} zones in {len(by_version)} plan versions")
    overlays = all_overlays(
        layout=layout,
        faces=faces,
        blocks=blocks,
        streets=streets,
        chosen=chosen,
        rng=_rng(seed, "overlays"),
    )
    caps = height_caps_m(overlays, {parcel.reference: parcel.lot.polygon for parcel in lots})
    buildings = _all_buildings(lots, streets, caps, _rng(seed, "buildings"))
    progress(f"{len(overlays)} overlays, {len(buildings)} buildings")
    registry = Registry(
        parcels=lots,
        streets=streets,
        buildings={building.parcel: building for building in buildings},
        districts_of_faces=by_version,
        height_caps_m=caps,
    )
    files = all_applications(
        registry,
        count=int(np.clip(parcels / 40, 60, 300)) if applications is None else applications,
        rng=_rng(seed, "applications"),
    )
    # The showcase stands on open ground, whatever the lottery of buildings gave its plot.
    plots = {ref for file in files if file.number == SHOWCASE_NUMBER for ref in file.parcels}
    buildings = [building for building in buildings if building.parcel not in plots]
    progress(f"{len(files)} applications")
    return Town(
        layout=layout,
        streets=streets,
        faces=faces,
        blocks=blocks,
        districts_of_faces=by_version,
        zones=zones,
        parcels=lots,
        draft_quarter=draft_quarter,
        buildings=buildings,
        overlays=overlays,
        terrain=draw_terrain(layout, rng=_rng(seed, "terrain")),
        applications=files,
        places=all_places(layout, lots),
    )


def _all_streets(layout: Layout, main: dict[int, str], rng: np.random.Generator) -> list[Street]:
    streets = list(layout.streets)
    for quarter in layout.quarters:
        styles = PATTERN_OF[main[quarter.index]]
        pattern = PATTERNS[styles[quarter.index % len(styles)]]
        streets += lay_streets(quarter.polygon, pattern, quarter=quarter.index, rng=rng)
    return _as_built(_named(streets), rng)


def _as_built(streets: list[Street], rng: np.random.Generator) -> list[Street]:
    """Set what is there today against the plan.

    Some streets are only paved in part; on a few the parcels still stand where the plan wants a
    wider street, and there the widening will take land from them.
    """
    last_avenue = max((s.number for s in streets if s.role == "avenue"), default=0)
    built = []
    for street in streets:
        planned = street.planned_width_m
        taken = {"wadi_bank": 4.0}.get(street.role, 0.0)
        if street.number == last_avenue:
            taken = 6.0
        elif street.role == "lane" and planned == 8.0 and rng.random() < 0.16:
            taken = 2.0
        gap = planned - taken
        narrow = street.quarter is not None and not taken and rng.random() < 0.15
        existing = round(gap * 0.7 * 2) / 2 if narrow and gap >= 10 else gap
        built.append(replace(street, gap_width_m=gap, existing_width_m=existing))
    return built


def _named(streets: list[Street]) -> list[Street]:
    """Name every street: large ones by role, wide local ones by word, the rest by number."""
    named: list[Street] = []
    avenue = words = 0
    counts: dict[int, int] = {}
    for number, street in enumerate(streets, start=1):
        if street.role in LARGE_STREETS:
            name = LARGE_STREETS[street.role]
        elif street.role == "avenue":
            name, avenue = AVENUES[avenue % len(AVENUES)], avenue + 1
        elif street.quarter is None or street.planned_width_m >= 16 or street.role == "lane":
            name, words = street_name(words * 7, street.role), words + 1
        else:
            counts[street.quarter] = counts.get(street.quarter, 0) + 1
            name = numbered_street(
                counts[street.quarter], quarter_name(street.quarter), street.role
            )
        named.append(replace(street, name=name, number=number))
    return named


def _all_parcels(
    blocks: list[Block],
    faces: list[Face],
    streets: list[Street],
    chosen: dict[int, str],
    rng: np.random.Generator,
) -> list[Parcel]:
    parcels: list[Parcel] = []
    for block in blocks:
        code = chosen[block.face]
        if block.polygon.area < min(0.6 * LOT_SIZE_M[code][0] * LOT_SIZE_M[code][1], 400.0):
            continue  # a traffic island
        lots = cut_block(
            block.polygon,
            streets={i: streets[i] for i in block.street_ids},
            lot_size_m=LOT_SIZE_M[code],
            organic=code in {"OC", "SQ"},
            flags=code in {"V", "RM"},
            rng=rng,
        )
        for number, lot in enumerate(lots, start=1):
            registered, surveyed = _recorded_areas(lot.polygon.area, rng)
            parcels.append(
                Parcel(
                    block=block.number,
                    number=number,
                    lot=lot,
                    district=code,
                    quarter=faces[block.face].quarter.index,
                    face=block.face,
                    registered_area_m2=registered,
                    surveyed_area_m2=surveyed,
                )
            )
    return parcels


def _all_buildings(
    parcels: list[Parcel],
    streets: list[Street],
    caps: dict[str, float],
    rng: np.random.Generator,
) -> list[Building]:
    buildings = []
    for parcel in parcels:
        site = site_of(
            parcel.lot,
            streets,
            registered_area_m2=parcel.registered_area_m2,
            height_cap_m=caps.get(parcel.reference, math.inf),
        )
        if site is None:
            continue
        building = existing_building(
            site, DISTRICTS[parcel.district], parcel=parcel.reference, rng=rng
        )
        if building is not None:
            buildings.append(building)
    return buildings


def _recorded_areas(area_m2: float, rng: np.random.Generator) -> tuple[float, float | None]:
    """Deed and survey: most deeds match to the square metre, some are off, some lots unsurveyed."""
    off = float(rng.uniform(-0.03, 0.03)) if rng.random() < 0.18 else 0.0
    surveyed = round(area_m2, 2) if rng.random() < 0.7 else None
    return round(area_m2 * (1 + off), 0 if off else 1), surveyed
