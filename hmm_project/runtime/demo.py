"""`up --demo`: a throw-away configuration directory for a simulated house."""

from __future__ import annotations

import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import yaml

from hmm_project import config as configuration
from hmm_project.config import Endpoints
from hmm_project.home import Home
from hmm_project.runtime import folder
from hmm_project.runtime.errors import CannotStart
from hmm_project.runtime.house import House
from hmm_project.runtime.waiting import until
from miners.simulators import demo as simulated
from miners.simulators.spec import Fleet
from pools.simulators import coins

PREFIX = "hmm-demo-"
PATIENCE_S = 60


@contextmanager
def chosen() -> Iterator[House]:
    """A free house and a fresh configuration directory for it; when the start fails the directory goes again."""
    _sweep()
    house = _free_house()
    directory = Path(tempfile.mkdtemp(prefix=PREFIX))
    try:
        settings = _settings(simulated.fleet(house.instance, shift_minutes=house.shift_minutes))
        (directory / "config.yaml").write_text(yaml.safe_dump(settings))
        configuration.use(directory)
        yield house
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _free_house() -> House:
    """The first one nobody simulates yet, its day moved so that the dear evening is near."""
    for instance in range(simulated.HIGHEST_INSTANCE + 1):
        if not _answers(instance):
            return House(instance, simulated.shift_for(datetime.now(UTC)))
    raise CannotStart("too many demos run on this machine")


def wait_for(instance: int) -> None:
    """Until the simulated house is there: a first look at nothing would switch everything off. Raises CannotStart."""
    if not until(lambda: _answers(instance), seconds=PATIENCE_S):
        raise CannotStart(f"the simulated house {instance} does not answer")


def _answers(instance: int) -> bool:
    fleet = simulated.fleet(instance)
    with socket.socket() as probe:
        return probe.connect_ex((fleet.control_host, fleet.control_port)) == 0


def _settings(fleet: Fleet) -> dict[str, object]:
    """config.yaml: loopback only, no log-in."""
    outside = {item.name for item in fields(Endpoints)}
    prices = {service.kind: service.url for service in fleet.services if service.kind in outside}
    return {
        "web": {"host": "127.0.0.1"},
        "security": {"auth": "none"},
        "devices": {
            "allow_loopback": True,
            "nmminer_port": fleet.nmminer.status_port,
            "nmminer_config_port": fleet.nmminer.status_port + 2,
        },
        "endpoints": prices | coins.endpoints(fleet.service("coins").url),
    }


def _sweep() -> None:
    """Remove directories that killed demos left behind."""
    for directory in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        home = Home(directory)
        try:
            if folder.lock_file(home).exists() and folder.running_pid(home) is None:
                shutil.rmtree(directory)
        except OSError:  # another account's
            continue
