"""`test`: every check of the project in one go, or only the named tests."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

from hmm_project.config import PROJECT
from hmm_project.runtime import chromium

PYTHON = (sys.executable, "-m")
TOOLS = Path(sys.executable).parent
TEMPLATES = tuple(str(file) for file in sorted((PROJECT / "templates").rglob("*.html")))
NOTHING_COLLECTED = 5

CHECKS: dict[str, tuple[str, ...]] = {
    "format": (*PYTHON, "ruff", "format", "--check", "."),
    "lint": (*PYTHON, "ruff", "check", "."),
    "template format": (str(TOOLS / "djade"), "--check", "--target-version", "5.2", *TEMPLATES),
    "template lint": (*PYTHON, "djlint", "--lint", "--quiet", "templates"),
    "types": (*PYTHON, "mypy", "."),
    "imports": (sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"),
}
# Three processes: synchronous Playwright and pytest-asyncio cannot share one, and the whole product wants room.
RUNS = {"tests": "not browser and not e2e", "browser tests": "browser", "whole product": "e2e and not browser"}
# Side by side, because each waits a lot. What is aside gives way, and is printed when it is over.
BESIDE, ASIDE = ("tests",), ("browser tests", "whole product")
GIVES_WAY = ("nice", "-n", "10")


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Of one pytest run."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            passed=self.passed + other.passed,
            failed=self.failed + other.failed,
            skipped=self.skipped + other.skipped,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What came of one pytest run."""

    name: str
    well: bool
    counts: Counts


def main(arguments: list[str]) -> int:
    """Run everything, or pytest with `arguments`; answers 1 when anything failed."""
    if arguments:
        return _call((*PYTHON, "pytest", *arguments))
    started = time.monotonic()
    if chromium.find_or_install() is None:
        _say("no Chromium: the browser tests are skipped; on Debian: sudo apt install chromium fonts-liberation")
    failed = [name for name, command in CHECKS.items() if not _passes(name, command)]
    with ThreadPoolExecutor(1) as aside:
        others = aside.submit(lambda: [_tests(name, aside=True) for name in ASIDE])
        reports = [_tests(name) for name in BESIDE] + others.result()
    failed += [report.name for report in reports if not report.well]
    counts = sum((report.counts for report in reports), Counts())
    _say(_summary(counts, failed, time.monotonic() - started))
    return 1 if failed else 0


def _passes(name: str, command: Sequence[str]) -> bool:
    _say(name)
    return _call(command) == 0


def _tests(name: str, *, aside: bool = False) -> Report:
    marks = RUNS[name]
    with tempfile.TemporaryDirectory(prefix="hmm-report-") as scratch:
        report = Path(scratch) / "report.xml"
        # Playwright's synchronous pages run in a loop of their own beside Django's database calls.
        extra = {"DJANGO_ALLOW_ASYNC_UNSAFE": "1"} if marks == "browser" else {}
        command = (*PYTHON, "pytest", "-q", "-m", marks, f"--junit-xml={report}")
        code = _call_aside(name, command, extra) if aside else _call_beside(name, command, extra)
        counts = _counted(report) if report.exists() else Counts()
    return Report(name=name, well=code in {0, NOTHING_COLLECTED} and not counts.failed, counts=counts)


def _call_beside(name: str, command: Sequence[str], extra: Mapping[str, str]) -> int:
    _say(name)
    return _call(command, extra)


def _call_aside(name: str, command: Sequence[str], extra: Mapping[str, str]) -> int:
    """With less of the machine, silent until it is over."""
    with tempfile.TemporaryFile("w+", errors="replace") as output:
        code = _call((*GIVES_WAY, *command), extra, output)
        output.seek(0)
        _say(name)
        sys.stdout.write(output.read())
    return code


def _counted(report: Path) -> Counts:
    suites = [suite.attrib for suite in ElementTree.parse(report).iter("testsuite")]  # noqa: S314  our own file
    total = {key: sum(int(suite[key]) for suite in suites) for key in ("tests", "failures", "errors", "skipped")}
    failed = total["failures"] + total["errors"]
    return Counts(passed=total["tests"] - failed - total["skipped"], failed=failed, skipped=total["skipped"])


def _summary(counts: Counts, failed: Sequence[str], seconds: float) -> str:
    words = [f"{number} {word}" for word, number in _named(counts) if number or word == "passed"]
    trouble = f"; FAILED: {', '.join(failed)}" if failed else ""
    return f"{', '.join(words)} in {seconds:.0f}s{trouble}"


def _named(counts: Counts) -> tuple[tuple[str, int], ...]:
    return ("failed", counts.failed), ("passed", counts.passed), ("skipped", counts.skipped)


def _call(command: Sequence[str], extra: Mapping[str, str] | None = None, output: IO[str] | None = None) -> int:
    environment = {**os.environ, **(extra or {})}  # noqa: TID251  the tools get what the user has
    done = subprocess.run(  # noqa: S603
        command, cwd=PROJECT, env=environment, check=False, stdout=output, stderr=output and subprocess.STDOUT
    )
    return done.returncode


def _say(text: str) -> None:
    print(f"== {text} ==", flush=True)  # noqa: T201
