"""The ribbon, the outlook and the plan table, drawn from plans of the real engine."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmm_project.dashboard.outlook import band_until, lines, next_change
from hmm_project.dashboard.ribbon import Ribbon, Scale, ribbon
from miners.contract import Capability
from strategy.contract import Plan
from strategy.decide import plan
from strategy.table import plan_table, rungs
from tests.strategy.drawn import HALF_HOUR, LADDER, LONDON, NOON, miner, rates, snapshot

NAMES = {1: "Blue", 2: "Green"}
FLEET = (miner(1, "Blue"), miner(2, "Green"))


def drawn(prices: str) -> Plan:
    return plan(snapshot(prices, miners=FLEET))


def shown(prices: str, past: str = "") -> Ribbon:
    before = rates(past, NOON - HALF_HOUR * len(past.split()))
    return ribbon(drawn(prices), before, NAMES, now=NOON, zone=LONDON, most_lanes=12)


def known(found: Ribbon) -> list[Decimal | None]:
    return [column.price_pence for column in found.columns if column.price_pence is not None]


def test_a_column_for_each_half_hour_past_and_planned() -> None:
    found = shown("8 14", past="3 4")
    assert known(found) == [3, 4, 8, 14]
    assert [column.past for column in found.columns[:3]] == [True, True, False]
    assert found.now_at == 2


def test_bars_stand_on_the_zero_line_and_negative_ones_hang_below_it() -> None:
    cheap, dear = shown("-5 30").columns[:2]
    zero = round(dear.offset + dear.height, 2)
    assert cheap.negative
    assert cheap.offset == zero
    assert cheap.height > 0
    assert dear.offset < zero


def test_a_price_that_is_not_known_is_a_column_without_a_price() -> None:
    found = shown("8 9")
    assert [column.price_pence for column in found.columns] == [8, 9] + 6 * [None]


def test_lanes_join_slots_that_are_alike() -> None:
    segments = shown("8 8 8 35 35 8 8").lanes[0].segments
    assert [(segment.words, segment.span) for segment in segments[:2]] == [("standard", 3), ("off", 2)]


def test_the_champion_is_marked_by_a_star_and_not_only_by_purple() -> None:
    found = shown("25 25 25")
    styles = {lane.name: lane.segments[0] for lane in found.lanes}
    assert styles["Blue"].words == "★ eco"
    assert styles["Blue"].style == "champion"
    assert styles["Green"].words == "off"


def test_a_label_that_does_not_fit_is_left_out_rather_than_cut() -> None:
    segment = shown("8 35 35").lanes[0].segments[0]
    assert (segment.words, segment.span, segment.label) == ("standard", 1, "")


def test_every_column_says_in_words_what_happens() -> None:
    words = [column.words for column in shown("8 25 35").columns[:3]]
    assert words == ["Cheap, 2 of 2 mining", "Champion, only the most efficient miner", "Peak, all off"]


def test_a_large_fleet_is_cut_and_the_rest_counted() -> None:
    found = ribbon(drawn("8"), (), NAMES, now=NOON, zone=LONDON, most_lanes=1)
    assert (len(found.lanes), found.more_miners) == (1, 1)


def test_without_prices_nothing_is_drawn_as_cheap() -> None:
    assert shown("?").columns == ()


@given(st.lists(st.decimals(-100, 200, places=2), max_size=60))
def test_every_price_lies_within_the_scale(prices: list[Decimal]) -> None:
    scale = Scale.of(prices)
    assert all(0 <= scale.offset(price) <= 100 for price in [*prices, Decimal(0)])
    assert scale.lines()[0].offset == 100
    assert scale.lines()[-1].offset == 0


class TestOutlook:
    def test_the_next_change_is_the_first_slot_that_differs(self) -> None:
        found = next_change(drawn("8 8 14 35"), NOON)
        assert found is not None
        assert found.at == NOON + 2 * HALF_HOUR
        assert found.band
        assert found.band.name == "Normal"
        assert found.changing == ((1, "eco"), (2, "eco"))

    def test_who_stops_and_who_starts(self) -> None:
        stopping = next_change(drawn("8 35 35"), NOON)
        assert stopping
        assert stopping.stopping == (1, 2)
        starting = next_change(drawn("35 8 8"), NOON)
        assert starting
        assert starting.starting == (1, 2)

    def test_is_told_in_a_line_for_each_kind_of_change(self) -> None:
        stuck = miner(3, "Cube", capabilities=frozenset(), modes=())
        slow = miner(4, "Nano", capabilities=frozenset({Capability.MODE}))
        names = {1: "Blue", 2: "Green", 3: "Cube", 4: "Nano"}
        found = next_change(plan(snapshot("8 35", miners=(*FLEET, stuck, slow))), NOON)
        assert found
        assert lines(found, names) == [
            "Blue, Green stop",
            "Nano goes to its lowest mode: nothing stops it",
            "Cube runs on: nothing stops it",
        ]
        assert lines(found, {1: "Blue", 2: "Green"})[0] == "All 2 miners stop"

    @pytest.mark.parametrize(("prices", "half_hours"), [("8 8 14", 2), ("8 35", 1)])
    def test_until_when_a_band_lasts(self, prices: str, half_hours: int) -> None:
        assert band_until(drawn(prices), NOON) == NOON + half_hours * HALF_HOUR

    def test_an_empty_plan_has_no_next(self) -> None:
        empty = Plan(made_at=NOON, slots=())
        assert next_change(empty, NOON) is None
        assert band_until(empty, NOON) is None


class TestTable:
    def test_a_cell_for_every_miner_of_a_small_fleet(self) -> None:
        table = plan_table(drawn("8 35"), NAMES, now=NOON, zone=LONDON)
        assert [name for _, name in table.names] == ["Blue", "Green"]
        assert [cell.words for cell in table.rows[0].cells] == ["standard", "standard"]
        assert table.rows[0].now
        assert not table.rows[1].now

    def test_a_large_fleet_is_counted(self) -> None:
        many = {number: f"M{number}" for number in range(1, 12)}
        table = plan_table(drawn("8"), many, now=NOON, zone=LONDON)
        assert table.names == ()
        assert table.rows[0].running == 2

    def test_ends_soon_after_the_last_known_price(self) -> None:
        table = plan_table(drawn("8 9"), NAMES, now=NOON, zone=LONDON)
        assert [row.slot.known for row in table.rows] == [True, True, False, False]
        assert plan_table(drawn("?"), NAMES, now=NOON, zone=LONDON).rows == ()

    def test_a_day_is_named_where_it_begins(self) -> None:
        evening = NOON + timedelta(hours=11)
        slots = plan(snapshot("8 8 8 8", now=NOON)).slots
        moved = [
            type(slot)(
                **{name: getattr(slot, name) for name in slot.__slots__} | {"valid_from": evening + n * HALF_HOUR}
            )
            for n, slot in enumerate(slots[:4])
        ]
        table = plan_table(Plan(made_at=NOON, slots=tuple(moved)), NAMES, now=NOON, zone=LONDON)
        assert [row.new_day for row in table.rows] == ["Wednesday", "", "Thursday", ""]

    def test_the_ladder_stands_with_the_dearest_on_top_and_leaves_no_gap(self) -> None:
        found = rungs(LADDER, {}, current=LADDER[2])
        assert [rung.edges for rung in found] == [
            "30p and dearer", "20p to 30p", "10p to 20p", "5p to 10p", "0p to 5p", "below 0p",
        ]  # fmt: skip
        assert [rung.does for rung in found[:2]] == ["All off", "Champion only"]
        assert [rung.name for rung in found if rung.current] == ["Cheap"]

    def test_a_ladder_of_one_band_takes_every_price(self) -> None:
        (only,) = rungs(LADDER[:1], {}, current=None)
        assert only.edges == "every price"
