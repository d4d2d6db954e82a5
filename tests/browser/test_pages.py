"""Pages in the hands of a person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from miners.models import Command, Miner, Telemetry
from miners.telemetry import partitions
from strategy.models import Strategy
from tests import factories
from tests.browser.conftest import log_in

PATHS = ["/", "/strategy", "/miners", "/miners/add", "/pools", "/pools/add", "/energy", "/logs", "/logs/audit"]
PATHS += ["/plugs", "/plugs/add", "/settings", "/settings/tokens", "/miners/profiles", "/miners/discover"]
PATHS += ["/energy/costs", "/coins"]
PATHS += ["/miners/bulk?kinds=bitaxe&kinds=avalon_nano&do=mode:eco", "/miners/bulk?kinds=bitaxe&do=tune"]
BACKGROUND = "getComputedStyle(document.body).backgroundColor"


@pytest.mark.parametrize("path", PATHS)
def test_a_phone_never_scrolls_sideways(phone: Page, path: str) -> None:
    phone.goto(path)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_phone_reaches_every_page_through_its_bottom_bar(phone: Page) -> None:
    bar = phone.get_by_role("navigation", name="Main")
    for name in ("Strategy", "Miners", "Pools", "Home"):
        bar.get_by_role("link", name=name, exact=True).click()
        expect(phone.get_by_role("heading", level=1)).to_have_text(name)
    bar.get_by_text("More").click()
    bar.get_by_role("link", name="Energy").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Energy")


def test_the_strip_stays_in_sight(phone: Page) -> None:
    phone.mouse.wheel(0, 2000)
    expect(phone.locator("#strip")).to_be_in_viewport()


def test_the_theme_is_kept_and_never_flashes(page: Page) -> None:
    page.goto("/")
    light = page.evaluate(BACKGROUND)
    page.get_by_role("button", name="Dark").first.click()
    dark = page.evaluate(BACKGROUND)
    assert dark != light
    page.goto("/miners", wait_until="commit")
    page.wait_for_function("() => document.body")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate(BACKGROUND) == dark
    page.get_by_role("button", name="System colours").first.click()
    assert page.evaluate(BACKGROUND) == light


def test_the_system_may_choose_the_theme(open_context: Callable[..., BrowserContext], house: dict[str, Miner]) -> None:
    seen = set()
    for scheme in ("light", "dark"):
        page = open_context(color_scheme=scheme).new_page()
        page.goto("/login")
        seen.add(page.evaluate(BACKGROUND))
    assert len(seen) == 2


def test_a_person_pauses_the_strategy_from_the_strip(page: Page) -> None:
    page.goto("/miners")
    page.locator("#state-menu summary").click()
    page.get_by_role("button", name="for 30 minutes").click()
    expect(page.locator(".toast")).to_contain_text("PAUSED until")
    expect(page.locator("#state-menu summary")).to_contain_text("PAUSED until")
    expect(page.get_by_role("button", name="for 30 minutes")).to_be_hidden()
    assert Strategy.load().state == "PAUSED"


def test_an_order_says_its_outcome_in_a_toast(page: Page, house: dict[str, Miner]) -> None:
    page.goto(f"/miners/{house['Blue'].pk}")
    page.get_by_role("button", name="turbo").click()
    expect(page.locator(".toast")).to_contain_text("Blue: mode turbo nothing was sent")
    assert Command.objects.filter(actor="danvic", outcome="shadowed", action="mode").exists()


def test_what_cannot_be_undone_is_asked_before(page: Page, house: dict[str, Miner]) -> None:
    questions: list[str] = []

    def refuse(dialog: object) -> None:
        questions.append(dialog.message)  # type: ignore[attr-defined]
        dialog.dismiss()  # type: ignore[attr-defined]

    page.on("dialog", refuse)
    before = Command.objects.count()
    page.goto(f"/miners/{house['Blue'].pk}")
    page.get_by_role("button", name="Restart").click()
    assert questions == ["Restart it? It mines again in a minute."]
    assert Command.objects.count() == before


def test_the_chart_draws_three_panels_and_follows_the_range(page: Page, house: dict[str, Miner]) -> None:
    now = timezone.now()
    partitions.ensure(Telemetry, [now.date(), (now - timedelta(days=1)).date()])
    factories.telemetry(house["Blue"], now)
    page.goto(f"/miners/{house['Blue'].pk}")
    expect(page.locator("#chart canvas")).to_have_count(3)
    with page.expect_response("**/telemetry?*") as answered:
        page.get_by_role("button", name="24 h").click()
    times = answered.value.json()["time"]
    assert times[-1] - times[0] > 23 * 3600


def test_a_chart_without_telemetry_says_so(page: Page, house: dict[str, Miner]) -> None:
    page.goto(f"/miners/{house['Green'].pk}")
    expect(page.locator("#chart")).to_contain_text("Nothing has been read in this time.")


def test_a_slot_of_the_ribbon_leads_to_its_line_in_the_plan(page: Page) -> None:
    page.goto("/")
    slot = page.locator(".slot:not(.slot-past)").nth(3)
    assert " pence, " in (slot.get_attribute("aria-label") or "")
    slot.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/strategy#s*")
    expect(page.locator("tr:target")).to_be_in_viewport()


def test_escape_closes_a_menu_and_gives_the_focus_back(page: Page) -> None:
    page.locator("#state-menu summary").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="LIVE Decides")).to_be_hidden()
    expect(page.locator("#state-menu summary")).to_be_focused()


def test_a_keyboard_skips_to_the_content(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_everything_can_be_read_and_steered_without_javascript(
    open_context: Callable[..., BrowserContext], house: dict[str, Miner]
) -> None:
    page = log_in(open_context(java_script_enabled=False))
    expect(page.locator(".miner-card")).to_have_count(13)
    page.locator("#state-menu summary").click()
    page.get_by_role("button", name="LIVE Decides").click()
    expect(page.locator("#state-menu summary")).to_contain_text("LIVE")


def test_a_session_that_ended_leads_to_the_login(page: Page, failures: list[str]) -> None:
    page.goto("/")
    page.context.clear_cookies()
    with page.expect_navigation(url="**/login"):
        page.evaluate("htmx.trigger(document.body, 'refresh')")
    assert all("401" in failure for failure in failures)
    failures.clear()


def test_the_first_run_makes_an_account(open_context: Callable[..., BrowserContext], transactional_db: None) -> None:
    page = open_context().new_page()
    page.goto("/miners")
    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome")
    page.get_by_label("Password", exact=True).fill("correct horse battery")
    page.get_by_label("Password again").fill("correct horse battery")
    page.get_by_label("Region").select_option("C")
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("heading", name="Three steps")).to_be_visible()
