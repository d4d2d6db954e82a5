"""config.yaml: every mistake is named with file, line, key and what is expected."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from hmm_project.config import Config, ConfigError, load
from hmm_project.home import Home


def loaded(directory: Path, text: str) -> Config:
    (directory / "config.yaml").write_text(text, encoding="utf-8")
    return load(Home(directory))


def complaint(directory: Path, text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        loaded(directory, text)
    return str(caught.value).replace(f"{directory}/", "")


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "---\n", "intervals:\nflower:\n"])
def test_an_empty_file_and_empty_keys_mean_every_default(tmp_path: Path, text: str) -> None:
    assert loaded(tmp_path, text) == Config() == load(Home(tmp_path / "missing"))


def test_every_key_is_taken(tmp_path: Path) -> None:
    config = loaded(tmp_path, "redis: redis://box/1\nweb: {host: '::', allowed_hosts: [a]}\ndevices:\n  timeout: 2.5\n")
    assert (config.redis, config.web.host, config.web.allowed_hosts) == ("redis://box/1", "::", ["a"])
    assert (config.devices.timeout, config.devices.concurrency) == (2.5, 64)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("flowers: true", "config.yaml:1: flowers: unknown key; known here: database, devices, endpoints, flower, "),
        ("flower: true\nintervals:\n  poll: 30\n  pol: 5", "config.yaml:4: intervals.pol: unknown key; known here: "),
        ("intervals:\n  poll: 0", "config.yaml:2: intervals.poll: expected a whole number from 1 to 86400, found 0"),
        (
            "intervals:\n\n  poll: '30'",
            "config.yaml:3: intervals.poll: expected a whole number from 1 to 86400, found '30'",
        ),
        ("web: 8080", "config.yaml:1: web: expected keys and values, found 8080"),
        ("web:\n  allowed_hosts: all", "config.yaml:2: web.allowed_hosts: expected a list such as [a, b], found 'all'"),
        ("security: {auth: off}", "config.yaml:1: security.auth: expected login or none, found False"),
        ("devices: {timeout: 61}", "config.yaml:1: devices.timeout: expected a number above 0, at most 60, found 61"),
        (
            "devices: {concurrency: true}",
            "config.yaml:1: devices.concurrency: expected a whole number from 1 to 1024, ",
        ),
        ("endpoints: {octopus: octopus.energy}", "config.yaml:1: endpoints.octopus: expected a URL such as https://"),
        ("database: mysql://x", "config.yaml:1: database: expected embedded, sqlite, or a URL such as postgresql://"),
        ("flower: true\nflower: false", "config.yaml:2: flower: stands here a second time; keep one"),
        ("- a\n- b", "config.yaml:1: expected keys such as 'database: embedded', found list"),
        ("just words", "config.yaml:1: expected keys such as 'database: embedded', found str"),
        ("web:\n  - a\n b: 1", "config.yaml:3: not valid YAML: "),
        ("web: [", "config.yaml:1: not valid YAML: "),
    ],
)
def test_a_mistake_is_named_with_its_line_and_the_way_out(tmp_path: Path, text: str, expected: str) -> None:
    assert complaint(tmp_path, text).startswith(expected)


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    lines = complaint(tmp_path, "flowers: 1\nintervals: {poll: x}\n").splitlines()
    assert [line.split(": ")[:2] for line in lines] == [
        ["config.yaml:1", "flowers"],
        ["config.yaml:2", "intervals.poll"],
    ]


@pytest.mark.parametrize("key", ["database", "redis"])
def test_a_password_in_a_wrong_url_is_not_shown(tmp_path: Path, key: str) -> None:
    assert "hush" not in complaint(tmp_path, f"{key}: postgers://me:hush@box/hmm")


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match=r"config\.yaml: cannot be read"):
        load(Home(tmp_path))


def attempted(directory: Path, text: str) -> Config | str:
    try:
        return loaded(directory, text)
    except ConfigError as error:
        return str(error)


scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)
keys = st.sampled_from(["database", "redis", "web", "security", "intervals", "devices", "retention"]) | st.text()


@given(st.dictionaries(keys, values) | values)
def test_whatever_the_file_holds_it_is_a_configuration_or_a_complaint(
    tmp_path_factory: pytest.TempPathFactory, data: object
) -> None:
    directory = tmp_path_factory.mktemp("any")
    outcome = attempted(directory, yaml.safe_dump(data, allow_unicode=True))
    assert isinstance(outcome, Config) or str(directory / "config.yaml") in outcome
