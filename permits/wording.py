"""The engine's codes in words: kinds, outcomes, reasons, inputs, the steps of a trace.

Every dictionary here is complete for its codes; a test holds them against the engine's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

KINDS: dict[str, Any] = {
    "land_use": _("Land use"),
    "lot_area": _("Lot area"),
    "frontage": _("Frontage"),
    "setback": _("Setback"),
    "exclusion": _("Ground that may not be built on"),
    "setback_sum": _("Setbacks of both sides together"),
    "build_to": _("Build-to line"),
    "light_plane": _("Light plane"),
    "spacing": _("Distance between buildings"),
    "object_distance": _("Distance from protected objects"),
    "coverage": _("Coverage"),
    "floor_area_ratio": _("Floor-area ratio"),
    "height": _("Height"),
    "storeys": _("Storeys"),
    "lot_area_per_dwelling": _("Lot area per dwelling"),
    "open_space": _("Open space"),
    "parking": _("Parking"),
    "roof_annex": _("Roof annex"),
    "lot_depth": _("Lot depth"),
    "density": _("Density"),
    "unit_size": _("Size of dwellings"),
    "basement_depth": _("Basement depth"),
    "mezzanine": _("Mezzanine"),
    "parapet": _("Parapet"),
    "projection": _("Projections"),
    "trees": _("Trees"),
    "access": _("Access"),
    "clearance": _("Clearance"),
}

FLOORS: dict[str, Any] = {
    "basement": _("basement"),
    "ground": _("ground floor"),
    "upper": _("upper floors"),
}

EDGES: dict[str, Any] = {
    "front": _("front"),
    "secondary_street": _("secondary street"),
    "interior_side": _("interior side"),
    "rear": _("rear"),
    "open_space": _("open space"),
    "watercourse": _("watercourse"),
    "party_wall": _("party wall"),
    "unknown": _("edge of unknown class"),
}

OUTCOMES: dict[str, Any] = {
    "complies": _("complies"),
    "breaches": _("breaches"),
    "needs_review": _("needs review"),
    "conditional": _("conditional"),
    "not_applicable": _("not applicable"),
    "no_rule": _("no rule"),
}

# What a check of a whole city says of a parcel that it has no verdict on; never a pass.
NO_VERDICTS: dict[str, Any] = {
    "no_building": _("no building"),
    "outside_plan": _("outside the plan"),
    "not_judged": _("cannot be judged"),
}

# Kinds of findings that only such a check makes.
CITY_KINDS: dict[str, Any] = {
    "fit": _("Room for the building"),
    "footprint": _("Footprint in the envelope"),
}

SITE_PROBLEMS: dict[str, Any] = {
    "footprint_not_an_area": _("The footprint is not a valid area."),
    "footprint_outside_parcel": _("The building does not stand on this parcel."),
    "not_a_measure": _("A recorded number can not be a measure."),
}

REASONS: dict[str, Any] = {
    "": "",
    "missing_input": _("An answer is missing: %(missing)s."),
    "no_table_row": _("The table of the rule has no row for this value."),
    "conflict": _("The rules contradict each other here; the authority must say which holds."),
    "low_confidence": _(
        "What this edge faces is not known well enough; a planner must confirm it."
    ),
    "discretion": _("The rule leaves this to the authority's decision."),
    "undefined_value": _("The formula gives no number with these values."),
    "no_base_rule": _("A rule adds to a limit, but no rule sets that limit."),
    "part_without_rule": _("Part of the parcel lies in a district without such a rule."),
    "unknown_edge": _("What this edge faces is not known; a planner must classify it."),
    "degenerate_geometry": _(
        "The parcel's boundary is not a valid area; it must be corrected before anything is judged."
    ),
    "no_data": _("The map has no data on this here; a planner must look."),
    "variance": _("The authority has granted a variance from this limit."),
}

# What the map of a case or a parcel draws beside edges, for its legend.
SHAPES: dict[str, Any] = {
    "envelope": _("buildable envelope"),
    "footprint": _("proposed footprint"),
    "overlap": _("outside the envelope"),
    "fit": _("where the building fits"),
    "why": _("what a finding is about"),
}

INPUTS: dict[str, Any] = {
    "lot_area": _("lot area"),
    "net_lot_area": _("net lot area"),
    "measured_lot_area": _("measured lot area"),
    "street_width": _("street width"),
    "widest_street_width": _("width of the widest street"),
    "frontage": _("frontage"),
    "lot_depth": _("lot depth"),
    "corner_lot": _("corner lot"),
    "beside_park": _("beside open land"),
    "edge_length": _("edge length"),
    "edge_confidence": _("confidence of the edge's class"),
    "storeys": _("storeys"),
    "height": _("height"),
    "dwelling_units": _("dwellings"),
    "floor_area": _("floor area"),
    "counted_floor_area": _("counted floor area"),
    "footprint_area": _("footprint area"),
    "footprint": _("footprint"),
    "footprint_beyond": _("of the footprint, outside the parcel"),
    "building_length": _("building length"),
    "building_width": _("building width"),
    "parking_stalls": _("parking stalls"),
    "open_space": _("open space"),
    "coverage": _("coverage"),
    "floor_area_ratio": _("floor-area ratio"),
    "lot_area_per_dwelling": _("lot area per dwelling"),
    "roof_annex": _("roof annex"),
    "overlay_height_limit": _("height limit of the overlay"),
    "elevation_min": _("lowest ground"),
    "elevation_mean": _("mean elevation"),
    "elevation_max": _("highest ground"),
    "slope_mean": _("mean slope"),
    "slope_max": _("steepest slope"),
    "flood_depth_mean": _("mean flood depth"),
    "flood_depth_max": _("greatest flood depth"),
    "district": _("zoning district"),
    "uses": _("uses"),
    "density": _("density"),
    "smallest_dwelling": _("area of the smallest dwelling"),
    "basement_depth": _("basement depth"),
    "mezzanine": _("mezzanine"),
    "floor_below": _("floor below"),
    "roof": _("roof"),
    "parapet": _("height of the parapet"),
    "projections": _("projections"),
    "projection_depth": _("depth of the projection"),
    "projection_clear_height": _("clear height under the projection"),
    "trees": _("trees"),
    "access_width": _("width of the access"),
    "uses_by_floor": _("uses on each floor"),
    "ground_level:mean_grade": _("mean level of the ground"),
    "ground_level:kerb": _("level of the kerb"),
    "ground_level:lowest_corner": _("level of the lowest corner"),
}

SOURCES: dict[str, Any] = {
    "registered_area": _("land register"),
    "surveyed_area": _("survey"),
    "parcel_polygon": _("parcel map"),
    "overlay": _("overlay"),
    "street_plan": _("street plan"),
    "zoning_plan": _("zoning plan"),
    "parcel_edges": _("parcel edges"),
    "application": _("application"),
    "drawing": _("drawing"),
    "terrain_model": _("terrain model"),
    "flood_map": _("flood map"),
    "street": _("nearest street"),
    "street_gap": _("gap between the parcels across the street"),
    "fabric_gap": _("gap in the parcel fabric"),
    "adjacency": _("adjoining parcels"),
    "land_cover": _("open space or water beside it"),
    "import": _("imported"),
    "planner": _("planner's correction"),
    "": "",
}

UNITS: dict[str, Any] = {
    "m": _("m"),
    "cm": _("cm"),
    "km": _("km"),
    "ft": _("ft"),
    "in": _("in"),
    "m2": _("m²"),
    "ft2": _("ft²"),
    "ha": _("ha"),
    "acre": _("acres"),
    "%": "%",
    "ratio": "",
    "count": "",
    "stalls": _("stalls"),
    "trees": _("trees"),
    "per_ha": _("per hectare"),
    "deg": _("degrees"),
}

LEVELS: dict[str, Any] = {
    "nation": _("national rule"),
    "plan": _("rule of the whole plan"),
    "districts": _("rule of the zoning district"),
    "overlays": _("rule of an overlay"),
    "parcels": _("note for this parcel"),
}

COMBINATIONS: dict[str, Any] = {
    "most_restrictive": _("the stricter of both holds"),
    "least_restrictive": _("the more generous of both holds"),
    "add": _("added to the limit"),
    "subtract": _("taken off the limit"),
    "exempt": _("exempt"),
}

ROUNDINGS: dict[str, Any] = {
    "up": _("rounded up"),
    "down": _("rounded down"),
    "nearest": _("rounded to the nearest"),
}

STEPS: dict[str, Any] = {
    "rule": _("%(rule)s: %(level)s"),
    "value": _("The limit is %(formula)s."),
    "formula": _("%(formula)s = %(result)s, with %(values)s"),
    "row": _("The table's row %(row)s applies, with %(values)s."),
    "replaces": _("It takes the place of %(rule)s."),
    "also": _("%(rule)s holds too and is met by this limit."),
    "combined": _("%(rule)s: %(how)s."),
    "exempt": _("%(rule)s exempts from this."),
    "rounded": _("%(how)s: %(result)s"),
    "split_zones": _("The parcel lies in several districts (%(parts)s); the strictest decides."),
    "area_weighted": _(
        "The limits of the districts are weighted by their area (%(parts)s): %(result)s."
    ),
    "at_discretion": _("The authority may go as far as %(result)s."),
    "district": _("Judged in district %(district)s."),
    "worst_edge": _("There are %(edges)s such edges; the one that decides is shown."),
}


def shapes_on(drawn: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The shapes that a map draws with their labels, for its legend."""
    return [(shape, str(label)) for shape, label in SHAPES.items() if drawn.get(shape)]


def input_name(name: str, names: dict[str, str]) -> str:
    """A variable in words; floor areas, stated setbacks and clearances are put together.

    ``names`` are the rulebook's own: of uses by their code, of documents as ``clearance:<code>``.
    """
    if name in INPUTS:
        return str(INPUTS[name])
    if name.endswith("_floor_area"):
        use = name.removesuffix("_floor_area")
        return gettext("floor area: %(use)s") % {"use": names.get(use, use)}
    if name.startswith("clearance:"):
        document = names.get(name, name.removeprefix("clearance:"))
        return gettext("clearance: %(document)s") % {"document": document}
    if name.startswith("setback:"):
        edge = name.split(":")[1]
        return gettext("setback: %(edge)s") % {"edge": EDGES.get(edge, edge)}
    return name


def _answer(value: str) -> str:
    """An input's value in a sentence; the engine says yes, no, and nothing of what is unknown."""
    said = {"yes": gettext("yes"), "no": gettext("no"), "": gettext("not known")}
    return said.get(value) or amount(value)


def amount(text: str) -> str:
    """A number and its unit as people write them: 30 m² for ``30 m2``; other texts as they are."""
    number, _space, unit = text.partition(" ")
    if unit not in UNITS or not number.replace(".", "", 1).removeprefix("-").isdecimal():
        return text
    return f"{number} {UNITS[unit]}".rstrip()


def step_sentence(step: dict[str, Any], uses: dict[str, str]) -> str:
    """One step of a trace as a sentence, in the active language."""
    facts: dict[str, Any] = {
        name: amount(fact) if isinstance(fact, str) else fact for name, fact in step.items()
    }
    for name, words in (("level", LEVELS), ("how", {**COMBINATIONS, **ROUNDINGS})):
        if name in facts:
            facts[name] = words.get(facts[name], facts[name])
    for name in ("values", "row"):
        if name in facts:
            facts[name] = gettext(", ").join(
                f"{input_name(key, uses)} = {_answer(value)}"
                if name == "values"
                else f"{input_name(key, uses)} {value}"
                for key, value in facts[name].items()
            )
    if "parts" in facts:
        facts["parts"] = gettext(", ").join(f"{k} {v}" for k, v in facts["parts"].items())
    return str(STEPS[step["what"]]) % facts
