from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from miners.contract import Found
from miners.discovery.naming import suggested

MAC = "02:00:00:00:a3:f2"


def name(*taken: str, **said: str | None) -> str:
    values: dict[str, str | None] = {"mac": MAC, "model": "Gamma 601", **said}
    (found,) = suggested([Found(kind="bitaxe", host="192.168.1.9", port=80, **values)], taken)  # type: ignore[arg-type]
    return found


def test_its_own_name_where_it_has_one() -> None:
    assert name(hostname="attic") == "attic"


def test_a_factory_name_tells_nothing_so_model_and_mac_do() -> None:
    assert name(hostname="bitaxe") == "Gamma 601 a3f2"
    assert name(hostname=None) == "Gamma 601 a3f2"


def test_without_a_mac_its_address_tells_it_apart() -> None:
    assert name(hostname=None, mac=None) == "Gamma 601 9"


def test_without_a_model_the_family_is_its_name() -> None:
    assert name(hostname=None, model=None) == "Bitaxe a3f2"


def test_a_name_that_is_taken_gets_the_end_of_the_mac_and_then_a_number() -> None:
    assert name("Attic", hostname="attic") == "attic a3f2"
    assert name("attic", "attic a3f2", hostname="attic") == "attic a3f2 2"


@given(st.lists(st.text(max_size=130), max_size=8))
def test_no_two_are_alike_and_all_fit(hostnames: list[str]) -> None:
    found = [Found(kind="bitaxe", host="10.0.0.1", port=80, mac=MAC, model="M" * 120, hostname=h) for h in hostnames]
    names = suggested(found, ["M"])
    assert len({each.lower() for each in names}) == len(found)
    assert all(0 < len(each) <= 60 for each in names)
