"""The counts of an import in words: what became of the features of a file."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

COUNTS = {
    "features": _("in the file"),
    "created": _("new"),
    "updated": _("changed"),
    "unchanged": _("unchanged"),
    "left_out": _("left out"),
    "rejected": _("rejected"),
    "repaired": _("repaired"),
    "merged": _("merged"),
    "value": _("values refused"),
    "warning": _("warnings"),
    "gone": _("no longer in the file"),
    "parcels": _("parcels"),
    "edges": _("edges"),
    "locked": _("locked"),
    "released": _("locks released"),
}
