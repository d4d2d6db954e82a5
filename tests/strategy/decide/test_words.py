"""One sentence a decision: price, band, reason, until when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from strategy.decide import decide
from strategy.decide.words import clock, pence
from tests.strategy.drawn import LADDER, LIVE, LONDON, NOON, band, lived, rates, snapshot


@pytest.mark.parametrize(
    ("price", "text"),
    [
        ("31.8", "31.8p"),
        ("31.8045", "31.8p"),
        ("7", "7p"),
        ("10.00", "10p"),
        ("0", "0p"),
        ("-0.001", "-0.01p"),
        ("29.9999", "29.99p"),  # never "30p", which is another band
        ("-2.155", "-2.16p"),
        ("100", "100p"),
    ],
)
def test_a_price_has_at_most_two_decimals_and_never_reads_as_the_next_band(price: str, text: str) -> None:
    assert pence(Decimal(price)) == text


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (datetime(2026, 6, 1, 18, 0, tzinfo=UTC), "19:00"),
        (datetime(2026, 6, 1, 23, 0, tzinfo=UTC), "00:00 tomorrow"),
        (datetime(2026, 6, 3, 6, 30, tzinfo=UTC), "07:30 on Wed 3 Jun"),
    ],
)
def test_times_are_local_and_name_the_day_when_it_is_not_today(at: datetime, text: str) -> None:
    assert clock(at, datetime(2026, 6, 1, 12, tzinfo=UTC), LONDON) == text


STEADY = replace(LIVE, gain_pence=Decimal(100), dwell=timedelta(minutes=60))


@pytest.mark.parametrize(
    ("prices", "sentence"),
    [
        ("31.8 31 18 18 18", "31.8p is in 'Peak' (30p and above): off until 13:00"),
        ("31.8 31", "31.8p is in 'Peak' (30p and above): off until at least 13:00"),
        ("8 8 14", "8p is in 'Cheap' (5p to 10p): mining until 13:00"),
        ("-2.1 3", "-2.1p is in 'Paid' (below 0p): mining until 12:30"),
    ],
)
def test_the_first_sentence(prices: str, sentence: str) -> None:
    assert decide(snapshot(prices)).because == sentence


@pytest.mark.parametrize(
    ("prices", "sentence"),
    [
        ("14 9.1 14 8", "9.1p is in 'Cheap' (5p to 10p), but 14p follows, so it counts as 'Normal': mining"),
        ("14 9.1", "9.1p is in 'Cheap' (5p to 10p), but what follows is not known yet, so it counts as 'Normal'"),
        ("14 -2 14", "-2p is in 'Paid' (below 0p), taken for this slot alone because it is below zero: mining until"),
        (
            "14 6 14",
            "6p is in 'Cheap' (5p to 10p), taken for this slot alone because it saves 3p or more: mining until",
        ),
    ],
)
def test_hysteresis_is_explained(prices: str, sentence: str) -> None:
    assert list(lived(snapshot(prices), 2))[-1].because.startswith(sentence)


def test_the_dwell_is_explained() -> None:
    *_, second = lived(snapshot("31 14 14 14", settings=STEADY), 2)
    assert second.because == (
        "14p is in 'Normal' (10p to 20p), but 'Peak' began less than 60 minutes ago, so it counts as 'Peak': "
        "off until 13:00"
    )


def test_a_ladder_of_one_band_holds_any_price() -> None:
    scene = snapshot("8", bands=(band(None, "Always"),))
    assert decide(scene).because == "8p is in 'Always' (any price): mining until at least 12:30"


def test_the_next_change_says_when_what_and_why() -> None:
    change = decide(snapshot("8 8 14 31")).next_change
    assert change is not None
    assert change.at == NOON + timedelta(hours=1)
    assert change.band == LADDER[3]
    assert change.price_pence == Decimal(14)
    assert change.because == "14p is in 'Normal' (10p to 20p): mining"


def test_a_band_name_may_hold_anything() -> None:
    ladder = (band(None, "{low}"), band("10", "{0} 'x'"))
    scene = snapshot("14 9 14", bands=ladder)
    assert "counts as '{0} 'x''" in list(lived(scene, 2))[-1].because


@pytest.mark.parametrize(
    ("start", "until"),
    [(datetime(2026, 3, 29, 0, 0, tzinfo=UTC), "02:30"), (datetime(2026, 10, 25, 0, 0, tzinfo=UTC), "01:30")],
)
def test_both_changes_of_the_clocks_are_told_in_local_time(start: datetime, until: str) -> None:
    decision = decide(replace(snapshot(""), now=start, rates=rates("8 8 8 31 31", start)))
    assert decision.because.endswith(f"mining until {until}")
