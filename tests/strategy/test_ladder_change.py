"""The ladder is changed as a whole and checked as a whole."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import ValidationError

from hmm_project.journal.models import Event
from pools.models import Pool
from strategy import services
from strategy.contract import BandAction, BandRule
from strategy.default_ladder import DEFAULT_LADDER
from strategy.ladder_change import delete_band, save_band
from strategy.models import Band
from tests.strategy.rows import NOW, priced

pytestmark = pytest.mark.django_db


def rung(lower: str | None, name: str, **more: Any) -> BandRule:
    return BandRule(lower_pence=None if lower is None else Decimal(lower), name=name, color="#000000", **more)


LOW, MID, HIGH = rung(None, "Low"), rung("-2.5", "Mid"), rung("12", "High", action=BandAction.OFF)


def put(*rules: BandRule) -> tuple[BandRule, ...]:
    return services.replace_bands(rules, actor="ada", now=NOW)


def test_a_fresh_install_has_the_default_ladder() -> None:
    assert services.bands() == DEFAULT_LADDER


def test_a_ladder_of_any_length_replaces_the_old_one() -> None:
    assert put(LOW, MID, HIGH) == services.bands() == (LOW, MID, HIGH)
    assert put(LOW) == (LOW,)
    assert Event.objects.first().message == "ada changed the ladder: 'Low' below."


def test_the_same_ladder_is_no_change() -> None:
    put(*DEFAULT_LADDER)
    assert not Event.objects.exists()


def test_bands_that_stay_keep_their_row_and_only_changes_are_audited() -> None:
    before = dict(Band.objects.values_list("name", "pk"))
    LogEntry.objects.all().delete()
    put(*(replace(band, name="Peak time") if band.name == "Peak" else band for band in DEFAULT_LADDER))
    assert dict(Band.objects.values_list("pk", "name"))[before["Peak"]] == "Peak time"
    (entry,) = LogEntry.objects.all()
    assert entry.changes == {"name": ["Peak", "Peak time"]}
    assert entry.additional_data == {"actor": "ada"}


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        ((), "A ladder needs at least one band."),
        ((MID, HIGH), "The first band must have no lower edge (null), so that no price is below the ladder."),
        ((LOW, rung("10.00", "A"), rung("10", "B")), "'A' and 'B' both begin at 10p: give one of them another edge."),
        ((LOW, rung(None, "B")), "'Low' and 'B' both begin without a lower edge: give one of them another edge."),
        ((LOW, HIGH, MID), "-2.5p stands after 12p: order the bands by their lower edges."),
        ((MID, LOW), "'Low' has no lower edge (null), which only the first band may have."),
        ((LOW, rung("3", "Low")), "2 bands are called 'Low': give each its own name."),
        ((rung(None, " "),), "1 bands are called ' ': give each its own name."),
        ((rung(None, "A", pool_id=99),), "'A': there is no pool 99; choose none to leave miners at their pool."),
        ((rung(None, "A", coin="XXX"),), "'A': there is no coin 'XXX'; there are: BTC, BCH, DGB, BC2."),
        (
            (rung(None, "A", modes={"toaster": "eco"}),),
            "'A': there is no family 'toaster'; there are: avalon_nano, bitaxe, nerdqaxe, nmminer.",
        ),
        (
            (rung(None, "A", modes={"avalon_nano": "oc"}),),
            "'A': Avalon Nano 3, 3S has no mode 'oc'; there are: low, med, high.",
        ),
        ((rung(None, "A", modes={"nmminer": "eco"}),), "'A': NMMiner has no mode 'eco'; there are: none."),
        ((rung(None, "A", modes=["eco"]),), '\'A\': modes are given by family, such as {"bitaxe": "eco"}.'),
    ],
)
def test_what_is_no_ladder_is_refused_and_the_old_one_stays(rules: tuple[BandRule, ...], sentence: str) -> None:
    with pytest.raises(ValidationError) as raised:
        put(*rules)
    assert raised.value.message_dict == {"bands": [sentence]}
    assert services.bands() == DEFAULT_LADDER


def test_a_removed_pool_leaves_its_bands_without_one() -> None:
    pool = Pool.objects.create(name="Solo", host="solo.example", port=3333, user="bc1qexample")
    put(rung(None, "A", pool_id=pool.pk))
    pool.delete()
    assert services.bands()[0].pool_id is None


def test_one_band_may_be_added_changed_and_removed() -> None:
    band = Band(lower_pence=Decimal(15), name="Dearish", color="#000000")
    save_band(band, actor="ada", now=NOW)
    assert [each.name for each in services.bands()][3:5] == ["Normal", "Dearish"]
    band.lower_pence = Decimal(16)
    save_band(band, actor="ada", now=NOW)
    assert services.bands()[4].lower_pence == 16
    delete_band(band, actor="ada", now=NOW)
    assert services.bands() == DEFAULT_LADDER


def test_one_band_may_not_break_the_ladder() -> None:
    lowest = Band.objects.get(lower_pence=None)
    with pytest.raises(ValidationError, match="must have no lower edge"):
        delete_band(lowest, actor="ada", now=NOW)
    twin = Band(lower_pence=Decimal(10), name="Twin", color="#000000")
    with pytest.raises(ValidationError, match="both begin at 10p"):
        save_band(twin, actor="ada", now=NOW)
    lowest.lower_pence = Decimal(-5)
    with pytest.raises(ValidationError, match="must have no lower edge"):
        save_band(lowest, actor="ada", now=NOW)
    assert services.bands() == DEFAULT_LADDER


def test_a_new_ladder_decides_at_once() -> None:
    priced("31 31")
    services.tick(NOW)
    put(*(replace(band, action=BandAction.MINE) for band in DEFAULT_LADDER))
    assert services.tick(NOW).goal == "mine"
