#!/usr/bin/env python
"""How long a start takes: from `manage.py up` to the first page, in an empty directory and in one that was used before.

    .venv/bin/python benchmarks/startup.py --runs 5

Each run is a directory of its own: started once empty, stopped, started again. README.md says how it measures.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import monotonic

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from hmm_project.runtime.waiting import until  # noqa: E402
from tests.e2e.house import House  # noqa: E402

DEADLINE_S = 120


@dataclass
class Times:
    """Seconds from the command to what a person waits for, one of each run."""

    name: str
    first_page: list[float] = field(default_factory=list)
    healthy: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        page, health = self.first_page, self.healthy
        return (
            f"{self.name:9s}  first page: least {min(page):.1f} s, median {median(page):.1f} s"
            f"   healthy: least {min(health):.1f} s, median {median(health):.1f} s"
        )


def has_a_page(house: House) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{house.port}/", timeout=DEADLINE_S) as answer:
            return b"</html>" in answer.read()
    except (urllib.error.URLError, OSError):
        return False


def measure(house: House, times: Times) -> None:
    """One start and stop."""
    began = monotonic()
    house.start()
    try:
        for seen, condition in ((times.first_page, lambda: has_a_page(house)), (times.healthy, house.is_healthy)):
            if not until(condition, seconds=DEADLINE_S):
                raise TimeoutError(house.output())
            seen.append(monotonic() - began)
        house.stop()
    finally:
        house.end()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    empty, prepared = Times("empty"), Times("prepared")
    for _ in range(runs):
        with tempfile.TemporaryDirectory(prefix="hmm-startup-") as scratch:
            house = House(Path(scratch) / "c")
            measure(house, empty)
            measure(house, prepared)
    print(empty, prepared, sep="\n")


if __name__ == "__main__":
    main()
