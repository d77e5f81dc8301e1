"""The roles of a municipality and what each may do; the one place that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User

    from gisapp.models import Municipality


class Role(TextChoices):
    """What a person is within one municipality."""

    APPLICANT = "applicant", _("applicant")
    INTAKE = "intake", _("intake officer")
    REVIEWER = "reviewer", _("reviewer")
    PLANNER = "planner", _("planner")
    INSPECTOR = "inspector", _("inspector")
    SIGNATORY = "signatory", _("signatory")
    CASHIER = "cashier", _("cashier")
    DATA_OFFICER = "data_officer", _("data officer")
    ADMINISTRATOR = "administrator", _("administrator")


class Permission(TextChoices):
    """An act that needs a role."""

    SEE_ALL_APPLICATIONS = "see_all_applications"
    EVALUATE = "evaluate"
    SEE_DRAFT_PLANS = "see_draft_plans"
    EDIT_PLANS = "edit_plans"
    CORRECT_PARCELS = "correct_parcels"


STAFF = frozenset(Role) - {Role.APPLICANT}

HOLDERS: dict[Permission, frozenset[Role]] = {
    Permission.SEE_ALL_APPLICATIONS: STAFF,
    Permission.EVALUATE: frozenset(
        {Role.INTAKE, Role.REVIEWER, Role.SIGNATORY, Role.ADMINISTRATOR}
    ),
    Permission.SEE_DRAFT_PLANS: frozenset({Role.PLANNER, Role.REVIEWER, Role.ADMINISTRATOR}),
    Permission.EDIT_PLANS: frozenset({Role.PLANNER, Role.ADMINISTRATOR}),
    Permission.CORRECT_PARCELS: frozenset({Role.PLANNER, Role.DATA_OFFICER, Role.ADMINISTRATOR}),
}


def may(user: User | AnonymousUser, permission: Permission, *, municipality: Municipality) -> bool:
    """Whether one of the user's roles in this municipality allows the act.

    A superuser of the deployment may do everything; nobody else may outside their municipality.
    """
    if not user.is_authenticated:
        return False
    if user.is_superuser:
        return True
    return user.memberships.filter(municipality=municipality, role__in=HOLDERS[permission]).exists()


def works_here(user: User | AnonymousUser) -> bool:
    """Whether the person belongs to the staff of any municipality of this deployment."""
    if not user.is_authenticated:
        return False
    return user.is_superuser or user.memberships.filter(role__in=STAFF).exists()
