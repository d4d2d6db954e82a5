"""The command line: usage, exit codes, `--config` anywhere."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmm_project.config import PROJECT
from hmm_project.runtime.commands import USAGE, split_config
from hmm_project.runtime.errors import WrongUsage


def manage(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(PROJECT / "manage.py"), *arguments],
        capture_output=True,
        text=True,
        cwd="/",
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "rest"),
    [
        (["--config", "/c", "up", "--demo"], ["up", "--demo"]),
        (["up", "--config", "/c", "--demo"], ["up", "--demo"]),
        (["up", "--demo", "--config=/c"], ["up", "--demo"]),
        (["--config", "/other", "up", "--config", "/c"], ["up"]),
    ],
)
def test_config_stands_anywhere_and_the_last_one_counts(arguments: list[str], rest: list[str]) -> None:
    assert split_config(arguments) == (rest, Path("/c"))


def test_what_follows_a_lone_double_dash_is_left_alone() -> None:
    assert split_config(["test", "--", "--config", "x"]) == (["test", "--", "--config", "x"], None)


@pytest.mark.parametrize("arguments", [["up", "--config"], ["--config=", "up"]])
def test_config_without_a_directory_is_wrong_usage(arguments: list[str]) -> None:
    with pytest.raises(WrongUsage):
        split_config(arguments)


@given(st.lists(st.text().filter(lambda word: not word.startswith("--config")), max_size=6))
def test_other_words_are_never_touched(words: list[str]) -> None:
    assert split_config(words) == (words, None)


def test_no_command_shows_the_usage_and_is_wrong_usage() -> None:
    answer = manage()
    assert (answer.returncode, answer.stdout, answer.stderr) == (2, "", USAGE)


@pytest.mark.parametrize("word", ["help", "-h", "--help"])
def test_help_shows_the_usage(word: str) -> None:
    answer = manage(word)
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, USAGE, "")


def test_an_unknown_command_is_wrong_usage_and_named(tmp_path: Path) -> None:
    answer = manage("pu", "--config", str(tmp_path))
    assert answer.returncode == 2
    assert answer.stderr == "hmm: unknown command 'pu'; './hmm help' lists them\n"


@pytest.mark.parametrize("arguments", [["up", "--deom"], ["role"], ["role", "cook"], ["up", "--role", "cook"]])
def test_wrong_arguments_are_wrong_usage(arguments: list[str]) -> None:
    assert manage(*arguments).returncode == 2


def test_a_wrong_configuration_stops_every_command_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("flower: maybe\n")
    for command in (["role", "web"], ["check"]):
        answer = manage(*command, "--config", str(tmp_path))
        assert answer.returncode == 1
        assert answer.stderr.startswith(f"hmm: {tmp_path}/config.yaml:1: flower: ")
        assert len(answer.stderr.splitlines()) == 1


def test_status_of_nothing_is_a_failure_that_says_so(tmp_path: Path) -> None:
    answer = manage("status", "--config", str(tmp_path))
    assert (answer.returncode, answer.stderr) == (1, f"hmm: not running with {tmp_path}\n")
