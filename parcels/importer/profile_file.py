"""Reads a city profile from its YAML file; a mistake is named by line, field and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _
from pydantic import ValidationError

from gisapp.city import PROFILES, city_keys
from gisapp.errors import BadInput
from parcels.importer.profile import Profile

MOST_BYTES = 1_000_000


class ProfileError(BadInput):
    """The city profile can not be used as it stands."""

    code = "bad-profile"


@dataclass(frozen=True)
class LoadedProfile:
    """A profile, and the file it came from (rulebooks are found from there)."""

    path: Path
    profile: Profile


def find_profile(name: str) -> Path:
    """The file of a city's name (``cambridge``) or a path; raises ProfileError if there is none."""
    if name in city_keys():
        return PROFILES / f"{name}.yaml"
    path = Path(name)
    if path.suffix in (".yaml", ".yml") and path.is_file():
        return path
    raise ProfileError(
        _("There is no city profile “%(name)s”. Give a file, or one of: %(known)s.")
        % {"name": name, "known": ", ".join(city_keys())}
    )


def load_profile(path: Path) -> LoadedProfile:
    """Read and check a profile; raises ProfileError with one line per mistake."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ProfileError(_("The profile can not be read: %s.") % error) from error
    if len(text) > MOST_BYTES:
        raise ProfileError(_("The profile is larger than a megabyte."), pointer=path.name)
    try:
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        problem = getattr(error, "problem", None) or str(error)
        raise ProfileError(
            _("This is not YAML: %s.") % problem, pointer=f"{path.name}:{line}"
        ) from error
    try:
        return LoadedProfile(path, Profile.model_validate(data))
    except ValidationError as error:
        mistakes = [_mistake(item, tree, path.name) for item in error.errors()]
        raise ProfileError("\n".join(mistakes), pointer="") from error


def _mistake(error: Any, tree: yaml.Node | None, file: str) -> str:
    line, place = _where(error["loc"], tree)
    if error["type"] == "missing":
        place = f"{place}.{error['loc'][-1]}".strip(".")
    return ": ".join(part for part in (f"{file}:{line}", place, _in_words(error)) if part)


def _where(location: tuple[Any, ...], tree: yaml.Node | None) -> tuple[int, str]:
    """The line and dotted place of a pydantic location; the deepest part that stands in the file.

    Locations also name what pydantic chose (the kind of layer); those words are not in the file.
    """
    node, line, place = tree, 1, ""
    for step in location:
        child = _child(node, step)
        if child is None:
            continue
        node, line = child
        place = f"{place}[{step}]" if isinstance(step, int) else f"{place}.{step}".strip(".")
    return line, place


def _child(node: yaml.Node | None, step: Any) -> tuple[yaml.Node, int] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return value, key.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step].start_mark.line + 1
    return None


def _in_words(error: Any) -> str:
    """The mistake as a sentence in the person's language."""
    context = error.get("ctx", {})
    expected = context.get("expected") or context.get("expected_tags")
    sentences = {
        "missing": _("is missing."),
        "extra_forbidden": _("is not a known setting; remove it or mend its spelling."),
        "literal_error": _("must be one of: %s.") % expected,
        "union_tag_invalid": _("`target` must be one of: %s.") % expected,
        "union_tag_not_found": _("a layer needs a `target` (parcels, streets, zones…)."),
        "int_parsing": _("must be a whole number."),
        "int_type": _("must be a whole number."),
        "float_parsing": _("must be a number."),
        "string_type": _("must be text; put it in quotation marks."),
        "list_type": _("must be a list."),
        "dict_type": _("must be names with values."),
        "model_type": _("must be names with values."),
        "date_from_datetime_parsing": _("must be a date such as 2020-12-31."),
        "string_pattern_mismatch": _("does not have the right form: %s.") % context.get("pattern"),
    }
    if error["type"] == "value_error":
        return str(context.get("error", error["msg"]))
    return sentences.get(error["type"], error["msg"])
