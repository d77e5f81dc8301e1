"""The kinds of rules that the engine knows, in the order in which findings are made.

Adding a kind is adding one file with a ``KIND`` and naming it here.
"""

from __future__ import annotations

from zoning.rules.catalogue import (
    access,
    basement_depth,
    build_to,
    clearance,
    coverage,
    density,
    exclusion,
    floor_area_ratio,
    frontage,
    height,
    land_use,
    light_plane,
    lot_area,
    lot_area_per_dwelling,
    lot_depth,
    mezzanine,
    object_distance,
    open_space,
    parapet,
    parking,
    projection,
    roof_annex,
    setback,
    setback_sum,
    spacing,
    storeys,
    trees,
    unit_size,
)
from zoning.rules.catalogue.base import Kind
from zoning.rules.document import LEVELS, Document
from zoning.rules.rulebook import CompiledRule

CATALOGUE: tuple[Kind, ...] = (
    land_use.KIND,
    lot_area.KIND,
    frontage.KIND,
    setback.KIND,
    exclusion.KIND,
    setback_sum.KIND,
    build_to.KIND,
    light_plane.KIND,
    spacing.KIND,
    object_distance.KIND,
    coverage.KIND,
    floor_area_ratio.KIND,
    height.KIND,
    storeys.KIND,
    lot_area_per_dwelling.KIND,
    open_space.KIND,
    parking.KIND,
    roof_annex.KIND,
    lot_depth.KIND,
    density.KIND,
    unit_size.KIND,
    basement_depth.KIND,
    mezzanine.KIND,
    parapet.KIND,
    projection.KIND,
    trees.KIND,
    access.KIND,
    clearance.KIND,
)

KINDS: dict[str, Kind] = {kind.name: kind for kind in CATALOGUE}


_LIMITS = frozenset(KINDS) - {"land_use", "clearance", "exclusion"}


def _whose(attribute: str) -> frozenset[str]:
    """The kinds that say of themselves that they have something."""
    return frozenset(kind.name for kind in CATALOGUE if getattr(kind, attribute, False))


# Fields that say something for these kinds only; elsewhere they would be passed over in silence.
FIELDS_OF_KINDS: dict[str, frozenset[str]] = {
    **dict.fromkeys(("bound", "value", "unit", "combine", "rounding"), _LIMITS),
    **dict.fromkeys(
        ("permitted", "conditional", "prohibited", "otherwise"), frozenset({"land_use"})
    ),
    "at_discretion": _LIMITS,
    "edges": _whose("on_edges"),
    "above": frozenset({"setback", "light_plane"}),
    "within": frozenset({"build_to"}),
    "objects": frozenset({"object_distance", "spacing"}),
    **dict.fromkeys(("exempt_uses", "exempt_caps"), frozenset({"floor_area_ratio"})),
    "base": _whose("bases"),
    "datum": frozenset({"height"}),
    "floors": frozenset({"land_use"}),
    "documents": frozenset({"clearance"}),
    "split": _whose("weighted") | _whose("by_part"),
}


def problems_of(rule: CompiledRule, document: Document) -> list[str]:
    """What is wrong with a rule beyond its syntax."""
    kind = KINDS.get(rule.rule.kind)
    if kind is None:
        return [f"unknown kind “{rule.rule.kind}”; known: {', '.join(KINDS)}"]
    unknown = sorted(set(rule.rule.scope.districts) - set(document.districts))
    problems = [f"district “{code}” is not declared" for code in unknown]
    problems += [
        f"use “{use}” is not declared"
        for use in sorted(set(rule.rule.exempt_uses) - set(document.uses))
    ]
    problems += [
        f"“{field}” says nothing for {rule.rule.kind}; remove it"
        for field in sorted(rule.rule.model_fields_set & set(FIELDS_OF_KINDS))
        if rule.rule.kind not in FIELDS_OF_KINDS[field]
    ]
    return problems + kind.problems(rule, document)


__all__ = ["CATALOGUE", "KINDS", "LEVELS", "problems_of"]
