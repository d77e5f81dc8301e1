"""Store the districts of an imported plan: names in three languages, colour, category."""

from __future__ import annotations

import re
from typing import Any

from gisapp.translated import texts
from parcels.importer.columns import compiled
from parcels.importer.profile import DistrictRule, PlanInfo
from parcels.importer.report import Kind, Report
from zoning.models import District, Plan


def import_districts(
    *,
    plan: Plan,
    info: PlanInfo,
    codes: set[str],
    names: dict[str, tuple[str, str]],
    report: Report,
) -> dict[str, District]:
    """Create or update a district for each code in use; returns them by code.

    ``names`` gives a code's English name and description. A district in no table keeps its code
    as name, and is reported.
    """
    existing = {district.code: district for district in District.objects.filter(plan=plan)}
    districts = {}
    for code in sorted(codes):
        if code not in names and not _rule_for(code, "", info.district_rules)[0]:
            report.add(Kind.WARNING, "unnamed_district", key=code, district=code)
        values = district_values(code, names.get(code, ("", "")), info.district_rules)
        district = existing.get(code) or District(plan=plan, code=code)
        changed = [name for name, value in values.items() if getattr(district, name) != value]
        for name in changed:
            setattr(district, name, values[name])
        if changed or district.pk is None:
            district.save()
        districts[code] = district
    return districts


def district_values(code: str, told: tuple[str, str], rules: list[DistrictRule]) -> dict[str, Any]:
    """Names, description, category and colour of a district, by the first rule that matches."""
    name, description = told
    rule, match = _rule_for(code, name, rules)
    groups = {"code": code, **(match.groupdict(default="") if match else {})}
    by_language = {"en": name or code}
    if rule is not None:
        by_language |= {key: text.format_map(groups) for key, text in rule.names.items()}
    return {
        **texts("name", by_language),
        **texts("description", {"en": description}),
        "category": rule.category if rule else "",
        "colour": rule.colour if rule else "#cccccc",
    }


def _rule_for(
    code: str, name: str, rules: list[DistrictRule]
) -> tuple[DistrictRule | None, re.Match[str] | None]:
    for rule in rules:
        match = compiled(rule.pattern).fullmatch(code if rule.match == "code" else name)
        if match:
            return rule, match
    return None, None
