"""A simulated miner of each family, driven from its page: every outcome is a toast and a line of the ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from miners.models import Command, Miner, TuningProfile
from miners.polling import poll_shard
from miners.services import create_miner
from miners.simulators.fleet import parse
from miners.simulators.simulation import Simulation, running
from pools.models import Pool
from strategy.models import Strategy

Elsewhere = Callable[[Callable[[], Any]], Any]
Fleet = dict[str, Miner]

READ_BACK = "done, and read back."
SLOW_MS = 40_000  # a device that boots is read back for 25 s
DEVICES: dict[str, dict[str, str]] = {
    "bitaxe": {"firmware": "v2.14.0"},
    "nerdqaxe": {"firmware": "v1.0.36"},
    "avalon_nano": {"model": "nano3s", "web_user": "root", "web_password": "root"},
    "nmminer": {"firmware": "v2.0.04"},
}


@pytest.fixture
def simulation() -> Iterator[Simulation]:
    """Several of a family: what restarted is left alone for half a minute, so it goes on with the next."""
    devices = [
        {"kind": kind, "name": f"{kind} {number}", "host": "127.0.0.1", "port": 0, **about}
        for kind, about in DEVICES.items()
        for number in range(1, 4 if kind == "nerdqaxe" else 3)
    ]
    with running(parse({"speed": 50, "seed": 7, "miners": devices})) as found:
        yield found


@pytest.fixture
def fleet(house: Fleet, simulation: Simulation, elsewhere: Elsewhere) -> Fleet:
    """The miners that stand for the simulated devices, read once; a person steers, so the strategy is paused."""

    def own() -> Fleet:
        Strategy.objects.update_or_create(pk=1, defaults={"state": "PAUSED"})
        Miner.objects.all().delete()
        Pool.objects.filter(name="Backup").update(tls=False, host="127.0.0.1", port=4333)
        made = {}
        for device in simulation.devices:
            spec = device.spec
            made[spec.name] = create_miner(
                actor="x",
                now=timezone.now(),
                name=spec.name,
                kind=spec.kind,
                host=device.host,
                port=device.port,
                web_user=spec.web_user,
                web_password=spec.web_password,
            )
        poll_shard([miner.pk for miner in made.values()], now=timezone.now())
        return made

    found: Fleet = elsewhere(own)
    return found


def expect_outcome(page: Page, sentence: str, line: str) -> None:
    """As a toast, and on top of what was done to it."""
    expect(page.locator(".toast", has_text=sentence)).to_be_visible(timeout=SLOW_MS)
    expect(page.locator("#ledger li").first).to_contain_text(line)


def press(page: Page, name: str) -> None:
    button = page.locator("#controls").get_by_role("button", name=name, exact=True)
    expect(button).to_be_enabled()
    button.click()


def tune(page: Page, frequency: str, voltage: str) -> None:
    page.get_by_label("Frequency").select_option(frequency)
    page.get_by_label("Core voltage").select_option(voltage)
    page.get_by_role("button", name="Tune", exact=True).click()


def switch_pool(page: Page) -> None:
    page.locator("#pool").select_option(label="Backup · BTC")
    page.get_by_role("button", name="Switch").click()


def test_a_bitaxe(page: Page, fleet: Fleet) -> None:
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"/miners/{fleet['bitaxe 1'].pk}")
    press(page, "eco")
    expect_outcome(page, f"mode eco {READ_BACK}", "mode eco verified")
    page.get_by_label("Frequency").select_option("600")
    expect(page.locator("#tune-estimate")).to_contain_text("Above its stock setting")
    tune(page, "600", "1200")
    expect_outcome(page, f"tune 600 MHz at 1200 mV {READ_BACK}", "tune 600 MHz at 1200 mV verified")
    expect(page.locator("#tune-now")).to_contain_text("600 MHz at 1200 mV")
    press(page, "Pause")
    expect_outcome(page, f"pause {READ_BACK}", "pause verified")
    press(page, "Resume")
    expect_outcome(page, f"resume {READ_BACK}", "resume verified")
    switch_pool(page)
    expect_outcome(page, f"pool 127.0.0.1:4333 {READ_BACK}", "pool 127.0.0.1:4333 verified")
    page.goto(f"/miners/{fleet['bitaxe 2'].pk}")
    press(page, "Restart")
    expect_outcome(page, f"restart {READ_BACK}", "restart verified")


def test_a_nerdqaxe(page: Page, fleet: Fleet) -> None:
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"/miners/{fleet['nerdqaxe 1'].pk}")
    press(page, "eco")
    expect_outcome(page, f"mode eco {READ_BACK}", "mode eco verified")
    tune(page, "550", "1150")
    expect_outcome(page, f"tune 550 MHz at 1150 mV {READ_BACK}", "tune 550 MHz at 1150 mV verified")
    switch_pool(page)
    expect_outcome(page, f"pool 127.0.0.1:4333 {READ_BACK}", "pool 127.0.0.1:4333 verified")
    page.goto(f"/miners/{fleet['nerdqaxe 2'].pk}")
    press(page, "Shut down")
    expect_outcome(page, f"shutdown {READ_BACK}", "shutdown verified")
    press(page, "Resume")
    expect_outcome(page, f"resume {READ_BACK}", "resume verified")
    page.goto(f"/miners/{fleet['nerdqaxe 3'].pk}")
    press(page, "Restart")
    expect_outcome(page, f"restart {READ_BACK}", "restart verified")


def test_an_avalon(page: Page, fleet: Fleet) -> None:
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"/miners/{fleet['avalon_nano 1'].pk}")
    expect(page.locator("#controls")).to_contain_text("cannot be switched off over the network: give it a plug")
    expect(page.get_by_role("heading", name="Tune")).to_have_count(0)
    press(page, "low")
    expect_outcome(page, f"mode low {READ_BACK}", "mode low verified")
    switch_pool(page)
    expect_outcome(page, "pool 127.0.0.1:4333", "pool 127.0.0.1:4333")
    page.goto(f"/miners/{fleet['avalon_nano 2'].pk}")
    press(page, "Restart")
    expect_outcome(page, "restart sent, but the device does not show it yet.", "restart unverified")


def test_an_nmminer(page: Page, fleet: Fleet) -> None:
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"/miners/{fleet['nmminer 1'].pk}")
    expect(page.locator("#controls")).to_contain_text("It has neither modes nor frequencies to choose.")
    switch_pool(page)
    expect_outcome(page, "pool 127.0.0.1:4333", "pool 127.0.0.1:4333")
    page.goto(f"/miners/{fleet['nmminer 2'].pk}")
    press(page, "Restart")
    expect_outcome(page, "restart", "restart")


def test_a_profile_is_saved_on_one_page_and_applied_on_another(page: Page, fleet: Fleet) -> None:
    page.goto(f"/miners/{fleet['bitaxe 1'].pk}")
    tune(page, "490", "1100")
    expect_outcome(page, f"tune 490 MHz at 1100 mV {READ_BACK}", "tune 490 MHz at 1100 mV verified")
    page.get_by_text("Save as profile").click()
    page.get_by_label("Name").fill("Quiet")
    page.get_by_role("button", name="Save profile").click()
    expect(page.locator(".toast")).to_contain_text("Quiet is saved.")
    expect(page.locator("#list")).to_contain_text("bitaxe 1")
    page.goto(f"/miners/{fleet['bitaxe 2'].pk}")
    page.get_by_role("button", name="Apply").click()
    expect_outcome(page, f"tune 490 MHz at 1100 mV {READ_BACK}", "danvic applied the profile Quiet.")
    expect(page.locator("#tune-now")).to_contain_text("Quiet")
    assert TuningProfile.objects.get().frequency_mhz == 490


def test_many_are_ticked_previewed_and_done(page: Page, fleet: Fleet, elsewhere: Elsewhere) -> None:
    page.goto("/miners?q=1")
    for name in ("bitaxe 1", "avalon_nano 1"):
        page.get_by_label(f"Tick {name}").check()
    expect(page.locator("[data-tick-count]")).to_have_text("2")
    with page.expect_response(lambda response: "/miners?" in response.url and response.ok):
        page.evaluate("htmx.trigger(document.body, 'miners-changed')")
    expect(page.get_by_label("Tick bitaxe 1")).to_be_checked()
    page.locator("#bulk-form summary").click()
    page.locator("#bulk-form").get_by_label("NerdQAxe++").check()
    expect(page.locator("[data-tick-count]")).to_have_text("2 + all NerdQAxe++")
    page.get_by_label("What to do").select_option("mode:eco")
    page.get_by_role("button", name="Preview").click()
    table = page.locator("#bulk table")
    expect(table.get_by_role("row", name="bitaxe 1")).to_contain_text("will be sent")
    expect(table.get_by_role("row", name="avalon_nano 1")).to_contain_text("not possible")
    expect(table.get_by_role("row", name="nerdqaxe 2")).to_contain_text("will be sent")
    page.get_by_role("button", name="Do it").click()
    expect(page.get_by_role("heading", name="What came of it")).to_be_focused(timeout=SLOW_MS)
    expect(table.get_by_role("row", name="bitaxe 1")).to_contain_text("done, and read back")
    expect(table.get_by_role("row", name="avalon_nano 1")).to_contain_text("refused")
    table.get_by_role("link", name="Ledger of bitaxe 1").click()
    expect(page.locator("main")).to_contain_text("mode eco")
    done = elsewhere(lambda: dict(Command.objects.filter(actor="danvic").values_list("name", "outcome")))
    assert done.items() >= {"bitaxe 1": "verified", "nerdqaxe 2": "verified", "avalon_nano 1": "refused"}.items()


def test_an_order_given_before_the_page_can_hear_is_seen_all_the_same(page: Page, fleet: Fleet) -> None:
    never_opens = "window.WebSocket = class extends EventTarget { static OPEN = 1; readyState = 0; };"
    page.add_init_script(never_opens)
    page.goto(f"/miners/{fleet['bitaxe 1'].pk}")
    press(page, "eco")
    expect_outcome(page, f"mode eco {READ_BACK}", "mode eco verified")
