"""`up --demo`, talked to through its API and its simulator's control endpoint."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from miners.simulators import demo
from tests.e2e.house import House

WAIT_S = 120  # a tick answers when its commands have


@dataclass
class DemoHouse(House):
    instance: int = 0

    @classmethod
    def started(cls) -> DemoHouse:
        house = cls(Path(), arguments=["--demo"])
        house.start().wait_until_healthy()
        url = house.ask("/api/power/home-assistant")[1]["url"]
        instances = range(demo.HIGHEST_INSTANCE + 1)
        hosts = {demo.fleet(number).service("home_assistant").host: number for number in instances}
        house.instance = next(number for host, number in hosts.items() if f"//{host}:" in url)
        return house

    def items(self, path: str) -> list[dict[str, Any]]:
        status, answer = self.ask(path)
        assert status == 200, answer
        return list(answer["items"])

    def post(self, path: str, body: object = None) -> tuple[int, Any]:
        return send("POST", f"http://127.0.0.1:{self.port}{path}", body)

    def patch(self, path: str, body: object) -> None:
        status, answer = send("PATCH", f"http://127.0.0.1:{self.port}{path}", body)
        assert status == 200, answer

    def control(self, path: str, body: object) -> None:
        status, answer = send("POST", self._control_url(path), body)
        assert status == 200, answer

    def devices(self) -> dict[str, dict[str, Any]]:
        """The simulated devices as they truly are, by name."""
        _, answer = send("GET", self._control_url("/devices"), None)
        return {device["name"]: device for device in answer["devices"]}

    def _control_url(self, path: str) -> str:
        fleet = demo.fleet(self.instance)
        return f"http://{fleet.control_host}:{fleet.control_port}{path}"


def send(method: str, url: str, body: object) -> tuple[int, Any]:
    data = None if method == "GET" else json.dumps(body if body is not None else {}).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=WAIT_S) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())
