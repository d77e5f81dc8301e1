"""Many sites judged by one rulebook on one day: what a check of a whole city asks for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from zoning.rules.engine import evaluate
from zoning.rules.findings import Judgement
from zoning.rules.rulebook import Rulebook
from zoning.rules.site import Proposal, Site, SiteError


def evaluate_many(
    sites: Sequence[Site], proposals: Sequence[Proposal], rulebook: Rulebook, *, on: date
) -> list[Judgement | SiteError]:
    """A judgement of each proposal on its site, in their order; the error where none is possible.

    Geometry is in one metric CRS. Raises ValueError when there are not as many of one as of the
    other.
    """
    return [
        _judgement_or_error(site, proposal, rulebook, on)
        for site, proposal in zip(sites, proposals, strict=True)
    ]


def _judgement_or_error(
    site: Site, proposal: Proposal, rulebook: Rulebook, on: date
) -> Judgement | SiteError:
    try:
        return evaluate(site, proposal, rulebook, on=on)
    except SiteError as error:
        return error
