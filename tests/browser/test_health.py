"""The panel of health on a miner's page, in every size."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, expect

from miners.models import FiveMinutes, Hour, Miner
from tests.browser.conftest import log_in
from tests.browser.test_accessibility import AXE, SCREENS, violations
from tests.miners.health.made import day, fortnight, keep


@pytest.mark.parametrize("screen", SCREENS)
def test_health_is_read_in_every_size(
    open_context: Callable[..., BrowserContext], house: dict[str, Miner], screen: str
) -> None:
    now, blue = timezone.now(), house["Blue"]
    keep(FiveMinutes, blue, day(now, temperature_c=69.0, hashrate_ghs=760.0, accepted=94, rejected=6))
    keep(Hour, blue, fortnight(now))
    page = log_in(open_context(bypass_csp=True, **SCREENS[screen]))
    page.goto(f"/miners/{blue.pk}")
    panel = page.locator("#health")
    expect(panel.get_by_role("heading", name="Health")).to_be_visible()
    expect(panel.get_by_text("of 100", exact=True)).to_be_visible()
    expect(panel.get_by_role("meter")).to_have_count(4)
    expect(panel.get_by_role("listitem").get_by_text("75 °C in 17 days")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    if AXE.exists():
        assert violations(page) == []
