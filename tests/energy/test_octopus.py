"""The Octopus client against a server on a socket: paging, discovery, and every way an answer can be bad."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from energy.contract import Answer, Order, SourceError, UnknownProduct
from energy.sources import octopus as source
from energy.sources import web
from hmm_project.version import VERSION
from tests.energy.rows import PRODUCT, PRODUCTS, RATES, TARIFF, at, envelope, product, row, slots
from tests.energy.scripted import Reply, Script, serve

NOW = at("2026-01-18 12:10")
SINCE = at("2026-01-17 00:00")
GRID = "/v1/industry/grid-supply-points/"


@pytest.fixture
def server() -> Iterator[Script]:
    with serve() as script:
        yield script


async def fetch(server: Script, *, pinned: str = PRODUCT, resolved: str = "") -> Answer:
    return await source.fetch(order(server.url, pinned=pinned, resolved=resolved))


def order(base: str, **other: Any) -> Order:
    return Order(**{"base": base, "region": "A", "since": SINCE, "now": NOW} | other)


async def test_known_rates_are_asked_for_politely_and_sorted(server: Script) -> None:
    server.answer(RATES, Reply(envelope(slots(SINCE, [1.5] * 94))))
    answer = await fetch(server)
    assert len(answer.rates) == 94
    assert answer.product == PRODUCT
    assert [rate.valid_from for rate in answer.rates] == sorted(rate.valid_from for rate in answer.rates)
    asked = urlsplit(server.asked[0])
    assert parse_qs(asked.query) == {
        "period_from": ["2026-01-17T00:00:00Z"],
        "period_to": ["2026-01-21T12:10:00Z"],
        "page_size": ["1500"],
    }
    assert server.heads[0]["User-Agent"] == f"HomeMinerManager/{VERSION}"


async def test_a_price_arrives_exactly(server: Script) -> None:
    body = b'{"results": [%s]}' % (
        b'{"value_inc_vat": 15.4035, "valid_from": "2026-01-18T12:00:00Z", "valid_to": "2026-01-18T12:30:00Z"},'
        b'{"value_inc_vat": NaN, "valid_from": "2026-01-18T12:30:00Z", "valid_to": "2026-01-18T13:00:00Z"},'
        b'{"value_inc_vat": 1e400, "valid_from": "2026-01-18T13:00:00Z", "valid_to": "2026-01-18T13:30:00Z"}'
    )
    server.answer(RATES, Reply(body))
    answer = await fetch(server)
    assert [rate.price_pence for rate in answer.rates] == [Decimal("15.4035")]
    assert len(answer.rejected) == 2


async def test_pages_are_followed_as_they_are_written(server: Script) -> None:
    rows = slots(SINCE, [float(pence) for pence in range(94)])
    second = f"{server.url}{RATES}?page=2&period_from=2026-01-17T00%3A00%3A00Z"
    server.answer(RATES, Reply(envelope(rows[:50], second)), Reply(envelope(rows[48:])))
    answer = await fetch(server)
    assert [rate.price_pence for rate in answer.rates] == list(range(94))
    assert server.asked[1] == f"{RATES}?page=2&period_from=2026-01-17T00%3A00%3A00Z"


async def test_a_next_page_on_another_host_is_not_followed(server: Script) -> None:
    with serve() as stranger:
        server.answer(RATES, Reply(envelope(slots(SINCE, [1.0]), f"{stranger.url}{RATES}")))
        with pytest.raises(SourceError, match="another host"):
            await fetch(server)
        assert stranger.asked == []


@pytest.mark.parametrize("location", ["//[", "http://[", "file:///etc/passwd", "https://127.0.0.1/"])
async def test_a_redirect_to_no_page_of_this_host_is_not_followed(server: Script, location: str) -> None:
    server.answer(RATES, Reply({}, 302, {"Location": location}))
    with pytest.raises(SourceError, match="another host"):
        await fetch(server)


@pytest.mark.parametrize("following", ["//[", "ftp://127.0.0.1/", "not a url", "https://127.0.0.1:99999/"])
async def test_a_next_page_that_is_no_page_of_this_host_is_not_followed(server: Script, following: str) -> None:
    server.answer(RATES, Reply(envelope(slots(SINCE, [1.0]), following)))
    with pytest.raises(SourceError, match="another host"):
        await fetch(server)


async def test_pages_without_end_are_given_up(server: Script) -> None:
    server.answer(RATES, Reply(envelope(slots(SINCE, [1.0]), f"{server.url}{RATES}?page=2")))
    with pytest.raises(SourceError, match="without end"):
        await fetch(server)
    assert len(server.asked) == 2


async def test_a_redirect_on_the_same_host_is_followed_and_one_elsewhere_is_not(server: Script) -> None:
    server.answer(RATES, Reply({}, 301, {"Location": "/moved/?page_size=2"}))
    server.answer("/moved/", Reply(envelope(slots(SINCE, [1.0] * 94))))
    assert len((await fetch(server)).rates) == 94
    with serve() as stranger:
        server.answer(RATES, Reply({}, 302, {"Location": f"{stranger.url}{RATES}"}))
        with pytest.raises(SourceError, match="another host"):
            await fetch(server)
        assert stranger.asked == []


async def test_a_redirect_in_circles_is_given_up(server: Script) -> None:
    server.answer(RATES, Reply({}, 302, {"Location": RATES}))
    with pytest.raises(SourceError, match="in circles"):
        await fetch(server)
    assert len(server.asked) == 4


@pytest.mark.parametrize(
    ("reply", "sentence"),
    [
        (Reply(b"<html>ERROR: Request blocked</html>", 403), "Octopus refuses requests from this address (HTTP 403)."),
        (Reply(b"<html>", 200), "Octopus answered something that is not JSON."),
        (Reply(b"", 200), "Octopus answered something that is not JSON."),
        (Reply(b"\xff\xfe{", 200), "Octopus answered something that is not JSON."),
        (Reply(b"[" * 200_000, 200), "Octopus answered something that is not JSON."),
        (Reply(b'{"results": [1e99999999999999999999]}', 200), "Octopus answered something that is not JSON."),
        (Reply(b"9" * 10_000, 200), "Octopus answered something that is not JSON."),
        (Reply(["a list"], 200), "Octopus answered something that is not a list."),
        (Reply({"results": None}, 200), "Octopus answered something that is not a list."),
        (Reply({"results": [], "next": 7}, 200), "Octopus answered something that is not a list."),
        (Reply(b" " * (web.LARGEST_BODY_BYTES + 1), 200), "Octopus sent more than 4 MiB: not read further."),
        (Reply({}, 500), "Octopus answered HTTP 500."),
        (Reply(b"", 204), "Octopus has nothing yet (HTTP 204)."),
        (Reply({}, 401), "Octopus rejects the access token (HTTP 401): enter a new one."),
        (Reply({}, 429), "Octopus asks for fewer requests (HTTP 429)."),
        (Reply({"errors": [{"message": "Too many requests."}]}), "Octopus answered something that is not a list."),
    ],
)
async def test_a_bad_answer_is_one_sentence(server: Script, reply: Reply, sentence: str) -> None:
    server.answer(RATES, reply)
    with pytest.raises(SourceError) as caught:
        await fetch(server)
    assert str(caught.value) == sentence


async def test_a_compressed_answer_is_not_unpacked(server: Script) -> None:
    server.answer(RATES, Reply(b"\x1f\x8b" + b"\0" * 100, 200, {"Content-Encoding": "gzip"}))
    with pytest.raises(SourceError, match="not JSON"):
        await fetch(server)


async def test_a_server_that_stalls_costs_its_time_out(server: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "TIMEOUT", aiohttp.ClientTimeout(total=0.2))
    server.answer(RATES, Reply({}, stall=True))
    with pytest.raises(SourceError, match="did not answer in"):
        await fetch(server)


async def test_a_fetch_as_a_whole_is_bounded(server: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "LONGEST_FETCH_S", 0.2)
    server.answer(RATES, Reply({}, stall=True))
    with pytest.raises(SourceError, match="did not finish"):
        await fetch(server)


async def test_a_server_that_is_away_is_one_sentence() -> None:
    with pytest.raises(SourceError, match=r"^Octopus cannot be reached: "):
        await source.fetch(order("http://127.0.0.1:9", pinned=PRODUCT))


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("99999999999999", 6 * 3600),
        ("Sun, 18 Jan 2026 12:20:00 GMT", 600),
        ("Sun, 18 Jan 2026 11:20:00 GMT", 0),
        ("soon", None),
        ("-5", None),
        ("²", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str | None, seconds: float | None) -> None:
    assert web.retry_after_s(header, NOW) == seconds


@pytest.mark.parametrize("status", [403, 429, 503])
async def test_a_wish_to_be_left_alone_is_passed_on(server: Script, status: int) -> None:
    server.answer(RATES, Reply({}, status, {"Retry-After": "90"}))
    with pytest.raises(SourceError) as caught:
        await fetch(server)
    assert caught.value.retry_after_s == 90


async def test_the_current_product_is_found_when_none_is_named(server: Script) -> None:
    server.answer(PRODUCTS, Reply(envelope([product("AGILE-OUTGOING-19-05-13", direction="EXPORT"), product(PRODUCT)])))
    server.answer(RATES, Reply(envelope(slots(SINCE, [1.0] * 94))))
    assert (await fetch(server, pinned="")).product == PRODUCT


async def test_a_product_found_before_is_kept_while_it_is_published(server: Script) -> None:
    server.answer(PRODUCTS, Reply(envelope([product("AGILE-26-01-01", available_from="2026-01-01T00:00:00Z")])))
    server.answer(RATES, Reply(envelope(slots(SINCE, [1.0] * 94))))
    assert (await fetch(server, pinned="", resolved=PRODUCT)).product == PRODUCT
    assert len(server.asked) == 1


ENDED = slots(at("2026-01-17 00:00"), [1.0] * 20)


@pytest.mark.parametrize("gone", [Reply({"detail": "Not found."}, 404), Reply(envelope([])), Reply(envelope(ENDED))])
async def test_a_product_found_before_gives_way_when_it_is_no_longer_published(server: Script, gone: Reply) -> None:
    newer = RATES.replace(PRODUCT, "AGILE-26-01-01")
    server.answer(PRODUCTS, Reply(envelope([product("AGILE-26-01-01", available_from="2026-01-01T00:00:00Z")])))
    server.answer(RATES, gone)
    server.answer(newer, Reply(envelope(slots(SINCE, [1.0] * 94))))
    assert (await fetch(server, pinned="", resolved=PRODUCT)).product == "AGILE-26-01-01"


@pytest.mark.parametrize(
    ("gone", "sentence"),
    [
        (Reply({"detail": "Not found."}, 404), f"Octopus does not know the tariff {TARIFF}."),
        (Reply(envelope([])), f"Octopus publishes no prices for the tariff {TARIFF}."),
        (Reply(envelope(ENDED)), f"The newest price Octopus has for the tariff {TARIFF} ended 2026-01-17 10:00."),
    ],
)
async def test_a_pinned_product_never_gives_way(server: Script, gone: Reply, sentence: str) -> None:
    server.answer(RATES, gone)
    with pytest.raises(UnknownProduct) as caught:
        await fetch(server)
    assert str(caught.value) == sentence
    assert len(server.asked) == 1


async def test_the_current_product_without_prices_is_not_asked_for_twice(server: Script) -> None:
    server.answer(PRODUCTS, Reply(envelope([product(PRODUCT)])))
    server.answer(RATES, Reply(envelope([])))
    with pytest.raises(UnknownProduct, match="publishes no prices"):
        await fetch(server, pinned="")
    assert len(server.asked) == 3


async def test_an_answer_of_which_nothing_is_usable_says_why(server: Script) -> None:
    server.answer(RATES, Reply(envelope([row(NOW, "x"), row(NOW, "y")])))
    with pytest.raises(SourceError, match="None of the 2 prices Octopus sent can be used: 2026-01-18 12:10 UTC"):
        await fetch(server)


PRODUCT_LISTS: list[tuple[list[Any], str | None]] = [
    ([], None),
    ([None, 7, {}, product("GO-VAR-22-10-14")], None),
    ([product("AGILE-OUTGOING-19-05-13"), product("AGILE-BB-24-10-01")], None),
    ([product(PRODUCT, direction="EXPORT")], None),
    ([product(PRODUCT, available_to="2025-10-01T00:00:00Z")], None),
    ([product(PRODUCT, available_from="2026-02-01T00:00:00Z")], None),
    ([product("AGILE-23-12-06", available_from="2023-12-06T00:00:00Z"), product(PRODUCT)], PRODUCT),
    ([product(PRODUCT), product("AGILE-23-12-06", available_from="2023-12-06T00:00:00Z")], PRODUCT),
    ([product(PRODUCT, available_from="2024-10-01T00:00:00")], PRODUCT),
    ([product("AGILE-ODD", available_from=None), product(PRODUCT)], PRODUCT),
    ([product("AGILE-../../etc"), product("agile-24-10-01"), product(PRODUCT)], PRODUCT),
]


@pytest.mark.parametrize(("rows", "code"), PRODUCT_LISTS)
def test_the_current_product_is_the_newest_agile_import_on_sale(rows: list[Any], code: str | None) -> None:
    assert source.newest_product(rows, NOW) == code


async def test_no_agile_product_on_sale_is_said(server: Script) -> None:
    server.answer(PRODUCTS, Reply(envelope([])))
    with pytest.raises(SourceError, match="lists no Agile product now"):
        await fetch(server, pinned="")


async def test_a_postcode_leads_to_its_region(server: Script) -> None:
    server.answer(GRID, Reply(envelope([{"group_id": "_C"}])))
    assert await source.fetch_region(server.url, " sw1a 1aa ", now=NOW) == "C"
    assert server.asked == [f"{GRID}?postcode=SW1A1AA"]


@pytest.mark.parametrize("groups", [[], ["_C", "_J"], ["_I"], ["C"], [None], [{}]])
async def test_a_postcode_without_one_region_asks_for_a_choice(server: Script, groups: list[Any]) -> None:
    server.answer(GRID, Reply(envelope([{"group_id": group} for group in groups])))
    with pytest.raises(SourceError, match="choose the region yourself"):
        await source.fetch_region(server.url, "SW1A 1AA", now=NOW)


@pytest.mark.parametrize("postcode", ["", "SW1A", "12345", "SW1A1AA&x=1", "SW1A 1AA SW1A 1AA"])
async def test_what_is_no_postcode_is_not_sent(server: Script, postcode: str) -> None:
    with pytest.raises(SourceError, match="not a full postcode"):
        await source.fetch_region(server.url, postcode, now=NOW)
    assert server.asked == []


def test_the_window_asked_for_reaches_beyond_what_is_ever_known() -> None:
    assert timedelta(hours=32) < source.HORIZON
