"""Addresses move, miners do not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from auditlog.models import LogEntry
from hypothesis import given
from hypothesis import strategies as st

from hmm_project.journal.models import Event
from miners.binding import claim, rebind, settle
from miners.contract import Found, Way
from miners.models import Miner, MinerStatus
from miners.moving import Address, plan
from miners.services import create_miner

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MACS = {name: f"02:00:00:00:00:0{number}" for number, name in enumerate("abcd", start=1)}


def add(name: str, number: int, **fields: Any) -> Miner:
    values: dict[str, Any] = {"host": f"192.168.1.{number}", "port": 80, "mac": MACS[name], "kind": "bitaxe"}
    return create_miner(actor="ada", now=NOW, name=name, **{**values, **fields})


def address_of(miner: Miner) -> str:
    return str(Address(*Miner.objects.values_list("host", "port").get(pk=miner.pk)))


def seen(miner: Miner, **values: Any) -> None:
    MinerStatus.objects.filter(miner=miner).update(**{"seen_at": NOW, "polled_at": NOW, "failures": 0, **values})


def found(name: str, number: int, **values: Any) -> Found:
    return Found(
        **{"kind": "bitaxe", "host": f"192.168.1.{number}", "port": 80, "way": Way.SCAN, "mac": MACS[name], **values}
    )


@pytest.mark.django_db
class TestRebind:
    def test_a_miner_gets_a_free_address_with_an_audit_line_and_an_event(self):
        a = add("a", 1)
        MinerStatus.objects.filter(miner=a).update(options={"modes": []})

        assert rebind(a.pk, host="192.168.1.9", port=80, now=NOW, why="it answered there")

        assert address_of(a) == "192.168.1.9:80"
        assert MinerStatus.objects.get(miner=a).options is None
        event = Event.objects.get()
        assert (event.kind, event.subject) == ("miner-moved", a.subject)
        assert event.message == "a has moved from 192.168.1.1:80 to 192.168.1.9:80: it answered there"
        line = LogEntry.objects.get_for_object(a).filter(action=LogEntry.Action.UPDATE).get()
        assert line.changes_dict == {"host": ["192.168.1.1", "192.168.1.9"]}
        assert line.additional_data == {"actor": "discovery"}

    @pytest.mark.parametrize("host", ["192.168.1.2", "8.8.8.8", "bitaxe.local", "not a host", ""])
    def test_an_address_that_cannot_be_had_changes_nothing(self, host: str):
        a = add("a", 1)
        add("b", 2)

        assert not rebind(a.pk, host=host, port=80, now=NOW, why="somebody said so")

        assert address_of(a) == "192.168.1.1:80"
        assert not Event.objects.exists()

    def test_its_own_address_is_no_move_and_a_miner_that_is_gone_none_either(self):
        a = add("a", 1)
        assert not rebind(a.pk, host="192.168.1.1", port=80, now=NOW, why="")
        assert not rebind(a.pk + 1, host="192.168.1.7", port=80, now=NOW, why="")

    def test_a_host_name_is_kept(self):
        a = add("a", 1, host="attic.local")
        assert not rebind(a.pk, host="192.168.1.7", port=80, now=NOW, why="it answered there")
        assert address_of(a) == "attic.local:80"


@pytest.mark.django_db
class TestClaim:
    def test_a_stranger_is_nobodys(self):
        add("a", 1)
        assert claim(found("b", 2), now=NOW) is None
        assert claim(found("b", 1, mac=None), now=NOW) is None

    def test_a_known_device_is_its_miner_and_the_miner_follows_it(self):
        a = add("a", 1)
        claimed = claim(found("a", 7, mac=MACS["a"].upper()), now=NOW)
        assert claimed is not None
        assert (claimed.pk, claimed.host) == (a.pk, "192.168.1.7")

    def test_one_that_answers_where_it_is_stays(self):
        """Two network ports, a proxy, a copied MAC: its own address is good."""
        a = add("a", 1)
        seen(a)
        assert claim(found("a", 7), now=NOW) == a
        assert address_of(a) == "192.168.1.1:80"

    def test_what_was_read_long_ago_or_missed_once_no_longer_answers(self):
        a, b = add("a", 1), add("b", 2)
        seen(a, seen_at=NOW - timedelta(minutes=5))
        seen(b, failures=1)
        for name, number in (("a", 7), ("b", 8)):
            claim(found(name, number), now=NOW)
        assert (address_of(a), address_of(b)) == ("192.168.1.7:80", "192.168.1.8:80")

    def test_the_holder_of_its_address_cannot_be_there_and_changes_places(self):
        a, b = add("a", 1), add("b", 2)
        seen(b)  # of before: the poll that will miss it is still to come

        claim(found("a", 2), now=NOW)

        assert (address_of(a), address_of(b)) == ("192.168.1.2:80", "192.168.1.1:80")
        assert list(Event.objects.order_by("pk").values_list("kind", "name")) == [
            ("miner-moved", "a"),
            ("miner-lost", "b"),
        ]

    def test_one_without_identity_that_answers_well_is_not_driven_away(self):
        a, b = add("a", 1), add("b", 2, mac=None)
        seen(b)
        claim(found("a", 2), now=NOW)
        assert (address_of(a), address_of(b)) == ("192.168.1.1:80", "192.168.1.2:80")

    def test_another_family_under_the_same_mac_is_claimed_but_not_moved(self):
        a = add("a", 1)
        assert claim(found("a", 7, kind="nerdqaxe"), now=NOW) == a
        assert address_of(a) == "192.168.1.1:80"


@pytest.mark.django_db
def test_a_swap_is_one_change_of_two_rows_with_true_audit_lines():
    a, b = add("a", 1), add("b", 2)
    moved = settle({a.pk: Address("192.168.1.2", 80), b.pk: Address("192.168.1.1", 80)}, now=NOW, why="DHCP")

    assert sorted(moved) == [a.pk, b.pk]
    assert (address_of(a), address_of(b)) == ("192.168.1.2:80", "192.168.1.1:80")
    for miner, change in ((a, ["192.168.1.1", "192.168.1.2"]), (b, ["192.168.1.2", "192.168.1.1"])):
        line = LogEntry.objects.get_for_object(miner).filter(action=LogEntry.Action.UPDATE).get()
        assert line.changes_dict == {"host": change}
    assert set(Event.objects.values_list("kind", flat=True)) == {"miner-moved"}


miners = st.dictionaries(st.integers(1, 12), st.integers(1, 20), min_size=1)
sightings = st.dictionaries(st.integers(1, 12), st.integers(1, 24))


@given(miners, sightings)
def test_whoever_moves_no_two_miners_share_an_address_and_who_was_proven_alone_is_where_it_was_seen(
    numbers: dict[int, int], sighted: dict[int, int]
) -> None:
    addresses = {pk: Address(f"10.0.0.{pk}", 80) for pk in numbers}
    proven = {pk: Address(f"10.0.0.{host}", 80) for pk, host in sighted.items() if pk in addresses}

    after = addresses | plan(proven, addresses)

    assert len(set(after.values())) == len(addresses)
    assert set(after) == set(addresses)
    for pk, address in proven.items():
        if list(proven.values()).count(address) == 1:
            assert after[pk] == address
    known = set(addresses.values()) | set(proven.values())
    assert set(after.values()) <= known
