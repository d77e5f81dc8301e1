"""Judge an application by the plan in force, and keep the evaluation for ever."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pghistory
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from gisapp.errors import BadInput, NotAllowed
from gisapp.roles import Permission, may
from parcels.models import Parcel
from permits.facts import Facts, facts_of, proposal_of
from permits.models import Application, Evaluation
from zoning.rules.digest import as_plain
from zoning.rules.engine import evaluate
from zoning.rules.findings import Judgement, geojson
from zoning.rules.site import Proposal, SiteError


@dataclass(frozen=True)
class Judged:
    """A judgement with the facts and the proposal that it rests on."""

    judgement: Judgement
    facts: Facts
    proposal: Proposal

    def inputs(self) -> dict[str, Any]:
        """Everything that went in, as plain data; geometry in the metric CRS."""
        site = self.facts.site
        return {
            "site": as_plain(site),
            "proposal": as_plain(self.proposal),
            "map": {
                "parcel": geojson(site.geometry),
                "footprint": geojson(self.proposal.footprint),
                "edges": [
                    {
                        "kind": edge.kind.value,
                        "street_name": edge.street_name,
                        "street_width_m": as_plain(edge.street_width_m),
                        "confidence": edge.confidence,
                        "geometry": geojson(edge.line),
                    }
                    for edge in site.edges
                ],
            },
        }


def judge(parcels: list[Parcel], proposal: Proposal, *, on: date) -> Judged:
    """Judge a proposal on parcels by the plan in force on the day; writes nothing.

    Raises BadInput for a footprint that makes no sense and NoPlanInForce where no plan holds.
    """
    facts = facts_of(parcels, on=on)
    try:
        judgement = evaluate(facts.site, proposal, facts.rulebook, on=on, fit=True)
    except SiteError as error:
        raise BadInput(_site_problem(error), pointer="/proposal/footprint") from error
    return Judged(judgement, facts, proposal)


def judge_application(application: Application, *, on: date | None = None) -> Judged:
    """Judge an application as of a day, else of its filing; writes nothing."""
    day = on or application.filing_date
    if day is None:
        raise BadInput(
            _("The application has no filing date; say on which day to judge it."), pointer="/on"
        )
    parcels = list(application.parcels.order_by("block", "number"))
    return judge(parcels, proposal_of(application), on=day)


def evaluate_application(
    *, application: Application, actor: User | None, on: date | None = None
) -> Evaluation:
    """Judge an application and store the evaluation; ``actor`` None is the system itself.

    Raises NotAllowed when the actor's roles do not include evaluating in this municipality.
    """
    municipality = application.municipality
    if actor is not None and not may(actor, Permission.EVALUATE, municipality=municipality):
        raise NotAllowed(_("Evaluating an application needs the role of a reviewer."))
    with transaction.atomic(), pghistory.context(action="evaluate_application"):
        locked = Application.objects.select_for_update().get(pk=application.pk)
        judged = judge_application(locked, on=on)
        return Evaluation.objects.create(
            application=locked, created_by=actor, **evaluation_values(judged)
        )


def evaluation_values(judged: Judged) -> dict[str, Any]:
    """The columns of an evaluation, all but whose it is and who made it."""
    return {
        "on": judged.facts.on,
        "plan_version": judged.facts.version,
        "engine_version": judged.judgement.engine_version,
        "rulebook_digest": judged.facts.rulebook.digest,
        "input_digest": judged.judgement.input_digest,
        "inputs": judged.inputs(),
        "outcome": judged.judgement.outcome.value,
        "findings": judged.judgement.as_dict(),
    }


def _site_problem(error: SiteError) -> str:
    sentences = {
        "footprint_not_an_area": _(
            "The footprint is not a valid area; draw it without crossing itself."
        ),
        "footprint_outside_parcel": _(
            "The footprint does not stand on the parcel; check its place and its coordinate system."
        ),
        "not_a_measure": _("A stated number can not be a measure; correct it."),
    }
    return f"{sentences[error.code]} ({error})"
