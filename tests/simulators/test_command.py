"""`simulate` from the command line."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

from hmm_project.runtime.errors import CannotStart
from hmm_project.simulation import main, running, simulation
from miners.simulators import demo
from miners.simulators.spec import Fleet

PROJECT = Path(__file__).parents[2]
INSTANCE = 150  # beside any demo a person may be running


@contextmanager
def started(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, str(PROJECT / "manage.py"), "simulate", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_it_prints_addresses_serves_them_and_stops_on_ctrl_c(tmp_path: Path) -> None:
    file = tmp_path / "fleet.yaml"
    file.write_text("miners: [{kind: bitaxe, name: it, port: 0}]\nservices: {octopus: {port: 0}}\n")
    with started("--fleet", str(file), "--json") as process:
        assert process.stdout is not None
        rows = [json.loads(process.stdout.readline()) for _ in range(3)]
        assert [row["kind"] for row in rows] == ["control", "octopus", "bitaxe"]
        with urlopen(f"http://{rows[2]['address']}/api/system/info", timeout=5) as answer:
            assert json.load(answer)["ASICModel"] == "BM1370"
        with urlopen(f"http://{rows[0]['address']}/devices/it", timeout=5) as answer:
            assert json.load(answer)["reads"] == 1
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=10) == 0


def test_the_demo_starts_whole_and_a_second_one_beside_it_is_told_the_address_is_taken() -> None:
    described = demo.fleet(INSTANCE)
    with running(described) as simulated:
        assert {device.describe()["power"] for device in simulated.devices} == {"on"}
        assert all(device.describe()["hashrate_ghs"] > 0 for device in simulated.devices)
        names = {service.name for service in simulated.services}
        assert names == {"octopus", "home-assistant", "mqtt", "solo", "steady"}
        with started("--demo", "--instance", str(INSTANCE)) as process:
            assert process.wait(timeout=20) == 1
            assert process.stderr is not None
            assert "cannot listen on 127.170.0.2:8081" in process.stderr.read()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--fleet", "nowhere.yaml"], "nowhere.yaml: cannot be read"),
        (["--demo", "--speed", "0"], "--speed must be above 0"),
        (["--demo", "--instance", "999"], "instance 999 is not from 0 to 200"),
    ],
)
def test_what_cannot_run_says_why(arguments: list[str], says: str) -> None:
    with pytest.raises(CannotStart, match=says):
        main(arguments)


async def test_a_price_file_that_is_missing_is_named() -> None:
    from miners.simulators.spec import ServiceSpec

    service = ServiceSpec(kind="octopus", name="octopus", host="127.0.0.1", port=0, prices="nowhere.csv")
    with pytest.raises(FileNotFoundError, match=r"nowhere.csv"):
        async with simulation(Fleet(services=(service,))):
            pass
