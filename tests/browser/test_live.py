"""Pages that change while they are looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from hmm_project.live import announce
from miners.models import Miner, MinerStatus
from strategy.services import set_state

Elsewhere = Callable[[Callable[[], Any]], Any]


def open_home(page: Page) -> None:
    with page.expect_websocket() as opened:
        page.goto("/")
    socket = opened.value
    assert socket.url.endswith("/ws/updates")
    page.evaluate("window.loadedOnce = true")


def test_an_announcement_changes_a_card_without_a_reload(
    page: Page, house: dict[str, Miner], elsewhere: Elsewhere
) -> None:
    open_home(page)
    card = page.locator(f"#miner-{house['Green'].pk}")
    expect(card).to_contain_text("Mining")

    def poll() -> None:
        MinerStatus.objects.filter(miner=house["Green"]).update(state="paused")
        announce("miners-changed", [house["Green"].pk])

    elsewhere(poll)
    expect(card).to_contain_text("Paused, should be mining")
    expect(page.locator("#strip")).to_contain_text("7 of 12 mining")
    assert page.evaluate("window.loadedOnce")


def test_an_open_menu_stays_open_while_the_page_renews_itself(
    page: Page, house: dict[str, Miner], elsewhere: Elsewhere
) -> None:
    open_home(page)
    page.locator("#state-menu summary").click()
    expect(page.get_by_role("button", name="SHADOW Decides")).to_be_visible()

    def poll() -> None:
        MinerStatus.objects.filter(miner=house["Green"]).update(state="paused")
        announce("miners-changed")

    elsewhere(poll)
    expect(page.locator("#strip")).to_contain_text("7 of 12 mining")
    expect(page.get_by_role("button", name="SHADOW Decides")).to_be_visible()


def test_a_changed_state_reaches_every_open_page(page: Page, elsewhere: Elsewhere) -> None:
    from django.utils import timezone

    open_home(page)
    expect(page.locator("#state-menu summary")).to_contain_text("SHADOW")
    elsewhere(lambda: set_state("LIVE", actor="ada", now=timezone.now()))
    expect(page.locator("#state-menu summary")).to_contain_text("LIVE")


def test_offline_is_said_and_everything_is_fetched_again_afterwards(
    page: Page, house: dict[str, Miner], elsewhere: Elsewhere
) -> None:
    sockets: list[Any] = []
    page.route_web_socket("**/ws/updates", lambda ws: sockets.append((ws, ws.connect_to_server())))
    page.goto("/")
    expect(page.locator("#strip")).to_contain_text("8 of 12 mining")
    page.wait_for_function("() => window.htmx")
    while not sockets:
        page.wait_for_timeout(20)
    sockets[0][0].close()
    expect(page.get_by_text("Offline, reconnecting…")).to_be_visible()
    elsewhere(lambda: MinerStatus.objects.filter(miner=house["Green"]).update(state="paused"))
    expect(page.locator("#strip")).to_contain_text("7 of 12 mining")
    expect(page.get_by_text("Offline, reconnecting…")).to_be_hidden()
    assert len(sockets) == 2
