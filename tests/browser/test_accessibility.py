"""WCAG 2.2 AA as far as a machine can tell, on every page, light, dark and on a phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from hmm_project.config import PROJECT
from miners.models import Miner
from tests.browser.conftest import log_in
from tests.browser.test_pages import PATHS

AXE = PROJECT / "static/src/node_modules/axe-core/axe.min.js"
pytestmark = pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: static/src/build.sh installs it")

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# A slot of the ribbon is narrow on a desktop; its line in the plan's table is the equivalent of full size.
EQUIVALENT = {"target-size": ".slot"}
SCREENS: dict[str, dict[str, Any]] = {
    "light": {"viewport": {"width": 1360, "height": 900}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1360, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
}


@pytest.mark.parametrize("screen", SCREENS)
def test_no_page_breaks_a_rule(
    open_context: Callable[..., BrowserContext], house: dict[str, Miner], screen: str
) -> None:
    page = log_in(open_context(bypass_csp=True, **SCREENS[screen]))
    broken = {}
    for path in [*PATHS, f"/miners/{house['Blue'].pk}", f"/miners/{house['Shed'].pk}"]:
        page.goto(path)
        page.evaluate("document.querySelectorAll('main details').forEach((each) => each.open = true)")
        if found := violations(page):
            broken[path] = found
    assert not broken


def violations(page: Page) -> list[str]:
    page.evaluate(AXE.read_text())
    result = page.evaluate("(rules) => axe.run(document, rules)", RULES)
    return [
        f"{rule['id']}: {node['html'][:120]}"
        for rule in result["violations"]
        for node in rule["nodes"]
        if not (
            rule["id"] in EQUIVALENT
            and page.locator(node["target"][0]).and_(page.locator(EQUIVALENT[rule["id"]])).count()
        )
    ]
