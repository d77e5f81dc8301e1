"""From a layer as it stands to features fit to store: left out, keyed, placed, repaired, unique.

Nothing is lost in silence: each feature that does not come through, or comes through changed, has
a line in the report.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _

from gisapp.crs import WGS84_SRID, area_of_use_wgs84, transform_many, transformer
from parcels.importer.columns import cell_text, compiled
from parcels.importer.files import UnreadableFile
from parcels.importer.layers import Layer
from parcels.importer.repair import (
    Repaired,
    repair_any,
    repair_line,
    repair_point,
    repair_polygon,
)
from parcels.importer.report import Kind, Report
from parcels.importer.report_text import why
from parcels.importer.source import Source

# Towns at the edge of a zone are drawn in it; a neighbouring UTM zone is six degrees off.
AREA_MARGIN_DEGREES = 1.0


class WrongPlace(UnreadableFile):
    """Coordinates lie where their CRS is not used: most likely it is the wrong one."""

    code = "wrong-crs"


@dataclass(frozen=True)
class Feature:
    """One feature fit to store; the geometry is in the metric CRS, ``at`` in degrees."""

    number: int
    key: str
    row: dict[str, Any]
    parts: dict[str, str] = field(default_factory=dict)
    geometry: Any = None
    at: tuple[float, float] | None = None

    def where(self) -> dict[str, Any]:
        """How a report line names this feature."""
        return {"feature": self.number, "key": self.key, "at": self.at}


def prepare(source: Source, *, layer: Layer, metric_srid: int, report: Report) -> list[Feature]:
    """The layer's features in the metric CRS, each valid and with a key of its own.

    Raises WrongPlace when coordinates lie outside the area of use of the source's or the metric
    CRS, UnreadableFile when the layer has features but none can be used.
    """
    for note in source.notes:
        report.add(Kind.WARNING, "reader_note", note=note)
    features = _keyed(source, layer=layer, positions=_positions(source), report=report)
    if source.geometries is None:
        return features
    features = _with_finite_coordinates(features, report=report)
    features = _in_area_of_use(features, source, layer, metric_srid, report)
    features = _repaired(features, source, layer, metric_srid, report)
    features = _unique(features, layer=layer, report=report)
    if len(source) and not features and not report.counts().get(Kind.LEFT_OUT):
        raise UnreadableFile(
            _("None of the %(n)s features can be used. %(why)s")
            % {"n": len(source), "why": why(report.lines[0]) if report.lines else "–"},
            pointer=layer.file,
        )
    return features


def _positions(source: Source) -> list[tuple[float, float] | None]:
    """Where each feature is, in degrees: the middle of its bounds."""
    if source.geometries is None or source.srid is None:
        return [None] * len(source)
    bounds = shapely.bounds(source.geometries)
    sound = np.isfinite(bounds).all(axis=1)
    middle = np.zeros((len(bounds), 2))
    middle[sound] = (bounds[sound, :2] + bounds[sound, 2:]) / 2
    x, y = transformer(source.srid, WGS84_SRID).transform(middle[:, 0], middle[:, 1])
    sound &= np.isfinite(x) & np.isfinite(y)
    return [
        (float(x[i]), float(y[i])) if sound[i] else None  # a place on Earth, or none at all
        for i in range(len(bounds))
    ]


def _keyed(
    source: Source,
    *,
    layer: Layer,
    positions: list[tuple[float, float] | None],
    report: Report,
) -> list[Feature]:
    """The features that are not left out and whose key can be read."""
    kept = []
    for index in range(len(source)):
        number = int(source.numbers[index])
        row = source.row(index)
        key = cell_text(row[layer.key.column]) if layer.key else str(number)
        where: dict[str, Any] = {"feature": number, "key": key, "at": positions[index]}
        rule = next((rule for rule in layer.leave_out if rule.holds(row)), None)
        if rule is not None:
            report.add(Kind.LEFT_OUT, "left_out", reason=rule.reason, **where)
            continue
        if key == "":
            report.add(
                Kind.REJECTED, "no_key", column=layer.key.column if layer.key else "", **where
            )
            continue
        pattern = layer.key.pattern if layer.key else None
        match = compiled(pattern).fullmatch(key) if pattern else None
        if pattern and match is None:
            report.add(Kind.REJECTED, "key_not_understood", **where)
            continue
        geometry = None if source.geometries is None else source.geometries[index]
        parts = match.groupdict() if match else {}
        kept.append(Feature(number, key, row, parts, geometry, positions[index]))
    return kept


def _with_finite_coordinates(features: list[Feature], *, report: Report) -> list[Feature]:
    geometries = np.array([feature.geometry for feature in features], dtype=object)
    coordinates, owners = shapely.get_coordinates(geometries, return_index=True)
    broken = set(owners[~np.isfinite(coordinates).all(axis=1)].tolist())
    for index in sorted(broken):
        report.add(Kind.REJECTED, "not_finite", **features[index].where())
    return [feature for index, feature in enumerate(features) if index not in broken]


def _in_area_of_use(
    features: list[Feature], source: Source, layer: Layer, metric_srid: int, report: Report
) -> list[Feature]:
    """The features that lie where both CRSs may be used; otherwise the CRS is taken for wrong."""
    assert source.srid is not None  # noqa: S101 - a layer with geometry has one
    geometries = np.array([feature.geometry for feature in features], dtype=object)
    outside = _outside(geometries, source.srid, metric_srid)
    if not outside.any():
        return features
    strays = [feature for feature, out in zip(features, outside, strict=True) if out]
    if layer.outside == "reject":
        for feature in strays:
            report.add(Kind.REJECTED, "outside_area", **feature.where())
        return [feature for feature, out in zip(features, outside, strict=True) if not out]
    first = strays[0]
    x, y = shapely.get_coordinates(first.geometry)[0]
    swapped = shapely.transform(geometries, lambda c: c[:, ::-1])
    hint = (
        _("The coordinates fit when latitude and longitude change places: write `axes: yx`.")
        if not _outside(swapped, source.srid, metric_srid).any()
        else _("Is it the right CRS? The layer's `crs:` replaces what the file says.")
    )
    raise WrongPlace(
        _(
            "%(n)s of %(all)s features lie outside the area of EPSG:%(srid)s, first feature "
            "%(number)s (key %(key)s) at %(x)s, %(y)s. %(hint)s"
        )
        % {
            "n": len(strays),
            "all": len(features),
            "srid": source.srid,
            "number": first.number,
            "key": first.key,
            "x": round(float(x), 6),
            "y": round(float(y), 6),
            "hint": hint,
        },
        pointer=layer.file,
    )


def _outside(geometries: np.ndarray, source_srid: int, metric_srid: int) -> np.ndarray:
    """Which geometries have a corner of their bounds outside either CRS's area of use."""
    bounds = shapely.bounds(geometries)
    there = np.isfinite(bounds).all(axis=1)
    outside = np.zeros(len(bounds), dtype=bool)
    to_degrees = transformer(source_srid, WGS84_SRID)
    for x, y in ((0, 1), (2, 3)):
        longitude, latitude = to_degrees.transform(bounds[there, x], bounds[there, y])
        bad = ~(np.isfinite(longitude) & np.isfinite(latitude))
        for srid in {source_srid, metric_srid}:
            west, south, east, north = area_of_use_wgs84(srid)
            margin = AREA_MARGIN_DEGREES
            bad |= (latitude < south - margin) | (latitude > north + margin)
            if west <= east:
                bad |= (longitude < west - margin) | (longitude > east + margin)
        outside[there] |= bad
    return outside


def _repaired(
    features: list[Feature], source: Source, layer: Layer, metric_srid: int, report: Report
) -> list[Feature]:
    assert source.srid is not None  # noqa: S101 - a layer with geometry has one
    geometries = transform_many(
        np.array([feature.geometry for feature in features], dtype=object),
        source_srid=source.srid,
        target_srid=metric_srid,
    )
    kept = []
    for feature, geometry in zip(features, geometries, strict=True):
        result = _repair(geometry, layer)
        where = feature.where()
        if result.where is not None:
            where["at"] = transformer(metric_srid, WGS84_SRID).transform(*result.where)
        if result.geometry is None:
            report.add(Kind.REJECTED, result.code, **where, **result.parameters)
            continue
        if result.code:
            report.add(Kind.REPAIRED, result.code, **where, **result.parameters)
        kept.append(replace(feature, geometry=result.geometry))
    return kept


def _repair(geometry: Any, layer: Layer) -> Repaired:
    if layer.geometry_kind == "line":
        return repair_line(geometry)
    if layer.geometry_kind == "point":
        return repair_point(geometry)
    if layer.geometry_kind == "any":
        return repair_any(geometry, sliver_m2=layer.sliver_m2)
    return repair_polygon(geometry, sliver_m2=layer.sliver_m2)


def _unique(features: list[Feature], *, layer: Layer, report: Report) -> list[Feature]:
    """One feature per key: later ones are merged into the first or rejected, as the layer says."""
    first: dict[tuple[str, ...], Feature] = {}
    for feature in features:
        identity = tuple(feature.parts.values()) or (feature.key,)
        earlier = first.get(identity)
        if earlier is None:
            first[identity] = feature
        elif layer.duplicates == "merge" and layer.geometry_kind == "polygon":
            union = shapely.union_all([earlier.geometry, feature.geometry])
            merged = repair_polygon(union, sliver_m2=layer.sliver_m2).geometry
            first[identity] = replace(earlier, geometry=merged)
            report.add(Kind.MERGED, "merged", **feature.where(), into=earlier.number)
        else:
            report.add(Kind.REJECTED, "duplicate_key", **feature.where(), first=earlier.number)
    return list(first.values())


def report_overlaps(features: list[Feature], *, above_m2: float, report: Report) -> int:
    """Warn of each pair of features that share more than ``above_m2``; returns how many."""
    geometries = np.array([feature.geometry for feature in features], dtype=object)
    left, right = shapely.STRtree(geometries).query(geometries, predicate="intersects")
    once = left < right
    left, right = left[once], right[once]
    areas = shapely.area(shapely.intersection(geometries[left], geometries[right]))
    found = np.flatnonzero(areas > above_m2)
    for pair in found:
        one, other = features[left[pair]], features[right[pair]]
        report.add(
            Kind.WARNING,
            "overlap",
            **one.where(),
            other=other.key,
            area_m2=round(float(areas[pair]), 2),
        )
    return len(found)
