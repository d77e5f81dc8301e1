"""Overlays and parcels that a rule names, and that look misspelt.

A scope names overlays by kind or by a code of the plan's own, and parcels by block and number. A
rulebook that declares the codes of its overlays is held to them; else a name is doubted only when
it nearly is a kind. A rule for an overlay that is not there limits nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches

from zoning.rules.lint.remarks import Remark, Subject

OVERLAY_KINDS = (
    "heritage",
    "flood",
    "airport",
    "widening",
    "easement",
    "coast",
    "open_space",
    "special",
)
# How alike two words are from 0 to 1; "heritgae" and "heritage" are 0.88.
LIKENESS = 0.8


def check(subject: Subject) -> Iterator[Remark]:
    """Every overlay that is not declared, or nearly is a kind; parcels without block or number."""
    declared = subject.rulebook.document.overlays
    for index, rule in subject.rules():
        for at, name in enumerate(rule.rule.scope.overlays):
            if name in declared:
                continue
            where = (index, "scope", "overlays", at)
            if (meant := _meant(name)) is not None:
                yield subject.on_rule("overlay_misspelt", *where, name=name, meant=meant)
            elif declared and name not in OVERLAY_KINDS:
                yield subject.on_rule("overlay_undeclared", *where, name=name)
        for at, reference in enumerate(rule.rule.scope.parcels):
            if not re.fullmatch(r"[^/\s]+/[^/\s]+", reference):
                yield subject.on_rule(
                    "parcel_misspelt", index, "scope", "parcels", at, reference=reference
                )


def _meant(name: str) -> str | None:
    """The kind that a name nearly is; None for a kind, and for a code such as ``flood-7``."""
    if not {name, *re.findall(r"[a-z]+", name)}.isdisjoint(OVERLAY_KINDS):
        return None
    return next(iter(get_close_matches(name.lower(), OVERLAY_KINDS, n=1, cutoff=LIKENESS)), None)
