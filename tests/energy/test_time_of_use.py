"""Prices by the time of the week, and one price for all of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from energy.contract import Answer, Order, Rate
from energy.sources.needs import BadParameters
from energy.sources.table import SOURCES, check
from energy.sources.time_of_use import DAYS, read_rules, show_rules, week
from tests.energy.rows import at

LONDON = ZoneInfo("Europe/London")
ECONOMY_7 = "00:30-07:30 9.5\n07:30-00:30 31.25"


async def fetch(source: str, since: datetime, **parameters: Any) -> Answer:
    known = SOURCES[source]
    assert known.fetch is not None
    order = Order(base="", since=since, now=since, parameters=check(known, parameters), zone=LONDON)
    return await known.fetch(order)


def local_hours(rates: tuple[Rate, ...], day: str, price: str) -> timedelta:
    chosen = [rate for rate in rates if f"{rate.valid_from.astimezone(LONDON):%Y-%m-%d}" == day]
    return sum((rate.valid_to - rate.valid_from for rate in chosen if rate.price_pence == Decimal(price)), timedelta())


@pytest.mark.parametrize(
    ("day", "cheap", "dear"),
    [
        ("2026-01-18", 7, 17),
        ("2026-03-29", 6, 17),  # the clocks go forward within the cheap hours
        ("2026-10-25", 8, 17),  # and back
    ],
)
async def test_rules_hold_in_local_time_on_both_days_of_a_clock_change(day: str, cheap: int, dear: int) -> None:
    since = at(f"{day} 00:00") - timedelta(hours=3)
    rates = (await fetch("time_of_use", since, rules=ECONOMY_7)).rates
    assert local_hours(rates, day, "9.5") == timedelta(hours=cheap)
    assert local_hours(rates, day, "31.25") == timedelta(hours=dear)
    assert {rate.valid_to - rate.valid_from for rate in rates} == {timedelta(minutes=30)}
    assert all(earlier.valid_to == later.valid_from for earlier, later in pairwise(rates))
    assert rates[0].valid_from == since
    assert rates[-1].valid_to == since + timedelta(days=3)


async def test_in_summer_rules_are_an_hour_earlier_in_utc() -> None:
    rates = (await fetch("time_of_use", at("2026-07-15 00:00"), rules=ECONOMY_7)).rates
    first_dear = next(rate for rate in rates if rate.price_pence == Decimal("31.25"))
    assert first_dear.valid_from == at("2026-07-15 06:30")


async def test_rules_at_a_quarter_past_make_quarter_hours() -> None:
    rates = (await fetch("time_of_use", at("2026-01-18 00:00"), rules="00:15-06:00 5\n06:00-00:15 30")).rates
    assert {rate.valid_to - rate.valid_from for rate in rates} == {timedelta(minutes=15)}
    assert [rate.price_pence for rate in rates[:2]] == [30, 5]


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        ("07:00-23:00 28.5", "Monday 00:00 has no price."),
        ("mon-sat 00:00-24:00 28.5", "Sunday 00:00 has no price."),
        ("mon-fri 00:00-24:00 28.5\nfri-sun 00:00-24:00 20", "Friday 00:00 has two prices: of the rules 1 and 2."),
        ("00:00-12:00 5\n11:30-24:00 20", "Monday 11:30 has two prices: of the rules 1 and 2."),
        ("00:00-12:15 5\n12:30-24:00 20", "Monday 12:15 has no price."),
        ("00:00-25:00 5", "Rule 1: '25:00' is not a time of day"),
        ("00:10-24:00 5", "Rule 1: '00:10' is not a time of day"),
        ("funday 00:00-24:00 5", "Rule 1: 'funday' is not a day"),
        ("00:00-24:00 cheap", "Rule 1: 'cheap' is not a number"),
        ("00:00-24:00 NaN", "Rule 1: 'NaN' is not a number"),
        ("00:00-24:00 12,5", "Rule 1: '12,5' is not a number"),
        ("07:00-07:00 5", "Rule 1 lasts no time"),
        ("all day 5", "'all day 5' is not a rule such as"),
        ("", "Give it: there is no default."),
        ([], "Give a list of rules"),
        ([{"from": "00:00", "to": "24:00", "price": 5, "colour": "red"}], "Rule 1 has other names"),
        (["cheap"], "Rule 1 has other names"),
        (7, "Give a list of rules"),
    ],
)
def test_a_week_with_a_gap_or_an_overlap_is_refused_with_day_and_time(rules: Any, sentence: str) -> None:
    with pytest.raises(BadParameters) as caught:
        check(SOURCES["time_of_use"], {"rules": rules})
    assert caught.value.sentences["rules"].startswith(sentence)


def test_rules_of_the_api_and_lines_of_the_page_mean_the_same() -> None:
    listed = [
        {"days": ["mon", "tue", "wed", "thu", "fri"], "from": "00:00", "to": "24:00", "price": 28.5},
        {"days": "sat-sun", "from": "0:00", "to": "24:00", "price": "10"},
    ]
    lines = "mon,tue,wed,thu,fri 00:00-24:00 28.5\nsat-sun 00:00-24:00 10"
    assert read_rules(listed) == read_rules(lines)
    assert show_rules(read_rules(listed)) == lines


CLOCKS = st.integers(1, 95).map(lambda quarter: f"{quarter // 4:02}:{quarter % 4 * 15:02}")


@given(st.lists(st.tuples(CLOCKS, st.integers(-50, 100)), min_size=1, max_size=6, unique_by=lambda edge: edge[0]))
def test_any_day_cut_into_rules_prices_every_quarter_of_the_week_once(edges: list[tuple[str, int]]) -> None:
    edges = sorted(edges)
    rules = [
        {"days": "mon-sun", "from": start, "to": end, "price": str(price)}
        for (start, price), end in zip(edges, [*(edge[0] for edge in edges[1:]), "24:00"], strict=True)
    ]
    rules.append({"days": ",".join(DAYS), "from": "00:00", "to": edges[0][0], "price": "7"})
    assert len(week(read_rules(rules))) == 7 * 96
    with pytest.raises(ValueError, match="has no price"):
        read_rules(rules[:-1])


async def test_a_fixed_price_is_known_three_days_ahead() -> None:
    rates = (await fetch("fixed", at("2026-01-18 12:10"), price=" 24.5 ")).rates
    assert {rate.price_pence for rate in rates} == {Decimal("24.5")}
    assert rates[0].valid_from == at("2026-01-18 12:00")
    assert rates[-1].valid_to >= at("2026-01-21 12:10")
    assert all(earlier.valid_to == later.valid_from for earlier, later in pairwise(rates))


@pytest.mark.parametrize("price", ["", None, "NaN", "inf", "12,5", "cheap", "1e9", True, [], {}])
def test_a_fixed_price_that_is_none_is_refused(price: Any) -> None:
    with pytest.raises(BadParameters) as caught:
        check(SOURCES["fixed"], {"price": price})
    assert set(caught.value.sentences) == {"price"}


def test_an_unknown_parameter_is_refused_by_its_name() -> None:
    with pytest.raises(BadParameters, match=r"colour: There is no such parameter; known here: price\."):
        check(SOURCES["fixed"], {"price": 5, "colour": "red"})
    with pytest.raises(BadParameters, match="Parameters are names with values"):
        check(SOURCES["fixed"], [5])
