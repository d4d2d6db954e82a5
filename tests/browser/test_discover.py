"""Finding miners while the results stream in: what a person ticked and typed stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from hmm_project.live import announce
from hmm_project.redis_server import connection
from miners.contract import Found
from miners.discovery import runs
from miners.discovery.runs import State
from miners.models import Miner

Elsewhere = Callable[[Callable[[], Any]], Any]
FIRST = Found(kind="bitaxe", host="192.168.77.9", port=80, mac="02:00:00:00:00:01", model="Gamma 601", hostname="one")
SECOND = replace(FIRST, host="192.168.77.10", mac="02:00:00:00:00:02", hostname="two")


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    yield
    for key in connection().scan_iter(match="hmm:discovery*"):
        connection().delete(key)


def test_what_was_ticked_and_typed_stays_while_more_is_found(page: Page, elsewhere: Elsewhere) -> None:
    run, _ = runs.begin("192.168.77.0/24", 254, now=timezone.now())
    runs.keep(replace(run, done=40, found=(FIRST,)))
    page.goto(f"/miners/discover?run={run.id}")
    page.get_by_label("Name of 192.168.77.9:80").fill("Mine")
    page.get_by_label("Add one").uncheck()

    def find() -> None:
        found = replace(run, done=254, found=(FIRST, SECOND), state=State.DONE, finished_at=timezone.now())
        runs.keep(found)
        announce("discovery-changed", [run.id])

    elsewhere(find)
    expect(page.locator("#run")).to_contain_text("2 devices at 254 addresses")
    expect(page.get_by_label("Name of 192.168.77.9:80")).to_have_value("Mine")
    expect(page.get_by_label("Add one")).not_to_be_checked()
    page.get_by_role("button", name="Add what is ticked").click()
    expect(page.locator("[data-toast]")).to_contain_text("two is added")
    added = elsewhere(lambda: list(Miner.objects.filter(host__startswith="192.168.77.").values_list("name", flat=True)))
    assert added == ["two"]
