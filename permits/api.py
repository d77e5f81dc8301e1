"""The API of permits: judge an application or a proposal, without storing anything."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import ConfigDict, Field

from gisapp.errors import BadInput, NotThere
from parcels.models import Parcel
from parcels.querysets import UnknownParcel
from permits.actions.evaluate_application import (
    Judged,
    evaluation_values,
    judge,
    judge_application,
)
from permits.models import Application
from permits.presentation import present_values
from permits.proposals import ProposalIn

router = Router(tags=["evaluations"])


class EvaluationIn(Schema):
    """Either the number of an application, or a parcel and a proposal."""

    model_config = ConfigDict(extra="forbid")

    application: str | None = Field(None, examples=["2026/BP/000123"], max_length=30)
    parcel: str | None = Field(None, examples=["125/7"], max_length=81)
    proposal: ProposalIn | None = None
    on: date | None = Field(None, description="the day to judge by; today or the filing date else")


class OverallOut(Schema):
    """The verdict on the whole."""

    code: str
    label: str


class InputOut(Schema):
    """A value that a finding rests on."""

    name: str
    value: str
    source: str


class FindingOut(Schema):
    """The verdict of one kind of rule on one target."""

    id: str
    kind: str
    kind_label: str
    target: str
    outcome: str
    outcome_label: str
    rule_id: str
    required: str
    provided: str
    margin: str
    relaxed: str = Field(description="how far the authority may go beyond what is required")
    remedy: str = Field(description="the nearest change that would comply")
    other: str = Field(description="what the drawn area would say, where it says otherwise")
    reason: str
    text: str
    citation: str
    citation_url: str
    trace: list[str]
    inputs: list[InputOut]
    geometry: dict[str, Any] | None = Field(description="GeoJSON geometry in WGS84")


class EvaluationOut(Schema):
    """Everything found; texts in the language of ``Accept-Language``."""

    overall: OverallOut
    on: date
    plan_version: str
    rulebook: str
    notice: str
    engine_version: str
    digest: str
    counts: dict[str, int]
    findings: list[FindingOut]
    room: dict[str, Any] | None = Field(
        description="envelope, largest floor area and the limit that governs it, fit, open answers"
    )
    map: dict[str, Any]


@router.post("/evaluations", response=EvaluationOut, summary="Judge an application or a proposal")
def evaluations(request: HttpRequest, body: EvaluationIn) -> dict[str, Any]:
    """Judge by the plan in force on a day; nothing is stored.

    422 says what in the input is wrong and where; 404 that the parcel or application is unknown;
    409 that no plan is in force there on that day.
    """
    return present_values(evaluation_values(_judged(request, body)))


def _judged(request: HttpRequest, body: EvaluationIn) -> Judged:
    if (body.application is None) == (body.parcel is None):
        raise BadInput(_("Send either an application or a parcel."), pointer="/application")
    if body.application is not None:
        visible = Application.objects.visible_to(request.user)
        application = visible.filter(number=body.application).first()
        if application is None:
            raise NotThere(
                _("There is no application %(number)s.") % {"number": body.application},
                pointer="/application",
            )
        return judge_application(application, on=body.on)
    try:
        parcel = Parcel.objects.by_reference(body.parcel or "")
    except UnknownParcel as error:
        raise NotThere(
            _("There is no parcel %(reference)s.") % {"reference": body.parcel}, pointer="/parcel"
        ) from error
    proposal = (body.proposal or ProposalIn()).proposal()
    return judge([parcel], proposal, on=body.on or timezone.localdate())
