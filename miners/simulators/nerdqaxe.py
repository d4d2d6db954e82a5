"""A NerdQAxe++ over HTTP, version by version. Left out: v2 API but its OTP, influx, alerts, history, OTA, WebSocket."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from miners.contract import PoolEndpoint
from miners.simulators import nerdqaxe_fields, nerdqaxe_info
from miners.simulators.boards import HASHCARD, NERDQAXE_PLUS, NERDQAXE_PLUS_PLUS, Board
from miners.simulators.clock import Clock
from miners.simulators.device import Device
from miners.simulators.firmware import Version, version
from miners.simulators.http import HttpEndpoint, Request, Response, json, text
from miners.simulators.machine import SetPoint
from miners.simulators.origin import from_home
from miners.simulators.otp import SESSION_S, Gate
from miners.simulators.spec import MinerSpec

BOARDS: Mapping[str, Board] = {
    "nerdqaxe++": NERDQAXE_PLUS_PLUS,
    "nerdqaxe+": NERDQAXE_PLUS,
    "hashcard": HASHCARD,
}
ABSOLUTE_MAXIMUM = {"frequency": 800, "coreVoltage": 1400}  # the firmware clamps to these
LIVE_POOLS_SINCE = (1, 0, 35)
OTP_GUARDS_RESTART = ((1, 0, 34), (1, 0, 35))
EMPTY = Response(b"", 200, "text/html")
HASHES_PER_GH = 1_000_000_000

Handler = Callable[["NerdQaxe", Request], Response]


class NerdQaxe(Device, HttpEndpoint):
    """`truth()["pool"]` is where it mines. Model `hashcard` is a clone that reports hashes per second."""

    boot_s = 8.0
    limit_c = 70.0
    keeps_alive = False
    chunked = True

    def __init__(self, spec: MinerSpec, pools: Sequence[PoolEndpoint], clock: Clock, seed: int) -> None:
        self.board = BOARDS[spec.model]
        self.share_difficulty = self.board.share_difficulty
        super().__init__(spec, pools, clock, seed)
        self.firmware = version(spec.firmware)
        self._info_keys = nerdqaxe_fields.info_keys(self.firmware)
        self._patch_keys = nerdqaxe_fields.patch_keys(self.firmware)
        self._static = nerdqaxe_info.static(self.board, spec.firmware, spec.mac)
        self.settings = _factory(self.board, spec.name, self.pools)
        self.gate = Gate(spec.otp if self.firmware >= (1, 0, 34) else "")
        self.stopped = False  # by shutdown or by heat: until a restart
        self.on_fallback = False
        self.mining_at = self._configured_pool()

    # --- physics

    @property
    def hashing(self) -> bool:
        return not self.stopped

    def set_point(self) -> SetPoint:
        if self.stopped:
            return self.board.idle()
        return self.board.hashing(self.settings["frequency"], self.settings["coreVoltage"])

    def on_boot(self) -> None:
        self.stopped = self.overheated = self.on_fallback = False
        self.mining_at = self._configured_pool()

    def overheat(self) -> None:
        """Above `overheat_temp` it cuts the ASICs until a restart."""
        self.stopped = self.overheated = True
        self.retarget()

    def fall_back(self, *, fallen: bool) -> None:
        """The primary pool stops (or starts) answering this miner."""
        self.on_fallback = fallen
        self.mining_at = self._configured_pool()

    def truth(self) -> dict[str, Any]:
        url, port, user = self.mining_at
        return {
            "frequency_mhz": self.settings["frequency"],
            "core_voltage_mv": self.settings["coreVoltage"],
            "shutdown": self.stopped,
            "pool": f"{url.lower()}:{port}",
            "pool_user": user,
            "dual": self.settings["poolMode"] == 1,
        }

    def actions(self) -> dict[str, Callable[[Mapping[str, Any]], None]]:
        return {
            "fallback": lambda arguments: self.fall_back(fallen=bool(arguments["on"])),
            "end-sessions": lambda _arguments: self.gate.end_sessions(),
        }

    def _configured_pool(self) -> tuple[str, int, str]:
        prefix = "fallbackStratum" if self.on_fallback else "stratum"
        return self.settings[f"{prefix}URL"], self.settings[f"{prefix}Port"], self.settings[f"{prefix}User"]

    # --- HTTP

    def handle(self, request: Request) -> Response:
        if not from_home(request.headers.get("origin")):
            return text("Unauthorized", 401)
        route = _ROUTES.get((request.method, request.path))
        if route is not None and route[0] <= self.firmware < route[1]:
            return route[2](self, request)
        return text("Redirect to the captive portal", 302, headers={"Location": "/"})

    def info(self) -> dict[str, Any]:
        sample = self.sample()
        values: dict[str, Any] = {
            **self._static,
            **_flags_as_numbers(self.settings),
            **nerdqaxe_info.measured(self.board, sample, self.settings, on=self.hashing),
            **nerdqaxe_info.best(sample, self.firmware),
            "hostip": self.host,
            "otp": self.gate.enabled,
            "shutdown": self.stopped,
            "isUsingFallbackStratum": self.on_fallback,
            "isStratumConnected": self.hashing,
            "stratum": nerdqaxe_info.stratum(
                sample, self.settings, on_fallback=self.on_fallback, connected=self.hashing
            ),
        }
        body = {key: values[key] for key in self._info_keys}
        if self.board is HASHCARD:
            body |= {
                key: body[key] * HASHES_PER_GH for key in body if key.startswith("hashRate") and key[8:] != "Timestamp"
            }
        return body

    def asic(self) -> dict[str, Any]:
        board = self.board
        body: dict[str, Any] = {
            "ASICModel": board.asic_model,
            "deviceModel": board.device_model,
            "asicCount": board.asic_count,
            "defaultFrequency": board.default_frequency_mhz,
            "defaultVoltage": board.default_voltage_mv,
            "swarmColor": board.swarm_color,
            "frequencyOptions": board.frequencies_mhz,
            "voltageOptions": board.voltages_mv,
        }
        if self.firmware >= LIVE_POOLS_SINCE:
            body |= {"absMaxFrequency": 800, "absMaxVoltage": 1400, "ecoFrequency": 0, "ecoVoltage": 0}
        return body

    def page(self) -> Response:
        since: tuple[tuple[Version, str], ...] = (
            ((1, 0, 34), "Nerd* Dashboard"),
            ((1, 0, 27), "Nerd*axe Dashboard"),
            ((0, 0, 0), "AxeOS"),
        )
        title = next(title for first, title in since if self.firmware >= first)
        return text(f"<!doctype html><html><head><title>{title}</title></head></html>", content_type="text/html")

    def patch(self, request: Request) -> Response:
        if not self.gate.passes(request.headers, self.clock.now()):
            return _LOCKED
        try:
            body = request.json()
        except ValueError:
            return text("Invalid JSON", 400)
        if isinstance(body, dict):
            self._store({key: value for key, value in body.items() if key in self._patch_keys})
        return EMPTY

    def _store(self, known: Mapping[str, Any]) -> None:
        for key, value in known.items():
            if nerdqaxe_fields.takes(key, value):
                stored = "manualFanSpeed" if key == "fanspeed" else key
                self.settings[stored] = min(value, ABSOLUTE_MAXIMUM[key]) if key in ABSOLUTE_MAXIMUM else value
        if self.firmware >= LIVE_POOLS_SINCE:
            if any(key in known for key in ("stratumURL", "stratumPort")):
                self.on_fallback = False  # the new primary pool is tried first
            self.mining_at = self._configured_pool()
        self.retarget()

    def restart(self, request: Request) -> Response:
        first, last = OTP_GUARDS_RESTART
        if first <= self.firmware <= last and not self.gate.passes(request.headers, self.clock.now()):
            return _LOCKED
        self.after(1.0, self.reboot)
        return text("System will restart shortly.")

    def shut_down(self) -> Response:
        self.stopped = True
        self.retarget()
        return text("System shutdown.")

    def otp_status(self) -> Response:
        return json({"enabled": self.gate.enabled})

    def otp_session(self, request: Request) -> Response:
        if not self.gate.enabled or not self.gate.passes(request.headers, self.clock.now()):
            return _LOCKED
        return json({"token": self.gate.session(self.clock.now()), "ttlMs": int(SESSION_S * 1000)})


_LOCKED = text("OTP/Session required", 401)

_FIRST, _EVER = (1, 0, 0), (99, 0, 0)
_V2 = (1, 0, 38)

_ROUTES: Mapping[tuple[str, str], tuple[Version, Version, Handler]] = {  # since, until
    ("GET", "/"): (_FIRST, _EVER, lambda device, _request: device.page()),
    ("GET", "/api/system/info"): (_FIRST, _EVER, lambda device, _request: json(device.info())),
    ("GET", "/api/system/asic"): ((1, 0, 32), _EVER, lambda device, _request: json(device.asic())),
    ("PATCH", "/api/system"): (_FIRST, _EVER, lambda device, request: device.patch(request)),
    ("POST", "/api/system/restart"): (_FIRST, _EVER, lambda device, request: device.restart(request)),
    ("POST", "/api/system/shutdown"): ((1, 0, 36), _EVER, lambda device, _request: device.shut_down()),
    ("POST", "/api/system/reset-stats"): ((1, 0, 37), _EVER, lambda _device, _request: Response(b"", 204)),
    ("GET", "/api/otp/status"): ((1, 0, 34), _V2, lambda device, _request: device.otp_status()),
    ("POST", "/api/otp/session"): ((1, 0, 34), _V2, lambda device, request: device.otp_session(request)),
    ("GET", "/api/v2/otp/status"): (_V2, _EVER, lambda device, _request: device.otp_status()),
    ("POST", "/api/v2/otp/session"): (_V2, _EVER, lambda device, request: device.otp_session(request)),
}


def _factory(board: Board, name: str, pools: Sequence[PoolEndpoint]) -> dict[str, Any]:
    first, second = pools[0], pools[-1]
    return {
        "frequency": board.default_frequency_mhz,
        "coreVoltage": board.default_voltage_mv,
        "vrFrequency": 25_011,
        "jobInterval": 1200,
        "overheat_temp": 70,
        "overheat_mode": 0,
        "autofanspeed": 2,
        "autofanpolarity": 1,
        "manualFanSpeed": 100,
        "pidTargetTemp": 60,
        "pidP": 6,
        "pidI": 0.1,
        "pidD": 10,
        "fans": [],
        "hostname": name,
        "ssid": "simulated",
        "flipscreen": True,
        "invertscreen": False,
        "autoscreenoff": False,
        "invertfanpolarity": 1,
        "stratum_keep": True,
        "stratumDifficulty": 1000,
        "poolMode": 0,
        "poolBalance": 50,
        "stratumURL": first.host,
        "stratumPort": first.port,
        "stratumUser": first.user,
        "stratumPassword": first.password,
        "stratumTLS": first.tls,
        "stratumEnonceSubscribe": False,
        "stratumProtocol": 0,
        "sv2AuthorityPubkey": "",
        "sv2ChannelType": 0,
        "fallbackStratumURL": second.host,
        "fallbackStratumPort": second.port,
        "fallbackStratumUser": second.user,
        "fallbackStratumPassword": second.password,
        "fallbackStratumTLS": second.tls,
        "fallbackStratumEnonceSubscribe": False,
        "fallbackStratumProtocol": 0,
        "fallbackSv2AuthorityPubkey": "",
        "fallbackSv2ChannelType": 0,
        "coinbaseMaxFee": 3.0,
        "coinbaseVerifyForce": False,
        "coinbaseVerifyMode": 0,
        "fallbackCoinbaseMaxFee": 3.0,
        "fallbackCoinbaseVerifyForce": False,
        "fallbackCoinbaseVerifyMode": 0,
    }


def _flags_as_numbers(settings: Mapping[str, Any]) -> dict[str, Any]:
    """GET shows the screen's flags as 0 and 1, although PATCH wants true and false."""
    shown = dict(settings)
    for key in ("flipscreen", "invertscreen", "autoscreenoff", "stratum_keep"):
        shown[key] = int(settings[key])
    return shown
