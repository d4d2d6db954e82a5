"""A simulated Avalon Q: cgminer's protocol on loopback, in threads of its own."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

MAC = "02:00:00:00:0a:51"
CLOCK = 1_753_431_291  # its own, and wrong
OK = ("S", 119, "ASC 0 set OK")


class AvalonQ:
    """What the device keeps, and every `ascset` it was sent."""

    def __init__(self) -> None:
        self.level = 0
        self.idle = False
        self.product = "Avalon Q"
        self.garbles = False
        self.written: list[str] = []
        self.address = ("127.0.0.1", 0)

    def answer(self, request: bytes) -> bytes:
        if self.garbles:
            return b"<html>"
        asked = json.loads(request)
        if asked["command"] == "ascset":
            return self._dump(self._set(asked["parameter"]))
        sections = {name: self._section(name) for name in asked["command"].split("+")}
        joined = {name: [section] for name, section in sections.items()}
        return self._dump(joined if len(sections) > 1 else next(iter(sections.values())))

    def _set(self, parameter: str) -> dict[str, Any]:
        self.written.append(parameter)
        option, _, value = parameter.removeprefix("0,").partition(",")
        if option == "workmode":
            self.level = int(value.removeprefix("set,"))
            return self._said(*OK)
        if option in {"softoff", "softon"}:
            self.idle = option == "softoff"
            return self._said("I", 118, f"ASC 0 set info: success {option}:{value.removeprefix('1:')}")
        return self._said("E", 120, f"ASC 0 set failed: Unknown option: {option}")

    def _section(self, name: str) -> dict[str, Any]:
        payloads: dict[str, Any] = {
            "version": {"LVERSION": "25052801_14a19a2", "PROD": self.product, "MODEL": "Q", "MAC": MAC.upper()},
            "summary": {"Elapsed": 37_714, "Accepted": 890, "Rejected": 2, "Best Share": 354_914_572},
            "stats": {"Elapsed": 37_714, "ID": "AVALON0", "MM ID0:Summary": self._line()},
            "pools": {
                "POOL": 0,
                "URL": "stratum+tcp://pool.example.com:4444",
                "User": "worker1",
                "Stratum Active": True,
            },
        }
        return {**self._said("S", 22, name), name.upper(): [payloads[name]], "id": 1}

    def _line(self) -> str:
        work, speed, warm = ("In Idle", "0.00", 0) if self.idle else ("In Work", "51234.56", 61)
        return (
            f"'STATS':{{Ver[Q-25052801_14a19a2] SYSTEMSTATU[Work: {work}, Hash Board: 1] TAvg[{warm}] Fan1[1180] "
            f"FanR[31%] PS[0 1221 4 0 0 2245 146] GHSspd[{speed}] GHSavg[44350.83] WORKMODE[{self.level}] MPO[800]}}"
        )

    @staticmethod
    def _said(status: str, code: int, words: str) -> dict[str, Any]:
        return {"STATUS": [{"STATUS": status, "Code": code, "Msg": words, "When": CLOCK}]}

    @staticmethod
    def _dump(reply: dict[str, Any]) -> bytes:
        return json.dumps(reply).encode() + b"\0"


@contextmanager
def running() -> Iterator[AvalonQ]:
    """A device that listens on a free port until the block ends."""
    device = AvalonQ()

    class Exchange(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.settimeout(5)
            self.request.sendall(device.answer(self.request.recv(4096)))

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Exchange) as server:
        device.address = server.server_address  # type: ignore[assignment]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield device
        finally:
            server.shutdown()
            thread.join()
