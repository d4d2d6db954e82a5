from __future__ import annotations

import pytest

from hmm_project.origin import is_foreign, is_household_host, same_origin

HOST = "192.168.1.5:8080"
OWN = f"http://{HOST}"


@pytest.mark.parametrize("origin", [OWN, OWN.upper(), f"https://{HOST}", "https://trusted.example"])
def test_own_and_trusted_origins(origin: str) -> None:
    assert same_origin(origin, HOST, ["https://trusted.example"])


@pytest.mark.parametrize(
    "origin", ["", "null", "http://192.168.1.5", "http://192.168.1.5:8081", "http://evil.example", "file://", "http://"]
)
def test_foreign_origins(origin: str) -> None:
    assert not same_origin(origin, HOST)


@pytest.mark.parametrize(
    ("origin", "fetch_site", "foreign"),
    [
        (None, None, False),  # a program
        (None, "none", False),  # typed by a person
        (None, "same-origin", False),
        (None, "same-site", True),  # another port of this machine
        (None, "cross-site", True),
        (OWN, "cross-site", False),
        ("http://evil.example", None, True),
        ("null", None, True),
    ],
)
def test_what_a_browser_says_of_a_request(origin: str | None, fetch_site: str | None, foreign: bool) -> None:
    assert is_foreign(origin=origin, fetch_site=fetch_site, host=HOST) is foreign


@pytest.mark.parametrize(
    "host", ["10.0.0.2", "[::1]:80", "nas", "nas.lan", "nas.local.", "mine.example", "a.b.example"]
)
def test_household_hosts(host: str) -> None:
    assert is_household_host(host, ["mine.example", ".b.example"])


@pytest.mark.parametrize("host", ["evil.example", "local.evil.example", "10.0.0.2.evil.example", "[", "b.example.org"])
def test_other_hosts(host: str) -> None:
    assert not is_household_host(host, ["*", "mine.example", ".b.example"])
