"""The sentences of an import's report, in the active language; and the report as a file."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gisapp.errors import BadInput
from parcels.importer.report import Kind, Line

LEFT_AS_IT_WAS = frozenset({"part_of_edge", "disputed_edge", "planner_said"})
"""Codes that speak of one edge; the line of the layer may have labelled others."""


def why(line: Line) -> str:
    """Why the feature needed attention, as a sentence."""
    figures = {**line.parameters, "key": line.key}
    if line.code == "left_out":
        return _in_language(figures["reason"])
    if line.code == "rulebook_remark":
        figures["remark"] = _in_language(figures["remark"])
    if line.code == "made_valid":
        figures["reason"] = _faults().get(str(figures["reason"]), figures["reason"])
    figures |= _words_of_edges(figures)
    return _sentences()[line.code] % figures


def _words_of_edges(figures: dict[str, Any]) -> dict[str, str]:
    """Codes of an edge's class and source as the words that pages use for them."""
    # The model of imports has its reports from here, so that this is known only by now.
    from parcels.models import ParcelEdge

    words = {"edge": dict(ParcelEdge.Kind.choices), "by": dict(ParcelEdge.Source.choices)}
    return {
        name: str(known[figures[name]])
        for name, known in words.items()
        if figures.get(name) in known
    }


def _in_language(texts: dict[str, str]) -> str:
    """A text that is kept in several languages."""
    return texts.get(get_language() or "en") or next(iter(texts.values()))


def done(line: Line) -> str:
    """What was done about it."""
    if line.code == "made_valid" and "area_after_m2" in line.parameters:
        return _("The boundary was redrawn without the fault: %(area_after_m2)s m².") % (
            line.parameters
        )
    if line.code in LEFT_AS_IT_WAS:
        return _("The edge was left as it was.")
    return {
        Kind.LEFT_OUT: _("Left out, as the profile says."),
        Kind.REJECTED: _("Not imported."),
        Kind.REPAIRED: _("Imported after repair."),
        Kind.MERGED: _("Merged into feature %s.") % line.parameters.get("into"),
        Kind.VALUE: _("Imported without this value."),
        Kind.WARNING: _("Imported as it is; please check."),
        Kind.GONE: _("Kept as it was; remove it by hand if it no longer exists."),
        Kind.RELEASED: _("Released and classified automatically; correct it again where needed."),
    }[line.kind]


def _sentences() -> dict[str, str]:
    return {
        "no_key": _("The key column “%(column)s” is empty."),
        "key_not_understood": _("The key “%(key)s” does not have the form the profile describes."),
        "duplicate_key": _("Feature %(first)s has the same key."),
        "merged": _("Feature %(into)s has the same key."),
        "empty": _("It has no geometry."),
        "not_finite": _("Its coordinates are not all numbers."),
        "outside_area": _("It lies where its coordinate reference system is not used."),
        "no_polygon": _("It is a %(type)s and has no area."),
        "no_line": _("It is a %(type)s and has no line."),
        "too_small": _("Its area of %(area_m2)s m² is below %(limit_m2)s m²."),
        "made_valid": _("Its geometry is not valid: %(reason)s."),
        "other_parts_dropped": _("Besides polygons its %(type)s holds lines or points."),
        "slivers_dropped": _("%(slivers)s of its parts are slivers."),
        "split_into_lines": _("It consists of %(parts)s lines that do not meet."),
        "made_a_point": _("It is a %(type)s where a point belongs."),
        "overlap": _("It overlaps “%(other)s” by %(area_m2)s m²."),
        "not_a_number": _("%(field)s: “%(value)s” is not a number."),
        "not_whole": _("%(field)s: %(value)s is not a whole number."),
        "too_low": _("%(field)s: %(value)s is too low (limit %(limit)s)."),
        "too_high": _("%(field)s: %(value)s is too high (limit %(limit)s)."),
        "does_not_fit": _("%(field)s: “%(value)s” is longer than fits."),
        "incomplete_sum": _("%(field)s: one of the parcel's lines has no usable value."),
        "no_parcel": _("No parcel has this number (%(lines)s lines)."),
        "no_name": _("It has no name."),
        "no_district": _("The district code is empty."),
        "unnamed_district": _("The district “%(district)s” is in no table of names."),
        "gone": _("It is no longer in the file."),
        "rulebook_missing": _("The rulebook %(file)s is not there; checks will say “no rule”."),
        "rulebook_differs": _("The stored rulebook of version %(label)s differs from the file."),
        "rulebook_remark": _("Rulebook %(file)s, line %(line)s: %(remark)s"),
        "version_differs": _("Version %(label)s is stored with another status or other dates."),
        "no_class": _("It does not tell the class of its edge."),
        "unknown_class": _("“%(value)s” is no class of edges; there are: %(known)s."),
        "parcel_not_understood": _("Its parcel number does not have the form the profile tells."),
        "unknown_parcel": _("There is no parcel %(parcel)s."),
        "no_edge": _(
            "%(percent)s %% of it lie within %(tolerance_m)s m along the edges of one parcel; "
            "%(most)s %% are needed."
        ),
        "not_along_parcel": _(
            "%(percent)s %% of it lie within %(tolerance_m)s m along the edges of parcel "
            "%(parcel)s; %(most)s %% are needed."
        ),
        "several_parcels": _(
            "It lies along the edges of several parcels (%(parcels)s); only a column with the "
            "number of the parcel can tell which is meant."
        ),
        "part_of_edge": _(
            "%(percent)s %% of edge %(number)s of parcel %(parcel)s are covered; %(most)s %% are "
            "needed."
        ),
        "disputed_edge": _(
            "Feature %(other)s says otherwise of edge %(number)s of parcel %(parcel)s."
        ),
        "planner_said": _("Of edge %(number)s of parcel %(parcel)s a planner has said: %(edge)s."),
        "lock_released": _(
            "Its edge of %(length_m)s m, locked as “%(edge)s” (%(by)s), no longer lies on the "
            "boundary."
        ),
        "class_without_rule": _(
            "%(edges)s edges are of the class “%(edge)s”, from which the rulebook %(rulebook)s "
            "asks no distance."
        ),
        "reader_note": _("The file's reader remarks: %(note)s"),
    }


def _faults() -> dict[str, str]:
    """GEOS's words for what is wrong with a polygon."""
    return {
        "Self-intersection": _("the boundary crosses itself"),
        "Ring Self-intersection": _("the boundary touches itself"),
        "Hole lies outside shell": _("a hole lies outside the boundary"),
        "Holes are nested": _("a hole lies within a hole"),
        "Nested shells": _("one part lies within another"),
        "Interior is disconnected": _("holes cut the area in two"),
        "Duplicate Rings": _("the same ring stands there twice"),
        "Too few points in geometry component": _("too few points for an area"),
    }


COLUMNS = ("layer", "feature", "key", "longitude", "latitude", "kind", "code", "why", "done")


def as_row(line: Line) -> dict[str, Any]:
    """The line for a file: with its sentences, in the active language."""
    return {
        "layer": line.layer,
        "feature": line.feature,
        "key": line.key,
        "longitude": line.longitude,
        "latitude": line.latitude,
        "kind": line.kind.value,
        "code": line.code,
        "why": why(line),
        "done": done(line),
    }


def check_report_file(path: Path) -> None:
    """Raises BadInput before the work begins when the report could not be written at its end."""
    if path.suffix.lower() not in (".csv", ".json"):
        raise BadInput(_("The report is a .csv or a .json file."), pointer=str(path))
    if not path.parent.is_dir():
        raise BadInput(_("The folder of the report does not exist."), pointer=str(path))


def write_report(path: Path, lines: list[Line]) -> None:
    """All lines to a CSV file (UTF-8, spreadsheets read it) or a JSON file, by its name."""
    rows = [as_row(line) for line in lines]
    if path.suffix.lower() == ".json":
        path.write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")
        return
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS)
        writer.writeheader()
        writer.writerows({key: _no_formula(value) for key, value in row.items()} for row in rows)


def _no_formula(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula is kept as text."""
    if isinstance(value, str) and value[:1] in "=+-@\t\r" and value[:1]:
        return f"'{value}"
    return value
