"""Looks over a rulebook that loads: what is written correctly and yet can hardly be meant.

Loading finds what can not be read; the linter finds holes in tables, rows that contradict each
other, rules that never hold, slips of a unit or a digit. Every remark is a code with its facts; the
sentences are in :mod:`zoning.rulebook_words`. An *error* makes verdicts wrong or withholds them,
and is refused when a rulebook is saved; a *warning* is for a person to weigh.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from zoning.rules.lint import (
    cliffs,
    conflicts,
    days,
    gaps,
    overlaps,
    ranges,
    scopes,
    tenfold,
    texts,
    unreachable,
    unused,
    valueless,
)
from zoning.rules.lint.remarks import SEVERITIES, Remark, Severity, Subject
from zoning.rules.reading import Source
from zoning.rules.rulebook import Rulebook

CHECKS: tuple[Callable[[Subject], Iterator[Remark]], ...] = (
    gaps.check,
    overlaps.check,
    unreachable.check,
    days.check,
    conflicts.check,
    valueless.check,
    scopes.check,
    cliffs.check,
    ranges.check,
    tenfold.check,
    unused.check,
    texts.check,
)


def lint(rulebook: Rulebook, source: Source, *, previous: Rulebook | None = None) -> list[Remark]:
    """Every remark on a rulebook, by line; ``source`` is the text that it was loaded from.

    With the previous version of the same regulation, also what changed more than it should.
    """
    subject = Subject(rulebook, source, previous)
    found = [remark for check in CHECKS for remark in check(subject)]
    return sorted(found, key=lambda remark: (remark.line, remark.code))


__all__ = ["CHECKS", "SEVERITIES", "Remark", "Severity", "Subject", "lint"]
