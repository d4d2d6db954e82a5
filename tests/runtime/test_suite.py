"""`test` counts honestly."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from hmm_project.runtime import suite
from hmm_project.runtime.suite import Counts

REPORT = '<testsuites><testsuite tests="{}" failures="{}" errors="{}" skipped="{}"/></testsuites>'


@pytest.mark.parametrize(
    ("row", "counts"),
    [
        ((10, 0, 0, 0), Counts(passed=10)),
        ((10, 1, 2, 3), Counts(passed=4, failed=3, skipped=3)),
        ((0, 0, 0, 0), Counts()),
    ],
)
def test_an_error_is_a_failure_and_a_skip_is_no_pass(tmp_path: Path, row: tuple[int, ...], counts: Counts) -> None:
    report = tmp_path / "report.xml"
    report.write_text(REPORT.format(*row))
    assert suite._counted(report) == counts


@pytest.mark.parametrize(
    ("counts", "failed", "line"),
    [
        (Counts(passed=3), [], "3 passed in 7s"),
        (Counts(passed=3, failed=1, skipped=2), ["tests"], "1 failed, 3 passed, 2 skipped in 7s; FAILED: tests"),
        (Counts(), ["types"], "0 passed in 7s; FAILED: types"),
    ],
)
def test_the_closing_line_says_it_all(counts: Counts, failed: list[str], line: str) -> None:
    assert suite._summary(counts, failed, 7.2) == line


def test_what_runs_aside_is_printed_whole_when_it_is_over(capfd: pytest.CaptureFixture[str]) -> None:
    script = "import os; print('nice', os.nice(0)); raise SystemExit(3)"
    assert suite._call_aside("words", (sys.executable, "-c", script), {}) == 3
    assert capfd.readouterr().out == "== words ==\nnice 10\n"


def test_every_run_is_in_one_lane() -> None:
    assert sorted([*suite.BESIDE, *suite.ASIDE]) == sorted(suite.RUNS)
