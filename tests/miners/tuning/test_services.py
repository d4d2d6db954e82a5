from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import ValidationError

from miners import bulk
from miners.models import Command, TuningProfile
from miners.services import Invalid
from miners.tuning import fitting, services
from tests.miners.tuning.made import NOW, board, profile

pytestmark = pytest.mark.django_db


def test_the_present_setting_is_kept_under_a_name_with_who_did_it():
    kept = services.save_profile(board(), name=" Evening ", note="quiet", actor="ada", now=NOW)

    found = TuningProfile.objects.get()
    assert found == kept
    assert (found.name, found.kind, found.model, found.frequency_mhz, found.core_voltage_mv, found.note) == (
        "Evening", "bitaxe", "Gamma 601", 550, 1200, "quiet",
    )  # fmt: skip
    assert LogEntry.objects.get(content_type__model="tuningprofile").additional_data == {"actor": "ada"}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"state": "unreachable"}, "does not answer"),
        ({"state": "off"}, "does not answer"),
        ({"polled_at": NOW.replace(hour=11)}, "does not answer"),
        ({"overheated": True}, "overheated"),
        ({"frequency_mhz": None}, "does not say its frequency"),
        ({"core_voltage_mv": None}, "does not say its frequency"),
        ({"model": None}, "does not say its model"),
        ({"capabilities": ["mode", "pool"]}, "is not tuned by frequency and voltage"),
        ({"capabilities": [], "needs_code": True}, "only after its one-time code"),
        ({"capabilities": [], "seen_at": None}, "never read"),
        ({"frequency_mhz": 50.0}, "50 is outside what its board supports: 400 to 625 MHz"),
        ({"core_voltage_mv": 1400.0}, "1400 is outside what its board supports: 1000 to 1250 mV"),
    ],
)
def test_a_setting_that_is_not_known_or_not_sound_is_not_kept(changes: dict[str, Any], reason: str):
    with pytest.raises(Invalid, match=reason) as refused:
        services.save_profile(board(**changes), name="Evening", actor="ada", now=NOW)

    assert refused.value.field == "from_miner_id"
    assert not TuningProfile.objects.exists()


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "two\nlines", "nul\x00", "Quiet"])
def test_a_name_that_cannot_be_used_is_named(name: str):
    profile("Quiet")

    with pytest.raises(ValidationError) as refused:
        services.save_profile(board(), name=name, actor="ada", now=NOW)

    assert "name" in refused.value.message_dict
    assert TuningProfile.objects.count() == 1


def test_a_profile_is_changed_and_forgotten():
    kept = profile()

    services.update_profile(kept, actor="ada", name="Night", frequency_mhz=400, core_voltage_mv=1000)
    kept.refresh_from_db()
    assert (kept.name, kept.frequency_mhz, kept.core_voltage_mv) == ("Night", 400, 1000)

    services.delete_profile(kept, actor="ada")
    assert not TuningProfile.objects.exists()
    entries = LogEntry.objects.filter(content_type__model="tuningprofile", action__gt=0)
    assert [entry.additional_data for entry in entries] == [{"actor": "ada"}] * 2


def test_what_a_profile_is_for_is_not_changed():
    with pytest.raises(Invalid, match="cannot be changed"):
        services.update_profile(profile(), actor="ada", model="Supra 401")


def test_a_change_that_no_known_board_of_the_model_supports_is_refused_with_the_range():
    kept = profile()
    board()

    with pytest.raises(Invalid, match="400 to 625 MHz"):
        services.update_profile(kept, actor="ada", frequency_mhz=800)

    kept.refresh_from_db()
    assert kept.frequency_mhz == 490


@pytest.mark.parametrize(
    ("miner", "reason"),
    [
        ({"model": "Supra 401"}, "Quiet is for Bitaxe Gamma 601; Blue is Bitaxe Supra 401"),
        ({"model": None}, "Blue is a Bitaxe of an unknown model"),
        ({"kind": "nerdqaxe", "model": "Gamma 601"}, r"Blue is NerdQAxe\+\+ Gamma 601"),
        ({"kind": "nerdqaxe", "model": "NerdQAxe++"}, r"Blue is NerdQAxe\+\+\."),
        ({"capabilities": ["mode"]}, "is not tuned"),
    ],
)
def test_another_model_or_family_is_refused_with_the_reason(miner: dict[str, Any], reason: str):
    with pytest.raises(Invalid, match=reason) as refused:
        services.apply_profile(profile(), [board(**miner)], actor="ada", now=NOW)

    assert refused.value.field == "profile_id"
    assert not Command.objects.exists()


def test_what_a_board_does_not_support_is_refused_with_its_range():
    with pytest.raises(Invalid, match="Hot does not fit Blue: 700 is outside what its board supports: 400 to 625 MHz"):
        services.apply_profile(profile("Hot", frequency_mhz=700), [board()], actor="ada", now=NOW)


@pytest.mark.parametrize(
    ("mhz", "mv", "so"),
    [(490, 1060, True), (490.6, 1059.4, True), (491, 1060, False), (490, 1061, False), (None, 1060, False)],
)
def test_a_miner_runs_a_profile_when_it_is_set_so_within_a_megahertz_and_a_millivolt(
    mhz: float | None, mv: float, so: bool
):
    assert fitting.runs(profile(), board(frequency_mhz=mhz, core_voltage_mv=mv)) is so


def test_in_shadow_applying_sends_nothing_and_the_ledger_tells_it(gated: Callable[[str], None]):
    gated("SHADOW")

    (command,) = services.apply_profile(profile(), [board()], actor="ada", now=NOW)

    assert (command.outcome, command.argument) == ("shadowed", {"frequency_mhz": 490, "core_voltage_mv": 1060})
    assert command.because == "ada applied the profile Quiet."


@pytest.mark.parametrize("values", [{}, {"profile_id": None}, {"profile_id": 4711}])
def test_the_bulk_action_names_a_profile_that_is_not_there(values: dict[str, Any]):
    with pytest.raises(Invalid, match="There is no profile"):
        bulk.prepared("profile", values, "ada")


def test_in_bulk_every_board_has_its_own_bounds():
    fitting_one, small = board("Blue"), board("Small", options=board("X").status.options | {"frequencies_mhz": [400.0]})

    make = bulk.prepared("tune", {"frequency_mhz": 600.0, "core_voltage_mv": 1200.0}, "ada")
    orders, refusals = bulk.sorted_out(make, [fitting_one, small])

    assert list(orders) == [fitting_one.pk]
    assert refusals == {small.pk: "600 is outside what its board supports: 400 to 400 MHz."}
