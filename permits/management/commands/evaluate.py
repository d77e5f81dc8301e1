"""Judge an application, or a proposal on a parcel, and print the findings."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import translation
from django.utils.translation import gettext as _

from gisapp.errors import BadInput, UmranError
from parcels.models import Parcel
from parcels.querysets import UnknownParcel
from permits.actions.evaluate_application import (
    Judged,
    evaluate_application,
    evaluation_values,
    judge,
    judge_application,
)
from permits.facts import NoPlanInForce
from permits.models import Application
from permits.presentation import present_values
from permits.proposals import read_proposal

EXIT_CODES = {"complies": 0, "conditional": 0, "breaches": 1, "needs_review": 2}
CANNOT_DECIDE, BAD_INPUT = 2, 3
SIGNS = {"breaches": "✗", "needs_review": "?", "conditional": "!", "complies": "✓"}


class Command(BaseCommand):
    help = (
        "Judge an application, or a proposal on a parcel. "
        "Exit code: 0 complies, 1 breaches, 2 cannot be decided, 3 bad input."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--application", metavar="NUMBER", help="such as 2026/BP/000123")
        what.add_argument("--parcel", metavar="REFERENCE", help="such as 125/7; needs --proposal")
        parser.add_argument("--proposal", metavar="FILE", type=Path, help="a proposal in JSON")
        parser.add_argument("--on", metavar="DATE", help="the day to judge by, as 2026-03-01")
        parser.add_argument("--format", choices=["text", "json"], default="text")
        parser.add_argument("--language", choices=["ar", "en", "fr"], default="en")
        parser.add_argument("--store", action="store_true", help="keep the evaluation in the file")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(options["language"]):
            try:
                presented = present_values(self._values(options))
            except NoPlanInForce as error:
                self.stderr.write(str(error))
                sys.exit(CANNOT_DECIDE)
            except UmranError as error:
                self.stderr.write(str(error))
                sys.exit(BAD_INPUT)
            if options["format"] == "json":
                self.stdout.write(json.dumps(presented, ensure_ascii=False, indent=2, default=str))
            else:
                self.stdout.write("\n".join(lines(presented)))
        sys.exit(EXIT_CODES[presented["overall"]["code"]])

    def _values(self, options: dict[str, Any]) -> dict[str, Any]:
        on = _day(options["on"])
        if options["application"]:
            application = _application(options["application"])
            if options["store"]:
                stored = evaluate_application(application=application, actor=None, on=on)
                return {**stored.__dict__, "plan_version": stored.plan_version}
            return evaluation_values(judge_application(application, on=on))
        if options["proposal"] is None:
            raise BadInput(_("--parcel needs --proposal FILE."))
        return evaluation_values(_judged(options, on or date.today()))


def _judged(options: dict[str, Any], on: date) -> Judged:
    try:
        parcel = Parcel.objects.by_reference(options["parcel"])
    except UnknownParcel as error:
        raise BadInput(
            _("There is no parcel %(reference)s.") % {"reference": options["parcel"]},
            pointer="--parcel",
        ) from error
    return judge([parcel], read_proposal(options["proposal"]), on=on)


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(
            _("“%(text)s” is not a date; write it as 2026-03-01.") % {"text": text},
            pointer="--on",
        ) from error


def _application(number: str) -> Application:
    found = Application.objects.filter(number=number).first()
    if found is None:
        raise BadInput(
            _("There is no application %(number)s.") % {"number": number}, pointer="--application"
        )
    return found


def lines(presented: dict[str, Any]) -> list[str]:
    """The findings as lines of a terminal, failures first."""
    shown = [
        f"{presented['plan_version']} · {presented['on']} · {presented['rulebook']}",
        _("Verdict: %(verdict)s") % {"verdict": presented["overall"]["label"].upper()},
        "",
    ]
    for one in presented["findings"]:
        if one["outcome"] in ("no_rule", "not_applicable"):
            continue
        name = one["kind_label"] + (f" ({one['target']})" if one["target"] else "")
        facts = [
            _("required %(amount)s") % {"amount": one["required"]} if one["required"] else "",
            _("provided %(amount)s") % {"amount": one["provided"]} if one["provided"] else "",
            _("margin %(amount)s") % {"amount": one["margin"]} if one["margin"] else "",
        ]
        shown.append(f"{SIGNS[one['outcome']]} {name}: {one['outcome_label']}")
        for line in (
            ", ".join(fact for fact in facts if fact),
            one["reason"],
            one["other"],
            _("Nearest change: %(change)s") % {"change": one["remedy"]} if one["remedy"] else "",
            one["citation"],
        ):
            if line:
                shown.append(f"    {line}")
    silent = [one["kind_label"] for one in presented["findings"] if one["outcome"] == "no_rule"]
    if silent:
        shown += ["", _("No rule: %(kinds)s") % {"kinds": ", ".join(silent)}]
    shown += _room(presented["room"])
    return [*shown, "", f"{presented['digest'][:16]} · engine {presented['engine_version']}"]


def _room(room: dict[str, Any] | None) -> list[str]:
    """What may be built, and what would decide, as lines."""
    if room is None:
        return []
    told = ["", _("Buildable envelope: %(area)s") % {"area": room["area"]}]
    if room["is_range"]:
        told[-1] += _(" (up to %(area)s)") % {"area": room["relaxed_area"]}
    if not room["complete"]:
        told.append(_("The envelope is not certain: some edges or answers are open."))
    if room["floor_area"]:
        told.append(
            _("Largest floor area: %(area)s, governed by: %(limit)s")
            % {"area": room["floor_area"], "limit": room["governed_by"]}
        )
    if room["footprint"] and room["footprint"]["intrusion"]:
        told.append(
            _("The footprint stands up to %(distance)s outside the envelope.")
            % {"distance": room["footprint"]["intrusion"]}
        )
    if room["footprint"] and room["footprint"]["off_parcel"]:
        told.append(
            _("%(area)s of the building stand outside the parcel, on the land of others.")
            % {"area": room["footprint"]["off_parcel"]}
        )
    if room["fit"]:
        told.append(
            _("A building of %(length)s × %(width)s in the envelope: %(outcome)s")
            % {
                "length": room["fit"]["length"],
                "width": room["fit"]["width"],
                "outcome": room["fit"]["label"],
            }
        )
    if room["deciding"]:
        told.append(
            _("These answers would decide: %(answers)s") % {"answers": ", ".join(room["deciding"])}
        )
    return told
