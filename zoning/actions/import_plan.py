"""Store one version of a zoning plan: the plan, its districts, the version, zones and rulebook."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import translation
from django.utils.translation import gettext as _

from gisapp.errors import BadInput, Conflict
from gisapp.geometry import from_shapely
from gisapp.translated import texts
from parcels.importer.columns import cell_text
from parcels.importer.layers import ZonesLayer
from parcels.importer.prepare import Feature, report_overlaps
from parcels.importer.profile import PlanInfo
from parcels.importer.report import Kind
from parcels.importer.store import Import, Row, Stored, store_rows
from parcels.importer.values import mapped_values
from zoning.actions.import_districts import import_districts
from zoning.actions.save_rulebook import save_rulebook
from zoning.models import District, Plan, PlanVersion, Rulebook, Zone
from zoning.rulebook_words import say
from zoning.rules.lint import Remark


def import_plan(
    *,
    features: list[Feature],
    info: PlanInfo,
    district_names: dict[str, tuple[str, str]],
    rulebook_path: Path | None,
    work: Import,
) -> Stored:
    """Create or update the plan and its version, with a zone for each feature.

    ``district_names`` gives the English name and description of a district code.
    Raises Conflict when the version has legal force and the file would change its zones: what has
    been in force never changes; the new state needs a version of its own.
    """
    layer = work.layer
    assert isinstance(layer, ZonesLayer)  # noqa: S101 - chosen by target
    kept, codes = _with_district(features, work)
    plan, _created = Plan.objects.update_or_create(
        municipality=work.municipality,
        reference=info.reference,
        defaults={
            "kind": info.kind,
            "approving_act": info.approving_act,
            **texts("name", info.names),
        },
    )
    districts = import_districts(
        plan=plan, info=info, codes=set(codes), names=district_names, report=work.report
    )
    version, is_new = _version(plan, layer, work)
    report_overlaps(kept, above_m2=layer.overlaps_above_m2, report=work.report)
    stored = _store_zones(kept, codes, districts, version, work)
    if not is_new and version.status in PlanVersion.Status.legal() and _differs(stored):
        raise Conflict(
            _(
                "Version “%(label)s” has legal force and never changes, but %(created)s zones of "
                "the file are new to it, %(updated)s differ and %(gone)s are gone. Give the new "
                "state a version of its own in the profile."
            )
            % {"label": version.label, **stored.as_counts()},
            pointer=layer.file,
        )
    if layer.rulebook:
        _store_rulebook(version, layer.rulebook, rulebook_path, work)
    return stored


def _differs(stored: Stored) -> bool:
    return bool(stored.created or stored.updated or stored.gone)


def _with_district(features: list[Feature], work: Import) -> tuple[list[Feature], list[str]]:
    """The features that name a district, and the code of each."""
    spec = work.layer.fields["district"]
    kept, codes = [], []
    for feature in features:
        code = cell_text(spec.read(feature.row))
        if not code or len(code) > 30:
            report_code = "does_not_fit" if code else "no_district"
            work.report.add(
                Kind.REJECTED, report_code, **feature.where(), field="district", value=code
            )
            continue
        kept.append(feature)
        codes.append(code)
    return kept, codes


def _version(plan: Plan, layer: ZonesLayer, work: Import) -> tuple[PlanVersion, bool]:
    """The version of the profile's label; a stored one keeps its own status and dates."""
    told = layer.version
    validity = DateRange(told.start, told.end) if told.start else None
    version, is_new = PlanVersion.objects.get_or_create(
        plan=plan, label=told.label, defaults={"status": told.status, "validity": validity}
    )
    if (version.status, version.validity) != (told.status, validity):
        work.report.add(Kind.WARNING, "version_differs", label=told.label)
    return version, is_new


def _store_zones(
    features: list[Feature],
    codes: list[str],
    districts: dict[str, District],
    version: PlanVersion,
    work: Import,
) -> Stored:
    rows = []
    for feature, code in zip(features, codes, strict=True):
        values = mapped_values(feature, work.layer, report=work.report)
        rows.append(
            Row(
                feature,
                {
                    "district_id": districts[code].pk,
                    "geometry": from_shapely(feature.geometry),
                    "label": values.get("label", ""),
                    "source_id": feature.key,
                },
            )
        )
    return store_rows(
        Zone, rows, match=("source_id",), scope={"version": version}, ours={}, work=work
    )


def _store_rulebook(version: PlanVersion, name: str, path: Path | None, work: Import) -> None:
    """Store the version's rulebook once; a stored one is only compared."""
    if path is None:
        work.report.add(Kind.WARNING, "rulebook_missing", file=name)
        return
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise BadInput(_("The file is not UTF-8 text; save it as UTF-8."), pointer=name) from error
    stored = Rulebook.objects.filter(version=version).first()
    if stored is not None and stored.source_text == text:
        return
    if stored is not None and version.status in PlanVersion.Status.legal():
        work.report.add(Kind.WARNING, "rulebook_differs", label=version.label)
        return
    try:
        saved = save_rulebook(version=version, text=text)
    except BadInput as error:
        raise BadInput(error.detail, pointer=name) from error
    for remark in saved.warnings:
        work.report.add(
            Kind.WARNING,
            "rulebook_remark",
            file=name,
            line=remark.line,
            remark=_in_every_language(remark),
        )


def _in_every_language(remark: Remark) -> dict[str, str]:
    """The sentence by language: the report is read in any of them, by those who know no rules."""
    said = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            said[code] = say(remark).told()
    return said
