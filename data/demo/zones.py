"""Which district each face belongs to, in each plan version, and the zones that follow."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

import shapely
from shapely.geometry import Point, Polygon
from shapely.geometry.polygon import orient

from .blocks import Face
from .districts import district_of_quarter
from .geometry import polygons_of, tidy_coordinates
from .layout import Layout, Quarter
from .standards import DISTRICTS
from .streets import Street

PREDECESSOR, IN_FORCE, DRAFT = "2016", "2024", "2026-draft"
RESIDENTIAL = {"RM", "RH", "V"}


@dataclass(frozen=True)
class Zone:
    """One zone of one plan version."""

    version: str
    district: str
    label: str
    polygon: Polygon


@dataclass(frozen=True)
class PlanState:
    """One version of the town plan; `valid_to` is the first day it no longer holds."""

    label: str
    status: str  # superseded, in_force, draft
    valid_from: date | None
    valid_to: date | None
    published: date | None
    rulebook: str


PLAN_STATES = (
    PlanState(PREDECESSOR, "superseded", date(2016, 1, 1), date(2024, 3, 1), date(2015, 11, 10),
              "demo-2016.yaml"),
    PlanState(IN_FORCE, "in_force", date(2024, 3, 1), None, date(2024, 1, 15), "demo.yaml"),
    PlanState(DRAFT, "draft", None, None, None, "demo-2026-draft.yaml"),
)  # fmt: skip


def quarter_districts(layout: Layout) -> dict[int, str]:
    """The main district of every quarter."""
    last_band = max((q.band for q in layout.quarters if q.place == "band"), default=1)
    return {
        quarter.index: district_of_quarter(
            place=quarter.place,
            band=quarter.band,
            last_band=last_band,
            angle_deg=quarter.angle_deg,
            index=quarter.index,
            y_share=_northing(quarter, layout) / layout.radius_m,
        )
        for quarter in layout.quarters
    }


def _northing(quarter: Quarter, layout: Layout) -> float:
    return float(quarter.polygon.representative_point().y - layout.centre[1])


def _share_north(face: Face, layout: Layout) -> float:
    return float(face.polygon.centroid.y - layout.centre[1]) / layout.radius_m


def face_districts(
    *, faces: list[Face], layout: Layout, streets: list[Street], main: dict[int, str], core_m: float
) -> dict[int, str]:
    """The district of every face in the plan in force."""
    chosen = {face.index: main[face.quarter.index] for face in faces}
    centre = Point(layout.centre)
    by_quarter: dict[int, list[Face]] = defaultdict(list)
    crowd = Counter(face.quarter.index for face in faces)
    for face in faces:
        by_quarter[face.quarter.index].append(face)
        roles = {streets[i].role for i in face.street_ids}
        code = chosen[face.index]
        if code == "OC" and face.polygon.centroid.distance(centre) < 0.45 * core_m:
            chosen[face.index] = "SQ"
        elif code == "CT" and -0.2 < _share_north(face, layout) < 0.15:
            chosen[face.index] = "PO"
        elif code in RESIDENTIAL and face.quarter.place == "band":
            on_avenue = "avenue" in roles or ("inner_ring" in roles and code == "RH")
            on_avenue = on_avenue and crowd[face.quarter.index] >= 5
            if on_avenue and face.polygon.area < 40_000:
                chosen[face.index] = "MX"
    for members in by_quarter.values():
        _set_facilities_aside(members, chosen, streets)
    _use_every_district(faces, chosen)
    return chosen


def _set_facilities_aside(
    members: list[Face], chosen: dict[int, str], streets: list[Street]
) -> None:
    """A school with a mosque, and a park, near the middle of every residential quarter."""
    homes = [
        face
        for face in members
        if chosen[face.index] in RESIDENTIAL
        and face.polygon.area > 4_000
        and not any(streets[i].is_dead_end for i in face.street_ids)
    ]
    if len(homes) < 6:
        return
    middle = members[0].quarter.polygon.centroid
    homes.sort(key=lambda face: (round(face.polygon.centroid.distance(middle), 2), face.index))
    chosen[homes[0].index] = "PF"
    chosen[homes[1].index] = "PO"
    if len(homes) > 24:
        chosen[homes[-9].index] = "PF"
        chosen[homes[-15].index] = "PO"


def _use_every_district(faces: list[Face], chosen: dict[int, str]) -> None:
    """Small towns leave some district unused: give it a face of the commonest one."""
    for code in DISTRICTS:
        if code in chosen.values():
            continue
        counts = Counter(chosen.values())
        givers = [f for f in faces if chosen[f.index] in RESIDENTIAL | {"CC", "OC"}]
        givers = [f for f in givers if counts[chosen[f.index]] > 1 and f.polygon.area > 1_500]
        if givers:
            face = max(givers, key=lambda f: (counts[chosen[f.index]], f.polygon.area, -f.index))
            chosen[face.index] = code


def as_it_was_in_2016(faces: list[Face], chosen: dict[int, str]) -> dict[int, str]:
    """The predecessor: fewer districts, avenues not yet mixed, the fringe still farmland."""
    before = {"MX": "RM", "SD": "AG", "LG": "AG", "EH": "PF", "SQ": "OC"}
    older = {}
    for face in faces:
        code = before.get(chosen[face.index], chosen[face.index])
        if code == "RH" and face.quarter.band >= 2:
            code = "RM"
        if code in {"V", "CT"} and face.quarter.place in {"fringe", "strip"}:
            code = "AG" if face.quarter.place == "fringe" else "PO"
        older[face.index] = code
    return older


def as_the_draft_proposes(
    faces: list[Face], chosen: dict[int, str], streets: list[Street]
) -> tuple[dict[int, str], int | None]:
    """The draft amendment raises one medium-density quarter, whose number is returned too."""
    sizes = Counter(f.quarter.index for f in faces if chosen[f.index] == "RM")
    if not sizes:
        return dict(chosen), None
    quarter = min(sizes, key=lambda q: (-sizes[q], q))
    proposed = dict(chosen)
    for face in faces:
        if face.quarter.index != quarter or chosen[face.index] != "RM":
            continue
        wide = any(streets[i].planned_width_m >= 20 for i in face.street_ids)
        proposed[face.index] = "MX" if wide else "RH"
    return proposed, quarter


def zones_of(version: str, faces: list[Face], chosen: dict[int, str]) -> list[Zone]:
    """Join the faces of one district within one quarter; each connected piece is a zone."""
    groups: dict[tuple[int, str], list[Polygon]] = defaultdict(list)
    for face in faces:
        groups[(face.quarter.index, chosen[face.index])].append(face.polygon)
    zones: list[Zone] = []
    numbers: Counter[str] = Counter()
    for (_, code), polygons in sorted(groups.items()):
        for part in polygons_of(shapely.coverage_union_all(polygons)):
            numbers[code] += 1
            polygon = orient(tidy_coordinates(part))
            zones.append(Zone(version, code, f"{code}-{numbers[code]}", polygon))
    return zones
