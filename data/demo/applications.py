"""Building applications at every stage, with proposals that comply, breach or lack something.

One of them, `SHOWCASE_NUMBER`, is drawn with care: a corner plot whose proposal is too close to its
neighbour, too high and short of parking, and right in everything else.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from .buildings import Building, Massing, design, rules_broken
from .registry import NEW_PLAN_FROM, Application, Registry
from .showcase import SHOWCASE_NUMBER, showcase, showcase_parcel
from .sites import Site
from .standards import District, parking_required
from .titles import title_of
from .zones import IN_FORCE, PREDECESSOR

if TYPE_CHECKING:
    from .parcels import Parcel

AS_OF = date(2026, 6, 30)  # the day the town's registry is frozen at
YEAR_SHARES = {2023: 0.16, 2024: 0.22, 2025: 0.30, 2026: 0.32}

# Where a file stands by its age in days: status and weight.
STAGES: tuple[tuple[int, dict[str, int]], ...] = (
    (60, {"submitted": 5, "under_validation": 4, "incomplete": 3, "registered": 3, "draft": 2}),
    (190, {"under_review": 9, "awaiting_information": 4, "recommended": 4, "registered": 2,
           "returned": 1, "withdrawn": 1, "granted": 1, "refused": 1}),
    (400, {"granted": 3, "granted_with_conditions": 3, "issued": 6, "refused": 3,
           "works_started": 4, "under_review": 2, "withdrawn": 1, "awaiting_information": 1}),
    (700, {"works_started": 8, "issued": 2, "completion_inspection": 4, "refused": 2,
           "occupancy_certified": 3, "lapsed": 1, "revoked": 1, "withdrawn": 1}),
    (9999, {"occupancy_certified": 10, "completion_inspection": 1, "refused": 3, "lapsed": 2,
            "revoked": 1, "withdrawn": 1, "works_started": 2, "returned": 1}),
)  # fmt: skip


def all_applications(
    registry: Registry, *, count: int, rng: np.random.Generator
) -> list[Application]:
    """About `count` applications over 2023 to mid-2026, the showcase among them, by number."""
    slots = _slots(count, rng)
    plot = showcase_parcel(registry)
    order = [p for p in registry.parcels if p is not plot and p.district != "PO"]
    order = [order[int(i)] for i in rng.permutation(len(order))]
    vacant = [p for p in order if p.reference not in registry.buildings]
    built = [p for p in order if p.reference in registry.buildings]
    made: list[Application] = []
    for number, filed, status in slots:
        if number == SHOWCASE_NUMBER:
            made.append(showcase(registry, plot, filed))
            continue
        application = None
        while application is None and (vacant or built):
            kind = str(rng.choice(KINDS, p=KIND_SHARES))
            pool = vacant if kind == "new_building" and vacant else built
            parcel = pool.pop() if pool else vacant.pop()
            application = _draw(registry, parcel, kind, number, filed, status, rng)
        if application is not None:
            made.append(application)
    return made


KINDS = ("new_building", "extension", "change_of_use", "demolition")
KIND_SHARES = (0.8, 0.11, 0.06, 0.03)
OF_FIGURES = frozenset({"parking", "land_use"})  # breaches that no drawing shows
LEFT_OUT = ("storeys", "height_m", "floor_areas_m2", "dwelling_units", "parking_stalls")


def _slots(count: int, rng: np.random.Generator) -> list[tuple[str, date, str]]:
    """(number, filing date, status) of every file, in the order of filing."""
    slots: list[tuple[str, date, str]] = []
    for year, share in YEAR_SHARES.items():
        files = max(4, round(count * share))
        numbers = set(rng.choice(np.arange(1, max(3 * files, 200)), size=files, replace=False))
        if year == 2026:
            numbers = {n for n in numbers if n != 123} | {123}
        ordered = sorted(int(n) for n in numbers)
        last = AS_OF if year == AS_OF.year else date(year, 12, 28)
        span = (last - date(year, 1, 3)).days
        days = np.sort(rng.integers(0, span + 1, size=len(ordered)))
        for n, day in zip(ordered, days, strict=True):
            filed = date(year, 1, 3) + timedelta(days=int(day))
            slots.append((f"{year}/BP/{n:06d}", filed, _status(filed, rng)))
    return _every_status(slots)


def _status(filed: date, rng: np.random.Generator) -> str:
    age = (AS_OF - filed).days
    weights = next(table for limit, table in STAGES if age <= limit)
    names = list(weights)
    shares = np.array([weights[name] for name in names], dtype=float)
    return str(rng.choice(names, p=shares / shares.sum()))


def _every_status(slots: list[tuple[str, date, str]]) -> list[tuple[str, date, str]]:
    """Make sure that no stage is missing: one file of the right age is moved to it."""
    used = {SHOWCASE_NUMBER}
    settled = list(slots)
    for limit, table in STAGES:
        for status in table:
            if any(status == row[2] and row[0] not in used for row in settled):
                used.add(next(r[0] for r in settled if r[2] == status and r[0] not in used))
                continue
            for index, (number, filed, _) in enumerate(settled):
                if number not in used and (AS_OF - filed).days <= limit:
                    settled[index] = (number, filed, status)
                    used.add(number)
                    break
    return settled


def _draw(
    registry: Registry,
    parcel: Parcel,
    kind: str,
    number: str,
    filed: date,
    status: str,
    rng: np.random.Generator,
) -> Application | None:
    version = PREDECESSOR if filed < NEW_PLAN_FROM else IN_FORCE
    district, site = registry.district(parcel, filed), registry.site(parcel)
    if site is None:
        return None
    lacking = site.area_m2 < district.min_lot_m2 or site.frontage_m < district.min_frontage_m
    if lacking and rng.random() < 0.9:
        return None  # few people apply for plots that are too small
    standing = registry.buildings.get(parcel.reference)
    if kind != "new_building" and standing is None:
        kind = "new_building"
    massing: Massing | None = None
    if kind == "change_of_use" and standing is not None:
        massing = _same_shell_other_use(standing, site, district, rng)
    elif kind != "demolition":
        wanted = _intention(kind, status, district, rng)
        massing = design(site, district, breaking=wanted, rng=rng)
        if massing is None or (wanted and not massing.breaks and not wanted & OF_FIGURES):
            return None
        massing = _bend_figures(massing, district, wanted)
    application = Application(
        number=number,
        kind=kind,
        status=status,
        filed=None if status == "draft" else filed,
        version=None if status in NOT_YET_REGISTERED else version,
        parcels=(parcel.reference,),
        title=title_of(kind, district.code, massing.storeys if massing else None),
        footprint=massing.footprint if massing else None,
        storeys=massing.storeys if massing else None,
        height_m=massing.height_m if massing else None,
        floor_areas_m2=massing.floor_areas_m2 if massing else None,
        dwelling_units=massing.dwelling_units if massing else None,
        parking_stalls=massing.parking_stalls if massing else None,
        breaks=massing.breaks if massing else (),
        roof_annex_m2=_roof_annex_m2(massing, rng) if massing else None,
    )
    return _with_gaps(application, rng)


NOT_YET_REGISTERED = {"draft", "submitted", "under_validation", "incomplete", "returned"}


def _intention(
    kind: str, status: str, district: District, rng: np.random.Generator
) -> frozenset[str]:
    """Which rules the proposal shall break: often for refused files, seldom for granted ones."""
    chance = {"refused": 0.95, "returned": 0.5}.get(status, 0.38)
    if status in {"granted", "issued", "works_started", "occupancy_certified", "lapsed"}:
        chance = 0.07
    if rng.random() > chance:
        return frozenset()
    possible = ["coverage", "height", "floor_area_ratio", "land_use"]
    if district.front_m > 0:
        possible += ["side", "front", "parking"]
    if kind == "extension":
        possible.remove("land_use")
    count = int(rng.choice((1, 1, 2)))
    return frozenset(str(rule) for rule in rng.choice(possible, size=count, replace=False))


def _same_shell_other_use(
    standing: Building, site: Site, district: District, rng: np.random.Generator
) -> Massing:
    """The building as it stands, with another use throughout."""
    total = round(sum(standing.floor_areas_m2.values()), 1)
    use = str(rng.choice(("office", "retail", "hotel", "industrial")))
    massing = Massing(
        footprint=standing.footprint,
        storeys=standing.storeys,
        height_m=standing.height_m,
        floor_areas_m2={use: total},
        dwelling_units=0,
        parking_stalls=parking_required(district.code, 0, {use: total}),
    )
    broken = rules_broken(massing, site, district)
    prohibited = use == "industrial" and district.category != "industrial"
    return replace(massing, breaks=(*broken, *(("land_use",) if prohibited else ())))


def _bend_figures(massing: Massing, district: District, wanted: frozenset[str]) -> Massing:
    """Breaches that are no matter of shape: too few stalls, a use that the district prohibits."""
    broken = list(massing.breaks)
    if "land_use" in wanted:
        use = "residential" if district.category == "industrial" else "industrial"
        first, *rest = massing.floor_areas_m2.items()
        floors = {use: first[1], **{name: area for name, area in rest if name != use}}
        stalls = parking_required(district.code, massing.dwelling_units, floors)
        massing = replace(massing, floor_areas_m2=floors, parking_stalls=stalls)
        broken.append("land_use")
    if "parking" in wanted:
        need = parking_required(district.code, massing.dwelling_units, massing.floor_areas_m2)
        if need:
            massing = replace(massing, parking_stalls=int(need * 0.6))
            broken.append("parking")
    return replace(massing, breaks=tuple(broken))


def _roof_annex_m2(massing: Massing, rng: np.random.Generator) -> float:
    """What stands on the roof: nothing on most buildings, stairs and a room on some."""
    if massing.storeys < 2 or rng.random() < 0.6:
        return 0.0
    return round(massing.footprint_m2 * float(rng.uniform(0.08, 0.26)), 1)


def _with_gaps(application: Application, rng: np.random.Generator) -> Application:
    """Some applicants leave figures out; files sent back for completion always do."""
    forced = application.status in {"incomplete", "awaiting_information", "returned"}
    if application.footprint is None or not (forced or rng.random() < 0.09):
        return application
    count = 2 if rng.random() < 0.3 else 1
    missing = tuple(sorted(str(name) for name in rng.choice(LEFT_OUT, size=count, replace=False)))
    blanks: dict[str, Any] = dict.fromkeys(missing)
    return replace(application, missing=missing, **blanks)
