"""Judging many sites at once: the same engine, with what can be shared worked out together.

Sites are measured and their envelopes made in one go; limits and findings that do not turn on the
site are remembered. Findings come without inputs, traces and texts: ask :func:`engine.evaluate` for
one site to have it explained.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date

import shapely

from zoning.rules.case import Case
from zoning.rules.engine import check_geometry, check_numbers, evaluate, judged
from zoning.rules.envelope import envelopes
from zoning.rules.findings import Judgement
from zoning.rules.fit_test import FitTest, fit_tests, placed
from zoning.rules.measure import measure_sites
from zoning.rules.rulebook import Rulebook
from zoning.rules.site import Proposal, Site, SiteError


def evaluate_many(
    sites: Sequence[Site],
    proposals: Sequence[Proposal],
    rulebook: Rulebook,
    *,
    on: date,
    fit: bool = False,
) -> list[Judgement | SiteError]:
    """Judge each proposal on the site of its place in the list, by one rulebook on one day.

    Gives a SiteError, instead of raising it, where nothing sound can be said. ``fit`` also asks
    whether a building of which only the sides are stated would fit, and judges it there.
    """
    with _no_search_for_cycles():
        return _judged_together(sites, proposals, rulebook, on=on, fit=fit)


@contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """Without the garbage collector: nothing made here refers back to what made it.

    A judgement keeps some hundred small objects, and with every few hundred of them the collector
    would go through all that were made before, in vain.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            # What was made goes to the oldest generation: the youngest is looked through at once.
            gc.freeze()
            gc.enable()
            gc.unfreeze()


def _alone(
    site: Site, proposal: Proposal, rulebook: Rulebook, *, on: date, fit: bool
) -> Judgement | SiteError:
    """The judgement of a site that has to be repaired first, or can not be."""
    try:
        return evaluate(site, proposal, rulebook, on=on, fit=fit)
    except SiteError as error:
        return error


def _judged_together(
    sites: Sequence[Site], proposals: Sequence[Proposal], rulebook: Rulebook, *, on: date, fit: bool
) -> list[Judgement | SiteError]:
    found: list[Judgement | SiteError | None] = [None] * len(sites)
    cases: list[tuple[int, Case]] = []
    measures = measure_sites(sites, rulebook.names)
    sound = shapely.is_valid([site.geometry for site in sites]).tolist()
    checked: dict[int, Proposal] = {}
    for index, (site, proposal) in enumerate(zip(sites, proposals, strict=True)):
        if not sound[index] or measures[index].area_m2 < 1:
            found[index] = _alone(site, proposal, rulebook, on=on, fit=fit)
            continue
        try:
            if proposal.footprint is not None:
                check_geometry(site, proposal)
            check_numbers(site)
            if checked.get(id(proposal)) is not proposal:
                check_numbers(proposal)
                checked[id(proposal)] = proposal
        except SiteError as error:
            found[index] = error
            continue
        case = Case(site, proposal, on, rulebook, explained=False, measures=measures[index])
        cases.append((index, case))
    buildable = envelopes([case for _, case in cases])
    tests: Sequence[FitTest | None] = [None] * len(cases)
    if fit:
        tests = fit_tests([case for _, case in cases], buildable)
    for (index, case), room, test in zip(cases, buildable, tests, strict=True):
        found[index] = judged(placed(case, test), room, test)
    return [one for one in found if one is not None]
