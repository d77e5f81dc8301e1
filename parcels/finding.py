"""Finds a parcel by what people call it, and says what is wrong where that fails."""

from __future__ import annotations

from django.utils.translation import gettext as _

from gisapp.errors import BadInput, NotThere
from parcels.models import Parcel
from parcels.querysets import AmbiguousParcel, UnknownParcel


def parcel_called(reference: str, municipality: str, *, pointer: str = "/number") -> Parcel:
    """The parcel. Raises NotThere, and BadInput where the municipality must be named.

    ``pointer`` is where the reference was given.
    """
    if "\x00" in reference + municipality:
        raise _no_parcel(reference, pointer)
    try:
        return Parcel.objects.the_one(reference, municipality=municipality)
    except UnknownParcel:
        raise _no_parcel(reference, pointer) from None
    except AmbiguousParcel as several:
        raise BadInput(
            _("Several municipalities have a parcel %(reference)s; name one of them: %(names)s.")
            % {"reference": reference, "names": ", ".join(several.municipalities)},
            pointer="/municipality",
        ) from None


def _no_parcel(reference: str, pointer: str) -> NotThere:
    readable = reference.replace("\x00", "")[:80]
    return NotThere(
        _("There is no parcel %(reference)s.") % {"reference": readable}, pointer=pointer
    )
