"""Save the regulation of a plan version: loaded, looked over, and stored only without errors."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from gisapp.errors import BadInput, Conflict, NotAllowed
from gisapp.roles import Permission, may
from zoning.models import PlanVersion, Rulebook
from zoning.rulebook_words import Said, say, say_mistakes
from zoning.rules.lint import Remark, Severity, lint
from zoning.rules.loading import load_rulebook
from zoning.rules.reading import RulebookError, Source
from zoning.rules.rulebook import Rulebook as CompiledRulebook


@dataclass(frozen=True)
class Saved:
    """The stored rulebook, and what the linter would have a person look at."""

    rulebook: Rulebook
    warnings: list[Remark]


def save_rulebook(*, version: PlanVersion, text: str, actor: User | None = None) -> Saved:
    """Store the text as the version's rulebook; ``actor`` None is the system itself.

    Raises NotAllowed when the actor's roles do not include editing plans in this municipality,
    Conflict when the version has legal force, BadInput with the line of each mistake and error.
    Only the system, bringing in what is in force already, gives such a version its first rulebook.
    """
    municipality = version.plan.municipality
    if actor is not None and not may(actor, Permission.EDIT_PLANS, municipality=municipality):
        raise NotAllowed(_("Your roles do not allow editing plans here."))
    with transaction.atomic():
        locked = PlanVersion.objects.select_for_update().get(pk=version.pk)
        stored = Rulebook.objects.filter(version=locked).first()
        if locked.status in PlanVersion.Status.legal() and (actor is not None or stored):
            raise Conflict(
                _(
                    "Version “%(label)s” has legal force and its rulebook never changes. Give the "
                    "new regulation a version of its own."
                )
                % {"label": locked.label}
            )
        compiled, warnings = _looked_over(text, previous=_previous(locked))
        rulebook = stored or Rulebook(version=locked)
        rulebook.slug, rulebook.source_text = compiled.document.rulebook, text
        rulebook.save()
    return Saved(rulebook, warnings)


def _looked_over(
    text: str, *, previous: CompiledRulebook | None
) -> tuple[CompiledRulebook, list[Remark]]:
    """The compiled rulebook and its warnings; raises BadInput when it can not be used."""
    try:
        compiled = load_rulebook(text)
    except RulebookError as error:
        raise _refused(say_mistakes(error)) from error
    remarks = lint(compiled, Source(text), previous=previous)
    errors = [say(remark) for remark in remarks if remark.severity == Severity.ERROR]
    if errors:
        raise _refused(errors)
    return compiled, remarks


def _refused(errors: list[Said]) -> BadInput:
    lines = "\n".join(one.as_line() for one in errors)
    return BadInput(_("The rulebook has mistakes:\n%s") % lines)


def _previous(version: PlanVersion) -> CompiledRulebook | None:
    """The rulebook of the plan's latest version with legal force before this one."""
    earlier = Rulebook.objects.filter(
        version__plan=version.plan, version__status__in=PlanVersion.Status.legal()
    ).exclude(version=version)
    if version.validity is not None:
        earlier = earlier.filter(version__validity__fully_lt=version.validity)
    latest = earlier.order_by("version__validity").last()
    try:
        return None if latest is None else load_rulebook(latest.source_text)
    except RulebookError:
        # Stored by an earlier release that read what this one does not: nothing to compare with.
        return None
