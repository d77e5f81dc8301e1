"""Join an assessment roll: lines of a register, several per parcel, that tell of what stands there.

A parcel's buildings are known from such a roll as one building without a footprint: floor area by
use, storeys, year, dwellings.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from parcels.actions.import_parcels import positive_area
from parcels.importer.columns import Column, Refused
from parcels.importer.prepare import Feature
from parcels.importer.report import Kind
from parcels.importer.store import Import, Row, Stored, store_by_key, store_rows
from parcels.importer.values import field_value, in_square_metres, rounded
from parcels.models import Building, Parcel

PARCEL_FIELDS = ("registered_area_m2", "address", "land_use")
COUNTS = ("storeys", "year_built", "dwelling_units", "parking_stalls")
SUMMED = ("dwelling_units", "parking_stalls")
AGGREGATES: dict[str, Callable[[list[Any]], Any]] = {
    "sum": sum,
    "max": max,
    "min": min,
    "first": lambda values: values[0],
}


def import_roll(*, features: list[Feature], work: Import) -> Stored:
    """Fill the mapped facts of parcels and buildings; lines without a parcel are reported."""
    lots: dict[tuple[str, str], list[Feature]] = defaultdict(list)
    for feature in features:
        lots[feature.parts["block"], feature.parts["number"]].append(feature)
    known = {
        (block, number): pk
        for pk, block, number in Parcel.objects.filter(municipality=work.municipality).values_list(
            "pk", "block", "number"
        )
    }
    for reference in sorted(lots.keys() - known.keys()):
        lines = lots.pop(reference)
        work.report.add(Kind.REJECTED, "no_parcel", **lines[0].where(), lines=len(lines))
    stored = _store_buildings(lots, known, work)
    _store_parcels(lots, work)
    return stored


def _store_parcels(lots: dict[tuple[str, str], list[Feature]], work: Import) -> None:
    mapped = [name for name in PARCEL_FIELDS if name in work.layer.fields]
    if not mapped:
        return
    rows = []
    for (block, number), lines in lots.items():
        values = {name: _combined(lines, name, work) for name in mapped}
        if "registered_area_m2" in values:
            values["registered_area_m2"] = positive_area(
                lines[0], "registered_area_m2", values["registered_area_m2"], work
            )
        rows.append(Row(lines[0], {"block": block, "number": number, **values}))
    store_rows(
        Parcel,
        rows,
        match=("block", "number"),
        scope={"municipality": work.municipality},
        ours={"pk": None},
        work=work,
    )


def _store_buildings(
    lots: dict[tuple[str, str], list[Feature]],
    parcels: dict[tuple[str, str], int],
    work: Import,
) -> Stored:
    rows = []
    for reference, lines in lots.items():
        facts = _building(lines, work)
        if facts is not None:
            key = {"source_id": lines[0].key, "parcel_id": parcels[reference]}
            rows.append(Row(lines[0], {**key, **facts}))
    return store_by_key(Building, rows, work=work)


def _building(lines: list[Feature], work: Import) -> dict[str, Any] | None:
    """What the lines say of the buildings on a parcel; None when they tell of no building."""
    counts = {name: _combined(lines, name, work) for name in COUNTS if name in work.layer.fields}
    areas_m2 = _floor_areas_m2(lines, work)
    built = [counts.get("storeys"), counts.get("year_built"), counts.get("dwelling_units")]
    if not areas_m2 and not any(built):
        return None
    if "storeys" in counts:
        counts["storeys"] = rounded(counts["storeys"], 2)
    use = max(areas_m2, key=lambda name: areas_m2[name]) if areas_m2 else ""
    return {**counts, "floor_areas_m2": areas_m2, "use": use}


def _floor_areas_m2(lines: list[Feature], work: Import) -> dict[str, float]:
    """Floor area by use in m²; none when a line's was refused, for a part is not the whole."""
    area, use = (work.layer.fields.get(name) for name in ("floor_area_m2", "use"))
    if not isinstance(area, Column):
        return {}
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for line in _applicable(lines, area):
        try:
            value = area.read(line.row)
        except Refused:
            field_value(line, "floor_area_m2", area, report=work.report)
            return {}
        if value:
            name = use.read(line.row) if isinstance(use, Column) else ""
            sums[name or "unknown"] += value
    return {name: in_square_metres(sums[name]) for name in sorted(sums)}


def _combined(lines: list[Feature], name: str, work: Import) -> Any:
    """One value for the parcel from its lines, by the field's ``aggregate``.

    A count that is summed is unknown as soon as one line's is: a part is not the whole.
    """
    spec = work.layer.fields[name]
    assert isinstance(spec, Column)  # noqa: S101 - the roll has no names
    rule = spec.aggregate or ("sum" if name in SUMMED else "max" if name in COUNTS else "first")
    values = [
        field_value(line, name, spec, report=work.report) for line in _applicable(lines, spec)
    ]
    told = [value for value in values if value not in (None, "")]
    if not told or (rule == "sum" and len(told) < len(values)):
        return "" if spec.quantity.value == "text" else None
    return AGGREGATES[rule](told)


def _applicable(lines: Iterable[Feature], spec: Column) -> list[Feature]:
    return [line for line in lines if not (spec.except_where and spec.except_where.holds(line.row))]
