"""Hold a plan version against every parcel of a city."""

from __future__ import annotations

import json
import re
import sys
import time
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from pydantic import ValidationError

from gisapp.errors import BadInput, NotThere, UmranError
from permits.actions.evaluate_city import evaluate_city, open_run
from permits.city.engines import DASK, ENGINES, LOCAL
from permits.city.figures import by_kind, by_outcome
from permits.city.table import check_writable, write_csv
from permits.models import ConformanceRun
from permits.proposals import ProposalIn, read_proposal_file
from zoning.models import PlanVersion

BAD_INPUT, INTERRUPTED = 3, 130
SECONDS_BETWEEN_LINES = 2.0
SIDES = re.compile(r"\s*(\d+(?:\.\d+)?)\s*[x×]\s*(\d+(?:\.\d+)?)\s*", re.IGNORECASE)


class Command(BaseCommand):
    help = (
        "Judge every parcel's existing buildings, or one type of building on every parcel, by a "
        "plan version. Can be stopped (Ctrl+C) and gone on with. Exit code: 0 done, 3 bad input, "
        "130 stopped."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument(
            "--plan",
            metavar="REFERENCE[@VERSION]",
            help="such as MP-1@2024; without a version, the one in force on the day",
        )
        what.add_argument("--resume", metavar="RUN", type=int, help="go on with this run")
        parser.add_argument("--municipality", metavar="SLUG", help="where two have the same plan")
        parser.add_argument("--on", metavar="DATE", help="the day to judge by, as 2026-03-01")
        parser.add_argument(
            "--building", metavar="FILE", type=Path, help="a building type as a proposal in JSON"
        )
        parser.add_argument("--fit", metavar="WxD", help="sides of the building type in m: 12x18")
        parser.add_argument("--parcels", metavar="REFERENCE", nargs="+", default=[])
        parser.add_argument("--restart", action="store_true", help="begin anew, keep the old run")
        parser.add_argument("--engine", choices=ENGINES, default=LOCAL)
        parser.add_argument(
            "--scheduler", metavar="ADDRESS", help="of a Dask cluster: tcp://…:8786"
        )
        parser.add_argument("--workers", metavar="N", type=int, help="processes; default all cores")
        parser.add_argument("--output", metavar="FILE", type=Path, help="write the results as CSV")
        parser.add_argument("--format", choices=["text", "json"], default="text")
        parser.add_argument("--language", choices=["ar", "en", "fr"], default="en")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(options["language"]):
            try:
                self._run(options)
            except UmranError as error:
                self.stderr.write(str(error))
                sys.exit(BAD_INPUT)

    def _run(self, options: dict[str, Any]) -> None:
        _check(options)
        run = _resumed(options) if options["resume"] else _opened(options)
        if run.status == ConformanceRun.Status.DONE:
            self._say(options, _("Run %(run)s is done already; --restart makes it anew."), run)
        else:
            self._work(run, options)
        if options["output"]:
            write_csv(run, options["output"])
        if options["format"] == "json":
            self.stdout.write(json.dumps(summary(run), ensure_ascii=False, indent=2))
        else:
            self.stdout.write("\n".join(lines(run)))

    def _work(self, run: ConformanceRun, options: dict[str, Any]) -> None:
        self._say(options, _("Run %(run)s: %(version)s"), run)
        try:
            evaluate_city(
                run=run,
                engine_name=options["engine"],
                workers=options["workers"],
                scheduler=options["scheduler"] or "",
                progress=None if options["format"] == "json" else _Progress(self),
            )
        except KeyboardInterrupt:
            run.refresh_from_db()
        if run.status == ConformanceRun.Status.CANCELLED:
            self.stderr.write(
                _("Stopped after %(done)s of %(total)s parcels; go on with --resume %(run)s.")
                % {"done": run.done, "total": run.total, "run": run.pk}
            )
            sys.exit(INTERRUPTED)

    def _say(self, options: dict[str, Any], words: str, run: ConformanceRun) -> None:
        """A line for people; JSON is for programs, who want nothing else."""
        if options["format"] == "text":
            self.stdout.write(words % {"run": run.pk, "version": run})


class _Progress:
    """A line every few seconds, and one at the end."""

    def __init__(self, command: BaseCommand) -> None:
        self._stdout = command.stdout
        self._last = time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if done == total or now - self._last >= SECONDS_BETWEEN_LINES:
            self._last = now
            self._stdout.write(_("%(done)s of %(total)s parcels") % {"done": done, "total": total})
            self._stdout.flush()


def _check(options: dict[str, Any]) -> None:
    """What can be refused before anything is begun."""
    if options["scheduler"] and options["engine"] != DASK:
        raise BadInput(_("--scheduler goes with --engine dask."), pointer="--scheduler")
    if options["workers"] is not None and options["workers"] < 1:
        raise BadInput(_("At least one worker is needed."), pointer="--workers")
    if options["resume"]:
        for name in ("on", "building", "fit", "parcels", "restart", "municipality"):
            if options[name]:
                raise BadInput(_("A run that goes on keeps its question."), pointer=f"--{name}")
    if options["output"]:
        check_writable(options["output"])


def _resumed(options: dict[str, Any]) -> ConformanceRun:
    run = ConformanceRun.objects.filter(pk=options["resume"]).first()
    if run is None:
        raise NotThere(
            _("There is no run %(run)s.") % {"run": options["resume"]}, pointer="--resume"
        )
    return run


def _opened(options: dict[str, Any]) -> ConformanceRun:
    on = _day(options["on"])
    return open_run(
        version=_version(options["plan"], on=on, municipality=options["municipality"]),
        on=on,
        actor=None,
        building=_building(options["building"], options["fit"]),
        parcels=options["parcels"],
        restart=options["restart"],
    )


def _day(text: str | None) -> date:
    if text is None:
        return timezone.localdate()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(
            _("“%(text)s” is not a date; write it as 2026-03-01.") % {"text": text},
            pointer="--on",
        ) from error


def _version(text: str, *, on: date, municipality: str | None) -> PlanVersion:
    """``REFERENCE@VERSION``, or the version of REFERENCE in force on the day."""
    versions = PlanVersion.objects.select_related("plan__municipality")
    if municipality:
        versions = versions.filter(plan__municipality__slug=municipality)
    reference, _at, label = text.rpartition("@")
    found = list(versions.filter(plan__reference=reference, label=label)) if reference else []
    found = found or list(versions.in_force(on=on).filter(plan__reference=text))
    if not found:
        listed = versions.order_by("plan__reference", "label")[:20]
        known = ", ".join(f"{one.plan.reference}@{one.label}" for one in listed)
        if versions.filter(plan__reference=text).exists():
            raise NotThere(
                _("No version of %(plan)s is in force on %(day)s. There are: %(known)s.")
                % {"plan": text, "day": on.isoformat(), "known": known},
                pointer="--plan",
            )
        raise NotThere(
            _("There is no such plan version. There are: %(known)s.") % {"known": known},
            pointer="--plan",
        )
    if len(found) > 1:
        raise BadInput(
            _("Several municipalities have this plan; choose one with --municipality."),
            pointer="--plan",
        )
    return found[0]


def _building(path: Path | None, sides: str | None) -> ProposalIn | None:
    if path is None and sides is None:
        return None
    building = ProposalIn() if path is None else read_proposal_file(path)
    if sides is None:
        return building
    found = SIDES.fullmatch(sides)
    try:
        if found is None:
            raise ValueError(sides)
        return ProposalIn.model_validate(
            {
                **building.model_dump(),
                "building_length_m": max(found.groups(), key=float),
                "building_width_m": min(found.groups(), key=float),
            }
        )
    except (ValidationError, ValueError) as error:
        raise BadInput(
            _("“%(text)s” are no sides in metres; write them as 12x18.") % {"text": sides},
            pointer="--fit",
        ) from error


def summary(run: ConformanceRun) -> dict[str, Any]:
    """A run's figures as plain data."""
    return {
        "run": run.pk,
        "plan": run.plan_version.plan.reference,
        "version": run.plan_version.label,
        "on": run.on.isoformat(),
        "building": run.building,
        "engine": run.engine,
        "engine_version": run.engine_version,
        "rulebook_digest": run.rulebook_digest,
        "status": run.status,
        "parcels": run.done,
        "outcomes": {figure.code: figure.count for figure in by_outcome(run)},
        "kinds": {figures.kind: dict(figures.counts) for figures in by_kind(run)},
    }


def lines(run: ConformanceRun) -> list[str]:
    """A run's figures as lines of a terminal."""
    shown = [_("%(count)s parcels by %(version)s") % {"count": run.done, "version": run}]
    shown += [
        f"  {figure.count:>8}  {figure.percent:5.1f} %  {figure.label}"
        for figure in by_outcome(run)
    ]
    kinds = [
        f"  {dict(figures.counts)['breaches']:>8}  {figures.label}"
        for figures in by_kind(run)
        if dict(figures.counts)["breaches"]
    ]
    return [*shown, _("Breaches by kind of rule:"), *kinds] if kinds else shown
