from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from miners.discovery.arp import read, seen

TABLE = """IP address       HW type     Flags       HW address            Mask     Device
192.168.1.1      0x1         0x2         02:00:00:00:00:05     *        eth0
192.168.1.9      0x1         0x0         00:00:00:00:00:00     *        eth0
192.168.1.10     0x1         0x6         02:00:00:00:00:07     *        eth0
"""


def test_only_complete_entries_are_somebody() -> None:
    assert seen(TABLE) == {"192.168.1.1", "192.168.1.10"}


@given(st.text())
def test_any_other_text_is_nobody_or_somebody_but_never_an_error(text: str) -> None:
    assert isinstance(seen(text), frozenset)


def test_this_machines_table_is_read_or_there_is_none() -> None:
    assert isinstance(read(), frozenset)
