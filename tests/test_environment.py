"""The four variables."""

from __future__ import annotations

import pytest

from hmm_project.environment import BadVariable, Environment, read


@pytest.mark.parametrize("variables", [{}, {"WEB_PORT": "", "TZ": "", "PUID": "", "PGID": ""}])
def test_unset_and_empty_mean_the_defaults(variables: dict[str, str]) -> None:
    assert read(variables) == Environment(web_port=8080, tz="Europe/London", puid=1000, pgid=1000)


def test_all_four_are_read() -> None:
    variables = {"WEB_PORT": "80", "TZ": "Europe/Berlin", "PUID": "99", "PGID": "100"}
    assert read(variables) == Environment(web_port=80, tz="Europe/Berlin", puid=99, pgid=100)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WEB_PORT", "0"),
        ("WEB_PORT", "65536"),
        ("WEB_PORT", "http"),
        ("WEB_PORT", "8080 "),
        ("PUID", "0"),  # servers never run as root
        ("PGID", "-1"),
        ("PUID", "²"),
        ("TZ", "Mars/Olympus"),
        ("TZ", "../etc/passwd"),
        ("TZ", "/etc/localtime"),
        ("TZ", "Europe"),
    ],
)
def test_an_unusable_value_is_named(name: str, value: str) -> None:
    with pytest.raises(BadVariable, match=f"^{name}="):
        read({name: value})
