"""A Bitaxe: AxeOS over HTTP, version by version. Left out: statistics, scoreboard, logs, OTA, WebSockets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from miners.contract import PoolEndpoint
from miners.simulators import bitaxe_fields, bitaxe_info, bitaxe_pools, settings
from miners.simulators.boards import GAMMA, HEX, SUPRA, SUPRA_HEX, Board
from miners.simulators.clock import Clock
from miners.simulators.device import Device
from miners.simulators.firmware import version
from miners.simulators.http import Crash, HttpEndpoint, Request, Response, json, text
from miners.simulators.machine import SetPoint
from miners.simulators.origin import from_home
from miners.simulators.spec import MinerSpec

BOARDS: Mapping[str, Board] = {"gamma": GAMMA, "supra": SUPRA, "hex": HEX, "suprahex": SUPRA_HEX}
COOLING_S = 30.0
NULL_CRASHES_UP_TO = (2, 4, 99)
LIVE_SINCE = (2, 2, 0)  # before, frequency and voltage take effect at a restart
LATCHES_SINCE = (2, 1, 9)  # after heat it stays off until the latch is released
RECOVERS_SINCE = (2, 11, 0)  # or recovers by itself
RESTARTING = "System will restart shortly."
PAGE = "<!doctype html><html><head><title>AxeOS</title></head><body></body></html>"
EMPTY = Response(b"", 200, "text/html")

Handler = Callable[["Bitaxe", Request], Response]


class Bitaxe(Device, HttpEndpoint):
    """`truth()["pool"]` is where it mines; what GET shows is the stored configuration, which needs a restart."""

    boot_s = 8.0
    limit_c = 75.0

    def __init__(self, spec: MinerSpec, pools: Sequence[PoolEndpoint], clock: Clock, seed: int) -> None:
        self.board = BOARDS[spec.model]
        self.share_difficulty = self.board.share_difficulty
        super().__init__(spec, pools, clock, seed)
        self.firmware = version(spec.firmware)
        self._info_keys = bitaxe_fields.info_keys(self.firmware)
        self._patch_keys = bitaxe_fields.patch_keys(self.firmware)
        self._static = bitaxe_info.static(self.board, self.firmware, spec.firmware, spec.host, spec.mac)
        self.settings = _factory(self.board, spec.name)
        second = self.pools[1] if len(self.pools) > 1 else self.pools[0]
        self.pool_list = [bitaxe_pools.entry(0, self.pools[0]), bitaxe_pools.entry(1, second)]
        self.paused = False
        self.identifying = False
        self.on_fallback = False
        self.cooling = False
        self.hardware_fault: str | None = None
        self.mining_at = self._configured_pool()
        self.running_at = self._stored_setting()

    # --- physics

    @property
    def hashing(self) -> bool:
        return not (self.paused or self.cooling or self.settings["overheat_mode"] or self.hardware_fault)

    def set_point(self) -> SetPoint:
        if not self.hashing:
            return self.board.idle()
        return self.board.hashing(*self.running_at)

    def _stored_setting(self) -> tuple[float, float]:
        return self.settings["frequency"], self.settings["coreVoltage"]

    def on_boot(self) -> None:
        self.paused = self.identifying = self.on_fallback = self.cooling = False
        self.mining_at = self._configured_pool()
        self.running_at = self._stored_setting()

    def overheat(self) -> None:
        if self.firmware < RECOVERS_SINCE:
            latched = {"frequency": 50, "coreVoltage": 1000, "autofanspeed": 0, "manualFanSpeed": 100}
            self.settings |= {**latched, "overheat_mode": int(self.firmware >= LATCHES_SINCE)}
            self.running_at = self._stored_setting()
            self.overheated = True
        else:
            self.cooling = self.overheated = True
            self.settings["overheat_mode"] = 1
            self.after(COOLING_S, self._cooled)
        self.retarget()

    def _cooled(self) -> None:
        """From 2.11 on it recovers by itself, 100 MHz and 100 mV lower, and stores that."""
        self.cooling = self.overheated = False
        self.settings |= {
            "frequency": max(50, self.settings["frequency"] - 100),
            "coreVoltage": max(700, self.settings["coreVoltage"] - 100),
            "autofanspeed": 0,
            "manualFanSpeed": 100,
            "overheat_mode": 0,
        }
        self.running_at = self._stored_setting()
        self.retarget()

    def truth(self) -> dict[str, Any]:
        frequency_mhz, core_voltage_mv = self.running_at
        return {
            "frequency_mhz": frequency_mhz,
            "core_voltage_mv": core_voltage_mv,
            "paused": self.paused,
            "identifying": self.identifying,
            "pool": bitaxe_pools.label(self.mining_at),
            "pool_user": self.mining_at["stratumUser"],
        }

    def actions(self) -> dict[str, Callable[[Mapping[str, Any]], None]]:
        def fail(arguments: Mapping[str, Any]) -> None:
            self.hardware_fault = str(arguments["text"]) or None
            self.retarget()

        return {"fault-text": fail, "fallback": lambda arguments: self.fall_back(fallen=bool(arguments["on"]))}

    # --- HTTP

    def handle(self, request: Request) -> Response:
        if not from_home(request.headers.get("origin")):
            return text("Unauthorized", 401)
        route = _ROUTES.get((request.method, request.path))
        if route is not None and self.firmware >= route[0]:
            return route[1](self, request)
        if request.path.startswith("/api/system/pools/") and self.firmware >= (2, 15, 0):
            return self._pool_slot(request)
        return self._unknown(request)

    def _unknown(self, request: Request) -> Response:
        if self.firmware >= (2, 9, 0) and request.path.startswith("/api/"):
            return json({"error": "unknown route"}, 404)
        return text("Redirect to the captive portal", 302, headers={"Location": "/"})

    def info(self) -> dict[str, Any]:
        sample = self.sample()
        primary, secondary = self._pool(0), self._pool(1)
        values = {
            **self._static,
            **self.settings,
            **bitaxe_info.measured(self.board, self.firmware, sample, self.settings, on=self.hashing),
            **self._flat_pools(primary, secondary),
            "ipv4": self.host,
            "isUsingFallbackStratum": int(self.on_fallback),
            "miningPaused": self.paused,
            "overheat": self.settings["overheat_mode"],
            "pools": bitaxe_pools.shown(self.pool_list),
        }
        body = {key: values[key] for key in self._info_keys}
        if self.hardware_fault and self.firmware >= (2, 6, 0):
            body["hardware_fault" if self.firmware >= (2, 14, 0) else "power_fault"] = self.hardware_fault
        return body

    def asic(self) -> dict[str, Any]:
        board = self.board
        body: dict[str, Any] = {
            "ASICModel": board.asic_model,
            "deviceModel": board.device_model,
            "swarmColor": board.swarm_color,
            "asicCount": board.asic_count,
            "defaultFrequency": board.default_frequency_mhz,
            "frequencyOptions": board.frequencies_mhz,
            "defaultVoltage": board.default_voltage_mv,
            "voltageOptions": board.voltages_mv,
        }
        if self.firmware >= (2, 15, 0):
            body["hashDomains"] = 4
        return body

    def patch(self, request: Request) -> Response:
        try:
            body = request.json()
        except ValueError:
            return text("Invalid JSON", 400)
        if not isinstance(body, dict):
            return text("Invalid JSON" if self.firmware < (2, 11, 0) else "Wrong API input", 400)
        known = {key: value for key, value in body.items() if key in self._patch_keys}
        if self.firmware < (2, 11, 0):
            if self.firmware <= NULL_CRASHES_UP_TO and None in known.values():
                self.reboot()
                raise Crash
            known = {key: value for key, value in known.items() if settings.same_type(key, value)}
        elif not all(settings.allowed(key, value) for key, value in known.items()) or not self._patch_pools(known):
            return text("Wrong API input", 400)
        self._store(known)
        if self.firmware >= (2, 15, 0) and "hostname" in known:
            return json({"status": "success", "redirect": _redirect(known["hostname"])})
        return EMPTY

    def _patch_pools(self, known: dict[str, Any]) -> bool:
        """Take the pool list out of a PATCH; False when an entry is not acceptable."""
        entries = known.pop("pools", [])
        if not isinstance(entries, list):
            return False
        changed = []
        for new in entries:
            slot = new.get("id") if isinstance(new, dict) else None
            if not isinstance(slot, int) or not 0 <= slot < bitaxe_pools.SLOTS:
                return False
            entry = bitaxe_pools.replaced(slot, bitaxe_pools.find(self.pool_list, slot), new)
            if entry is None:
                return False
            changed.append(entry)
        for entry in changed:
            self._put_pool(entry)
        return True

    def _store(self, known: Mapping[str, Any]) -> None:
        for key, value in known.items():
            if "tratum" in key and key != "useFallbackStratum":
                slot = 1 if key.startswith("fallback") else 0
                name = key.replace("fallbackStratum", "stratum")
                self._put_pool({**self._pool(slot), name: value})
            else:
                self.settings[_STORED_AS.get(key, key)] = value
        if self.firmware >= LIVE_SINCE:
            self.running_at = self._stored_setting()
        if not self.settings["overheat_mode"] and not self.cooling:
            self.overheated = False
        self.retarget()

    # --- pools

    def _pool(self, slot: int) -> Mapping[str, Any]:
        """The entry behind the legacy names: 0 primary, 1 fallback."""
        index = self.settings["primaryPoolIndex" if slot == 0 else "secondaryPoolIndex"]
        return bitaxe_pools.find(self.pool_list, index)

    def _put_pool(self, entry: Mapping[str, Any]) -> None:
        others = [pool for pool in self.pool_list if pool["id"] != entry["id"]]
        self.pool_list = sorted([*others, dict(entry)], key=lambda pool: int(pool["id"]))

    def _configured_pool(self) -> Mapping[str, Any]:
        return self._pool(1 if self.on_fallback or self.settings["useFallbackStratum"] else 0)

    def fall_back(self, *, fallen: bool) -> None:
        """The primary pool stops (or starts) answering this miner."""
        self.on_fallback = fallen
        self.mining_at = self._configured_pool()

    def _flat_pools(self, primary: Mapping[str, Any], secondary: Mapping[str, Any]) -> dict[str, Any]:
        values = bitaxe_pools.flat(primary, fallback=False) | bitaxe_pools.flat(secondary, fallback=True)
        if self.firmware < (2, 14, 0):  # booleans were 0 and 1
            return {key: int(value) if isinstance(value, bool) else value for key, value in values.items()}
        return values

    def _pool_slot(self, request: Request) -> Response:
        tail = request.path.rpartition("/")[2]
        slot = int(tail) if tail.isdecimal() else -1
        if not 0 <= slot < bitaxe_pools.SLOTS or request.method not in {"PUT", "DELETE"}:
            return json({"error": "unknown route"}, 404)
        return self._delete_pool(slot) if request.method == "DELETE" else self._replace_pool(slot, request)

    def _replace_pool(self, slot: int, request: Request) -> Response:
        try:
            new = request.json()
        except ValueError:
            return text("Invalid JSON", 400)
        entry = bitaxe_pools.replaced(slot, bitaxe_pools.find(self.pool_list, slot), new)
        if entry is None:
            return text("Wrong API input", 400)
        self._put_pool(entry)
        return json({"message": "Pool updated successfully"})

    def _delete_pool(self, slot: int) -> Response:
        if slot in {self.settings["primaryPoolIndex"], self.settings["secondaryPoolIndex"]}:
            return text("Pool is selected", 400)
        self.pool_list = [pool for pool in self.pool_list if pool["id"] != slot]
        return json({"message": "Pool deleted successfully"})

    # --- POST

    def restart(self) -> Response:
        self.after(1.0, self.reboot)
        return json({"message": RESTARTING}) if self.firmware >= (2, 13, 0) else text(RESTARTING)

    def pause(self, *, paused: bool) -> Response:
        self.paused = paused
        self.retarget()
        return json({"message": "Mining paused" if paused else "Mining resumed"})

    def identify(self) -> Response:
        self.identifying = not self.identifying
        says = 'The device says "Hi!" for 30 seconds.' if self.identifying else 'The device no longer says "Hi!".'
        return json({"message": says})


_STORED_AS = {"fanspeed": "manualFanSpeed", "overheat": "overheat_mode"}  # fanspeed read is the measured duty

_ROUTES: Mapping[tuple[str, str], tuple[tuple[int, int, int], Handler]] = {
    ("GET", "/"): ((2, 0, 0), lambda _device, _request: text(PAGE, content_type="text/html")),
    ("GET", "/api/system/info"): ((2, 0, 0), lambda device, _request: json(device.info())),
    ("GET", "/api/system/asic"): ((2, 7, 0), lambda device, _request: json(device.asic())),
    ("PATCH", "/api/system"): ((2, 0, 0), lambda device, request: device.patch(request)),
    ("POST", "/api/system/restart"): ((2, 0, 0), lambda device, _request: device.restart()),
    ("POST", "/api/system/identify"): ((2, 12, 0), lambda device, _request: device.identify()),
    ("POST", "/api/system/pause"): ((2, 14, 0), lambda device, _request: device.pause(paused=True)),
    ("POST", "/api/system/resume"): ((2, 14, 0), lambda device, _request: device.pause(paused=False)),
}


def _redirect(hostname: str) -> dict[str, Any]:
    words = "Hostname updated. Redirecting to new address..."
    return {"url": f"http://{hostname}.local", "delay": 2000, "message": words}


def _factory(board: Board, name: str) -> dict[str, Any]:
    return {
        "frequency": board.default_frequency_mhz,
        "coreVoltage": board.default_voltage_mv,
        "autofanspeed": 1,
        "manualFanSpeed": 100,
        "minFanSpeed": 25,
        "temptarget": 60,
        "overheat_mode": 0,
        "overclockEnabled": 0,
        "displayTimeout": -1,
        "rotation": 0,
        "flipscreen": 1,
        "invertscreen": 0,
        "invertfanpolarity": 1,
        "statsFrequency": 0,
        "hostname": name,
        "ssid": "simulated",
        "wifiPass": "",
        "primaryPoolIndex": 0,
        "secondaryPoolIndex": 1,
        "useFallbackStratum": 0,
    }
