"""Accounts for trying the demo city out: one person for each role, with a published password."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from gisapp.models import Membership, Municipality
from gisapp.roles import Role

DEMO_CITY = "demo"
PASSWORD = "madinat-ar-rayhan"  # noqa: S105  public on purpose, and refused outside the demo city

PEOPLE: tuple[tuple[str, str, str, Role], ...] = (
    ("applicant", "Hind", "al-Rashid", Role.APPLICANT),
    ("intake", "Samir", "Haddad", Role.INTAKE),
    ("reviewer", "Layla", "Mansour", Role.REVIEWER),
    ("planner", "Yusuf", "Karim", Role.PLANNER),
    ("inspector", "Nadia", "Benali", Role.INSPECTOR),
    ("signatory", "Omar", "Siddiq", Role.SIGNATORY),
    ("cashier", "Mariam", "Zaid", Role.CASHIER),
    ("data", "Karim", "Farouk", Role.DATA_OFFICER),
    ("admin", "Salma", "Idris", Role.ADMINISTRATOR),
)


class Command(BaseCommand):
    help = "Create the demo city's accounts, one for each role, and print them."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.CITY.key != DEMO_CITY:
            raise CommandError(
                f"These passwords are public: they are only for UMRAN_CITY={DEMO_CITY}, "
                f"not for {settings.CITY.key}."
            )
        municipality = Municipality.objects.order_by("pk").first()
        if municipality is None:
            raise CommandError("There is no city yet; build the demo town first.")
        with transaction.atomic():
            for name, first, last, role in PEOPLE:
                give_account(municipality, name=name, first=first, last=last, role=role)
        self.stdout.write("Demo accounts (user name, role), all with the same password:")
        for name, _first, _last, role in PEOPLE:
            self.stdout.write(f"  {name:<10} {role.label}")
        self.stdout.write(f"  password: {PASSWORD}")


def give_account(
    municipality: Municipality, *, name: str, first: str, last: str, role: Role
) -> User:
    """The person with that role and the published password; made, or put right, as needed."""
    user, _created = User.objects.get_or_create(
        username=name, defaults={"first_name": first, "last_name": last}
    )
    if not user.check_password(PASSWORD):
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])
    Membership.objects.get_or_create(user=user, municipality=municipality, role=role)
    return user
