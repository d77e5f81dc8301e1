"""Accounts whose password is published exist only in the invented city."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO

import pytest
from django.conf import settings as project
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import check_password, make_password
from django.core.management import CommandError, call_command
from django.test import RequestFactory

from gisapp import settings as deployed
from gisapp.management.commands.demo_accounts import PASSWORD
from gisapp.models import Membership
from gisapp.roles import Role
from tests.town import Town


def test_every_role_has_somebody_and_they_can_sign_in(town: Town) -> None:
    printed = StringIO()
    call_command("demo_accounts", stdout=printed)
    assert {membership.role for membership in Membership.objects.all()} == set(Role.values)
    assert PASSWORD in printed.getvalue()
    request = RequestFactory().post("/")
    assert authenticate(request, username="reviewer", password=PASSWORD) is not None


def test_a_second_run_changes_nothing(town: Town) -> None:
    call_command("demo_accounts", stdout=StringIO())
    before = sorted(Membership.objects.values_list("user__password", "role"))
    call_command("demo_accounts", stdout=StringIO())
    assert sorted(Membership.objects.values_list("user__password", "role")) == before


def test_another_city_gets_no_published_password(town: Town, settings) -> None:
    settings.CITY = replace(project.CITY, key="makkah")
    with pytest.raises(CommandError, match="only for UMRAN_CITY=demo"):
        call_command("demo_accounts", stdout=StringIO())
    assert not Membership.objects.exists()


def test_passwords_are_kept_with_argon2(settings) -> None:
    """With the hashers of a deployment; those of the other tests are quick and worth nothing."""
    settings.PASSWORD_HASHERS = deployed.PASSWORD_HASHERS
    kept = make_password(PASSWORD)
    assert kept.startswith("argon2$")
    assert check_password(PASSWORD, kept)
    assert not check_password(PASSWORD + "!", kept)


@pytest.mark.django_db
def test_without_a_city_it_says_what_to_do_first() -> None:
    with pytest.raises(CommandError, match="build the demo town first"):
        call_command("demo_accounts", stdout=StringIO())
