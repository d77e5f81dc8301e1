"""The states of an application and the steps between them, as a table that the database holds too.

Payment, consultation, objection, inspection and appeal are small machines of their own, so that
the main states do not multiply.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from gisapp.roles import Role


class Status(TextChoices):
    """Where an application stands."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    UNDER_VALIDATION = "under_validation", _("completeness check")
    INCOMPLETE = "incomplete", _("incomplete")
    RETURNED = "returned", _("returned")
    REGISTERED = "registered", _("registered")
    UNDER_REVIEW = "under_review", _("under review")
    AWAITING_INFORMATION = "awaiting_information", _("awaiting information")
    RECOMMENDED = "recommended", _("recommended")
    GRANTED = "granted", _("granted")
    GRANTED_WITH_CONDITIONS = "granted_with_conditions", _("granted with conditions")
    REFUSED = "refused", _("refused")
    ISSUED = "issued", _("permit issued")
    WORKS_STARTED = "works_started", _("works started")
    COMPLETION_INSPECTION = "completion_inspection", _("completion inspection")
    OCCUPANCY_CERTIFIED = "occupancy_certified", _("occupancy certified")
    WITHDRAWN = "withdrawn", _("withdrawn")
    LAPSED = "lapsed", _("lapsed")
    REVOKED = "revoked", _("revoked")

    @classmethod
    def public(cls) -> list[str]:
        """The states shown in the public register: from registration on, unless withdrawn."""
        hidden = {
            cls.DRAFT,
            cls.SUBMITTED,
            cls.UNDER_VALIDATION,
            cls.INCOMPLETE,
            cls.RETURNED,
            cls.WITHDRAWN,
        }
        return [status.value for status in cls if status not in hidden]


@dataclass(frozen=True)
class Step:
    """One action of the life cycle: from which states, to which, by whom (empty: the system)."""

    action: str
    sources: tuple[Status, ...]
    target: Status
    by: tuple[Role, ...]


_S, _R = Status, Role
_BEFORE_DECISION = (
    _S.DRAFT,
    _S.SUBMITTED,
    _S.UNDER_VALIDATION,
    _S.INCOMPLETE,
    _S.REGISTERED,
    _S.UNDER_REVIEW,
    _S.AWAITING_INFORMATION,
    _S.RECOMMENDED,
)
_GRANTED = (_S.GRANTED, _S.GRANTED_WITH_CONDITIONS)

STEPS: tuple[Step, ...] = (
    Step("submit", (_S.DRAFT,), _S.SUBMITTED, (_R.APPLICANT,)),
    Step("begin_check", (_S.SUBMITTED,), _S.UNDER_VALIDATION, (_R.INTAKE,)),
    Step("ask_completion", (_S.UNDER_VALIDATION,), _S.INCOMPLETE, (_R.INTAKE,)),
    Step("resubmit", (_S.INCOMPLETE,), _S.UNDER_VALIDATION, (_R.APPLICANT,)),
    Step("return", (_S.INCOMPLETE,), _S.RETURNED, (_R.INTAKE,)),
    Step("register", (_S.UNDER_VALIDATION,), _S.REGISTERED, (_R.INTAKE,)),
    Step("assign", (_S.REGISTERED,), _S.UNDER_REVIEW, (_R.REVIEWER,)),
    Step("ask_information", (_S.UNDER_REVIEW,), _S.AWAITING_INFORMATION, (_R.REVIEWER,)),
    Step("supply", (_S.AWAITING_INFORMATION,), _S.UNDER_REVIEW, (_R.APPLICANT,)),
    Step("recommend", (_S.UNDER_REVIEW,), _S.RECOMMENDED, (_R.REVIEWER,)),
    Step("send_back", (_S.RECOMMENDED,), _S.UNDER_REVIEW, (_R.SIGNATORY,)),
    Step("grant", (_S.RECOMMENDED,), _S.GRANTED, (_R.SIGNATORY,)),
    Step("grant_with_conditions", (_S.RECOMMENDED,), _S.GRANTED_WITH_CONDITIONS, (_R.SIGNATORY,)),
    Step("refuse", (_S.RECOMMENDED,), _S.REFUSED, (_R.SIGNATORY,)),
    Step("issue", _GRANTED, _S.ISSUED, (_R.CASHIER,)),
    Step("start_works", (_S.ISSUED,), _S.WORKS_STARTED, (_R.APPLICANT,)),
    Step("declare_complete", (_S.WORKS_STARTED,), _S.COMPLETION_INSPECTION, (_R.APPLICANT,)),
    Step(
        "certify",
        (_S.COMPLETION_INSPECTION,),
        _S.OCCUPANCY_CERTIFIED,
        (_R.INSPECTOR, _R.SIGNATORY),
    ),
    Step("fail", (_S.COMPLETION_INSPECTION,), _S.WORKS_STARTED, (_R.INSPECTOR,)),
    Step("withdraw", _BEFORE_DECISION, _S.WITHDRAWN, (_R.APPLICANT,)),
    Step("lapse", (_S.ISSUED,), _S.LAPSED, ()),
    Step("revoke", (_S.ISSUED, _S.WORKS_STARTED), _S.REVOKED, (_R.SIGNATORY,)),
    Step("remit", (*_GRANTED, _S.REFUSED), _S.UNDER_REVIEW, (_R.SIGNATORY,)),
)

TRANSITIONS: list[tuple[str, str]] = sorted(
    {(source.value, step.target.value) for step in STEPS for source in step.sources}
)
