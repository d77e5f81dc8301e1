"""Whose data it is, under which licence, and of when: what goes with every export."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from tiles.exports.wanted import Wanted
from tiles.tilejson import attributions


@dataclass(frozen=True)
class Licence:
    """Plain texts, in the active language."""

    title: str
    licence: str
    attribution: str
    as_of: str
    exported_at: str

    def lines(self) -> str:
        """As a text for people."""
        return "\n".join(
            (
                self.title,
                "",
                _("As of: %(day)s") % {"day": self.as_of},
                _("Exported: %(time)s") % {"time": self.exported_at},
                _("Sources: %(sources)s") % {"sources": self.attribution},
                _("Licence: %(licence)s") % {"licence": self.licence},
                "",
            )
        )

    def members(self) -> dict[str, str]:
        """As names and values."""
        return asdict(self)


def licence_of(wanted: Wanted) -> Licence:
    """The licence of an export made now."""
    return Licence(
        title=str(wanted.layer.title),
        licence=settings.DATA_LICENCE or _("not stated; ask the municipality"),
        attribution=" · ".join(attributions()) or _("not stated"),
        as_of=wanted.scope.on.isoformat(),
        exported_at=timezone.now().isoformat(timespec="seconds"),
    )
