"""Take a raster out again, with its file."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from gisapp.errors import NotThere
from gisapp.models import Municipality
from parcels.models import Raster


def remove_raster(*, municipality: Municipality, kind: str) -> Raster:
    """Remove the municipality's raster of this kind. Raises NotThere where it has none."""
    with transaction.atomic():
        rows = Raster.objects.select_for_update().select_related(None)
        raster = rows.filter(municipality=municipality, kind=kind).first()
        if raster is None:
            raise NotThere(
                _("%(town)s has no raster of the kind “%(kind)s”.")
                % {"town": municipality, "kind": Raster.Kind(kind).label}
            )
        path = raster.path
        raster.delete()
        transaction.on_commit(lambda: path.unlink(missing_ok=True))
    return raster
