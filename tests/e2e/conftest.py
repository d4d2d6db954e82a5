from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hmm_project.runtime.postgres import NOBODY
from hmm_project.runtime.privileges import Identity
from tests.e2e.house import House


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Short: a socket lies in it."""
    return tmp_path / "c"


@pytest.fixture
def house(directory: Path) -> Iterator[House]:
    house = House(directory)
    yield house
    house.end()


@pytest.fixture
def another(tmp_path: Path) -> Iterator[Callable[..., House]]:
    made: list[House] = []

    def make(directory: Path | None = None, **options: object) -> House:
        made.append(House(directory or tmp_path / f"other-{len(made)}", **options))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for house in made:
        house.end()


@pytest.fixture
def as_root() -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can become somebody else")


@pytest.fixture
def user(directory: Path) -> Identity | None:
    """Somebody who is not root and owns `directory`; may read where this Python lies."""
    directory.mkdir()
    if os.geteuid() != 0:
        return None
    os.chown(directory, NOBODY, NOBODY)
    return Identity(NOBODY, NOBODY, keep_reading=True)
