"""The whole product with plug-ins in its configuration directory: one that works, one that is broken, one that goes."""

from __future__ import annotations

import json
import os
import shutil
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hmm_project.runtime.waiting import until
from tests.e2e.house import House
from tests.miners.plugins.avalon_q import AvalonQ
from tests.miners.plugins.packages import install_example, write_package

pytestmark = pytest.mark.e2e
CONFIG = (
    "flower: false\nintervals: {poll: 2}\ndevices: {allow_loopback: true}\nendpoints: {octopus: 'http://127.0.0.1:9'}\n"
)
SEEN_S = 30


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path / "c")
    house.directory.mkdir()
    (house.directory / "config.yaml").write_text(CONFIG)
    install_example(house.directory / "plugins")
    write_package(house.directory / "plugins", "hmm_broken", "import hmm_nowhere", entry="broken = {}:FAMILY")
    yield house
    house.end()


class Api:
    def __init__(self, house: House) -> None:
        self.house = house
        self.token = house.say("token", "test")[1].splitlines()[0]

    def get(self, path: str) -> Any:
        return self.house.ask(f"/api{path}", token=self.token)[1]

    def send(self, method: str, path: str, **body: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        url = f"http://127.0.0.1:{self.house.port}/api{path}"
        request = urllib.request.Request(url, json.dumps(body).encode(), headers, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or b"null")

    def miner(self) -> dict[str, Any]:
        items: list[dict[str, Any]] = self.get("/miners")["items"]
        return items[0]


def test_a_plug_in_works_breaks_and_goes(house: House, device: AvalonQ) -> None:
    house.start().wait_until_healthy()
    api = Api(house)
    assert api.get("/miners/kinds")["items"][-1]["package"] == "hmm-avalon-q 1.0"

    host, port = device.address
    made = api.send("POST", "/miners", name="Heater", kind="avalon_q", host=host, port=port)
    assert until(lambda: api.miner()["state"] == "mining", seconds=SEEN_S), house.output()
    assert api.miner()["modes"] == ["eco", "standard", "super"]
    api.send("PATCH", "/strategy", state="PAUSED")  # LIVE it would be stopped: no price is known here
    assert api.send("POST", f"/miners/{made['id']}/mode", mode="super")["outcome"] == "verified"
    assert device.written == ["0,workmode,set,2"]

    def told() -> list[str]:
        return [alert["message"] for alert in api.get("/alerts")["items"] if alert["kind"] == "plugin-broken"]

    assert until(lambda: bool(told()), seconds=SEEN_S), api.get("/alerts")
    reason = "ModuleNotFoundError: No module named 'hmm_nowhere'"
    assert told() == [f"The plug-in hmm_broken 1.0 is left out: {reason}."]
    assert "The plug-in hmm_broken 1.0 (hmm_broken:FAMILY) is left out" in house.output()
    assert house.stop() == 0

    plugins = house.directory / "plugins"
    if os.geteuid() == 0:
        assert {path.stat().st_uid for path in [plugins, *plugins.rglob("*")]} == {1000}
    for part in [*plugins.glob("hmm_avalon_q*"), *plugins.glob("hmm_broken*")]:
        shutil.rmtree(part) if part.is_dir() else part.unlink()
    house.start().wait_until_healthy()
    assert until(lambda: "No driver for 'avalon_q' is installed" in api.miner()["failure"], seconds=SEEN_S)
    assert until(lambda: told() == [], seconds=SEEN_S), api.get("/alerts")
    assert [item["kind"] for item in api.get("/miners/kinds")["items"]].count("avalon_q") == 0
    api.send("DELETE", f"/miners/{made['id']}")
    assert api.get("/miners")["count"] == 0
    assert house.stop() == 0
