"""What axe says about a page: the checks of accessibility that a machine can do.

Give a context ``SCRIPT`` as its init script. Then the browser has axe in every page of it, compiled
once, and the pages keep their content policy, which rightly lets no foreign script in.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from playwright.sync_api import Page

SCRIPT = settings.NODE_MODULES / "axe-core" / "axe.min.js"
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
SCHEMES: tuple[Any, ...] = ("light", "dark")

# Only violations come back: all that is well with a page would be several times as long to write
# down and to send as to find. Colours are measured when none is still fading into another.
_RUN = """async tags => {
    const fading = document.getAnimations().filter(each => each instanceof CSSTransition);
    await Promise.allSettled(fading.map(each => each.finished));
    const rules = { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] };
    return (await axe.run(document, rules)).violations;
}"""


def faults(page: Page) -> list[str]:
    """Each place of the page as it is now that breaks a rule."""
    found = page.evaluate(_RUN, RULES)
    return [
        f"{violation['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for violation in found
        for node in violation["nodes"]
    ]


def faults_by_scheme(page: Page) -> Iterator[str]:
    """The same by day and by night, in one visit."""
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        yield from (f"{scheme}: {fault}" for fault in faults(page))
