"""What the services answer, whole, odd and hostile."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pools.coins import rhythm, web
from pools.coins.judging import BELIEVED_AFTER, Memory, Verdict, judge, tidy
from pools.coins.sources import SOURCES, Source
from pools.figures import BOUNDS, NothingTold, Quantity, SourceFailed
from tests.energy.scripted import Reply, Script, serve
from tests.pools.made import NOW

REWARDS = {"startBlock": 736556, "endBlock": 736655, "totalReward": "63811748254", "totalFee": "1311748254"}
MEMPOOL = {"currentDifficulty": Decimal("31251101365711.12")}
BLOCKCHAIR = {"data": {"best_block_height": 972125, "difficulty": Decimal("905000000000.0")}}
SOLOPOOL = {"stats": {"difficulty": "949839478.1", "height": 22750000}}
PRICES = {"time": 1703252411, "USD": 43753, "GBP": 37528}
PAPRIKA = {"quotes": {"GBP": {"price": Decimal("75012.5")}}}
CASES: list[tuple[str, str, Any, dict[str, str]]] = [
    ("mempool/api/v1/mining/hashrate/3d", "BTC", MEMPOOL, {"difficulty": "31251101365711.12"}),
    ("mempool/api/v1/mining/reward-stats/144", "BTC", REWARDS, {"height": "736655", "fees": "0.1311748254"}),
    ("mempool/api/v1/prices", "BTC", PRICES, {"price": "37528"}),
    ("blockchair/bitcoin-cash/stats", "BCH", BLOCKCHAIR, {"height": "972125", "difficulty": "905000000000.0"}),
    ("solopool/api/stats", "DGB", SOLOPOOL, {"height": "22750000", "difficulty": "949839478.1"}),
    ("coinpaprika/v1/tickers/{coin}?quotes=GBP", "BTC", PAPRIKA, {"price": "75012.5"}),
]
ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals() | st.text(max_size=80),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["stats", "data", "difficulty", "height", "GBP", "gbp", "quotes", "price", "bitcoin"])
            | st.sampled_from(["startBlock", "endBlock", "totalFee", "currentDifficulty", "best_block_height"]),
            inner,
            max_size=5,
        )
    ),
)


def source(name: str) -> Source:
    service, _, path = name.partition("/")
    return next(each for each in SOURCES if each.endpoint == service and each.path == f"/{path}")


@pytest.mark.parametrize(("name", "coin", "answer", "told"), CASES, ids=[case[0] for case in CASES])
def test_every_service_is_read(name: str, coin: str, answer: Any, told: dict[str, str]) -> None:
    row = source(name)
    assert row.read(answer, row.coins[coin]) == {Quantity(key): Decimal(value) for key, value in told.items()}


def test_one_answer_of_coingecko_is_for_every_coin() -> None:
    row = next(each for each in SOURCES if each.service == "coingecko")
    answer = {"bitcoin": {"gbp": Decimal("75012.0")}, "digibyte": {"gbp": Decimal("0.00561")}, "bitcoinii": None}
    prices = {coin: row.read(answer, called).get(Quantity.PRICE) for coin, called in row.coins.items()}
    assert prices == {"BTC": 75012, "BCH": None, "DGB": Decimal("0.00561"), "BC2": None}
    assert len({row.url("http://x", coin) for coin in row.coins}) == 1


@pytest.mark.parametrize("row", SOURCES, ids=lambda row: f"{row.service}{row.path}")
@given(answer=ODD)
def test_whatever_comes_nothing_absurd_is_believed(row: Source, answer: Any) -> None:
    for called in row.coins.values():
        try:
            told = row.read(answer, called)
        except ArithmeticError:  # the asking turns it into nothing told
            continue
        for quantity, value in told.items():
            verdict = judge(quantity, value, Memory(), source="x", now=NOW)
            bounds = BOUNDS[quantity]
            assert (verdict is Verdict.GOOD) == (value.is_finite() and bounds.lowest <= value <= bounds.highest)
            if verdict is Verdict.GOOD:
                tidy(value)


@given(st.decimals("0.000001", "1e8", allow_nan=False), st.decimals("0.000001", "1e8", allow_nan=False))
def test_a_jump_is_suspect_and_only_a_jump(last: Decimal, value: Decimal) -> None:
    memory = Memory(value=last, time=NOW - timedelta(hours=1))
    near = max(last, value) <= 2 * min(last, value)
    verdict = judge(Quantity.PRICE, value, memory, source="a", now=NOW)
    assert verdict is (Verdict.GOOD if near else Verdict.SUSPECT)
    old = Memory(value=last, time=NOW - timedelta(days=7))
    assert judge(Quantity.PRICE, value, old, source="a", now=NOW) is Verdict.GOOD


def test_a_suspect_is_believed_by_time_or_by_another_voice_and_not_by_another_value() -> None:
    def verdict(value: int, source: str, after: timedelta) -> Verdict:
        memory = Memory(value=Decimal(10), time=NOW, suspect=Decimal(100), suspect_source="a", suspect_since=NOW)
        return judge(Quantity.PRICE, Decimal(value), memory, source=source, now=NOW + after)

    assert verdict(100, "a", timedelta(minutes=1)) is Verdict.SUSPECT
    assert verdict(105, "a", BELIEVED_AFTER) is Verdict.GOOD
    assert verdict(105, "b", timedelta()) is Verdict.GOOD
    assert verdict(200, "b", BELIEVED_AFTER) is Verdict.SUSPECT


def test_a_failing_service_is_left_alone_longer_and_longer_and_as_long_as_it_asks() -> None:
    rests = [rhythm.rest_after(failures, None).total_seconds() for failures in (1, 2, 3, 10, 1000)]
    assert rests == [60, 120, 240, 3600, 3600]
    assert rhythm.rest_after(1, 7200) == timedelta(hours=2)
    assert rhythm.left_alone(NOW + timedelta(hours=1), NOW)
    assert not rhythm.left_alone(NOW + timedelta(days=1), NOW)  # written by a wrong clock


@pytest.fixture
def script() -> Iterator[Script]:
    with serve() as script:
        yield script


def ask(script: Script) -> Any:
    async def once() -> Any:
        async with web.session() as client:
            return await web.get_json(client, f"{script.url}/x", service="mempool", now=NOW)

    return asyncio.run(once())


def test_numbers_are_decimals_and_nan_too(script: Script) -> None:
    script.answer("/x", Reply(b'{"a": 0.1, "b": NaN, "c": 1e400, "d": -Infinity}'))
    answer = ask(script)
    assert answer["a"] == Decimal("0.1")
    assert answer["b"].is_nan()
    for key in "bcd":
        assert judge(Quantity.PRICE, answer[key], Memory(), source="x", now=NOW) is Verdict.ABSURD


@pytest.mark.parametrize(
    ("reply", "sentence"),
    [
        (Reply(b"<html>"), "not JSON"),
        (Reply(b'{"a": '), "not JSON"),
        (Reply(b"[" * 100_000), "not JSON"),
        (Reply(b"9" * 10_000), "not JSON"),
        (Reply(b" " * (1024 * 1024 + 1)), "more than 1 MiB"),
        (Reply({}, 503), "HTTP 503"),
        (Reply({}, 302, {"Location": "http://127.0.0.1:9/"}), "HTTP 302"),
    ],
)
def test_a_broken_answer_is_a_sentence(script: Script, reply: Reply, sentence: str) -> None:
    script.answer("/x", reply)
    with pytest.raises(SourceFailed, match=sentence):
        ask(script)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("30", 30), ("999999999", 21_600), ("Sun, 22 Nov 2026 12:01:00 GMT", 60), ("soon", None), ("²", None)],
)
def test_how_long_a_service_wants_to_be_left_alone(script: Script, header: str, seconds: float | None) -> None:
    assert web.retry_after_s(header, NOW) == seconds


def test_a_429_says_how_long_to_wait_and_a_404_blames_nobody(script: Script) -> None:
    script.answer("/x", Reply({}, 429, {"Retry-After": "90"}), Reply({}, 404))
    with pytest.raises(SourceFailed, match="HTTP 429") as asked:
        ask(script)
    assert asked.value.retry_after_s == 90
    with pytest.raises(NothingTold):
        ask(script)
