"""The NerdQAxe firmware: strict types, one-time passwords, the stratum object."""

from __future__ import annotations

import pytest

from miners.simulators.simulation import Simulation
from tests.simulators.clients import FAST, http, one, until

INFO = "/api/system/info"
SETTINGS = "/api/system"


def nerd(firmware: str, speed: float = 1, **values: object) -> Simulation:
    return one("nerdqaxe", speed, firmware=firmware, **values)


@pytest.mark.parametrize("firmware", ["v1.0.20", "v1.0.30", "v1.0.34", "v1.0.36", "v1.0.37"])
async def test_every_version_answers_chunked_and_closes(firmware: str) -> None:
    async with nerd(firmware) as simulation:
        answer = await http(simulation.device("it"), INFO, headers={"Connection": "keep-alive"})
    info = answer.json()
    assert (answer.headers["transfer-encoding"], answer.headers["connection"]) == ("chunked", "close")
    assert info["deviceModel"] == "NerdQAxe++"
    assert "boardVersion" not in info
    assert 4500 < info["hashRate"] < 5300
    assert 60 < info["power"] < 100
    assert isinstance(info["bestDiff"], int) is (firmware > "v1.0.34")


async def test_the_active_pool_moved_into_the_stratum_object() -> None:
    async with nerd("v1.0.34") as old, nerd("v1.0.36", host="127.20.2.1") as new:
        before, after = old.device("it"), new.device("it")
        for device in (before, after):
            device.actions()["fallback"]({"on": True})
        info = (await http(before, INFO)).json()
        assert info["isUsingFallbackStratum"] is True
        assert "stratum" not in info
        info = (await http(after, INFO)).json()
        assert (info["stratum"]["usingFallback"], len(info["stratum"]["pools"])) == (True, 1)
        assert "isUsingFallbackStratum" not in info


@pytest.mark.parametrize(("firmware", "status"), [("v1.0.30", 302), ("v1.0.34", 200)])
async def test_the_options_page_came_with_1_0_32(firmware: str, status: int) -> None:
    async with nerd(firmware) as simulation:
        answer = await http(simulation.device("it"), "/api/system/asic")
    assert answer.status == status


async def test_wrong_types_are_passed_over_with_an_empty_200() -> None:
    async with nerd("v1.0.36") as simulation:
        device = simulation.device("it")
        wrong = {"frequency": "500", "coreVoltage": 1120.5, "stratumTLS": 1, "hostname": 5, "stratumPort": True}
        answer = await http(device, SETTINGS, "PATCH", wrong)
        assert (answer.status, answer.body) == (200, b"")
        info = (await http(device, INFO)).json()
        assert (info["frequency"], info["coreVoltage"], info["stratumTLS"]) == (600, 1150, False)
        assert (info["hostname"], info["stratumPort"]) == ("it", 3333)


async def test_right_types_act_at_once_and_are_clamped_to_the_board() -> None:
    async with nerd("v1.0.36", FAST) as simulation:
        device = simulation.device("it")
        await http(device, SETTINGS, "PATCH", {"frequency": 500, "coreVoltage": 1120})
        await until(lambda: device.describe()["hashrate_ghs"] < 4300)
        await http(device, SETTINGS, "PATCH", {"frequency": 9000})
        assert device.describe()["frequency_mhz"] == 800


@pytest.mark.parametrize(("firmware", "live"), [("v1.0.34", False), ("v1.0.36", True)])
async def test_a_new_pool_is_mined_at_live_from_1_0_35(firmware: str, *, live: bool) -> None:
    async with nerd(firmware, FAST) as simulation:
        device = simulation.device("it")
        await http(device, SETTINGS, "PATCH", {"stratumURL": "new.example", "stratumPort": 4444})
        assert (device.describe()["pool"] == "new.example:4444") is live
        await http(device, "/api/system/restart", "POST")
        await until(lambda: device.describe()["uptime_s"] < 100 and device.listening)
        assert device.describe()["pool"] == "new.example:4444"


@pytest.mark.parametrize(("firmware", "status"), [("v1.0.34", 302), ("v1.0.36", 200)])
async def test_shutdown_came_with_1_0_36(firmware: str, status: int) -> None:
    async with nerd(firmware) as simulation:
        assert (await http(simulation.device("it"), "/api/system/shutdown", "POST")).status == status


async def test_a_shut_down_miner_answers_and_hashes_again_after_a_restart() -> None:
    async with nerd("v1.0.36", FAST) as simulation:
        device = simulation.device("it")
        await http(device, "/api/system/shutdown", "POST")
        await until(lambda: device.describe()["power_w"] < 7)
        info = (await http(device, INFO)).json()
        assert (info["shutdown"], info["hashRate"]) == (True, 0)
        await http(device, "/api/system/restart", "POST")
        await until(lambda: device.describe()["hashrate_ghs"] > 4000)


@pytest.mark.parametrize(("firmware", "restart"), [("v1.0.34", 401), ("v1.0.36", 200)])
async def test_a_one_time_password_guards_settings_and_in_two_versions_restart(firmware: str, restart: int) -> None:
    async with nerd(firmware, otp="123456") as simulation:
        device = simulation.device("it")
        assert (await http(device, INFO)).json()["otp"] is True
        answer = await http(device, SETTINGS, "PATCH", {"frequency": 500})
        assert (answer.status, answer.text) == (401, "OTP/Session required")
        right = {"X-TOTP": "123456"}
        assert (await http(device, SETTINGS, "PATCH", {"frequency": 500}, headers=right)).status == 200
        token = (await http(device, "/api/otp/session", "POST", headers=right)).json()["token"]
        session = {"X-OTP-Session": token}
        assert (await http(device, SETTINGS, "PATCH", {"frequency": 515}, headers=session)).status == 200
        assert device.describe()["frequency_mhz"] == 515
        assert (await http(device, "/api/system/restart", "POST")).status == restart


async def test_five_wrong_codes_block_even_the_right_one() -> None:
    async with nerd("v1.0.36", otp="123456") as simulation:
        device = simulation.device("it")
        for _ in range(5):
            assert (await http(device, SETTINGS, "PATCH", {}, headers={"X-TOTP": "000000"})).status == 401
        assert (await http(device, SETTINGS, "PATCH", {}, headers={"X-TOTP": "123456"})).status == 401


async def test_a_clone_reports_hashes_per_second() -> None:
    async with nerd("v1.0.30", model="hashcard") as simulation:
        info = (await http(simulation.device("it"), INFO)).json()
    assert info["deviceModel"] == "JMBTCHashcard"
    assert info["hashRate"] > 1e12
    assert info["hashRateTimestamp"] < 1e12


@pytest.mark.parametrize(
    ("firmware", "path", "other"),
    [
        ("v1.0.34", "/api/otp/session", "/api/v2/otp/session"),
        ("v1.0.37", "/api/otp/session", "/api/v2/otp/session"),
        ("v1.0.38-alpha9", "/api/v2/otp/session", "/api/otp/session"),
        ("v1.1.0-beta1", "/api/v2/otp/session", "/api/otp/session"),
    ],
)
async def test_the_path_of_the_one_time_code_moved_with_1_0_38(firmware: str, path: str, other: str) -> None:
    async with nerd(firmware, otp="123456") as simulation:
        device, code = simulation.device("it"), {"X-TOTP": "123456"}
        assert (await http(device, other, "POST", headers=code)).status == 302
        answer = (await http(device, path, "POST", headers=code)).json()
        assert (len(answer["token"]), answer["ttlMs"]) == (32, 86_400_000)
        assert (await http(device, path.replace("session", "status"))).json() == {"enabled": True}


async def test_a_session_ends() -> None:
    async with nerd("v1.0.36", otp="123456") as simulation:
        device = simulation.device("it")
        token = (await http(device, "/api/otp/session", "POST", headers={"X-TOTP": "123456"})).json()["token"]
        device.actions()["end-sessions"]({})
        answer = await http(device, SETTINGS, "PATCH", {"frequency": 515}, headers={"X-OTP-Session": token})
        assert answer.status == 401


@pytest.mark.parametrize(("firmware", "status"), [("v1.0.36", 302), ("v1.0.37", 204)])
async def test_statistics_can_be_reset_from_1_0_37(firmware: str, status: int) -> None:
    async with nerd(firmware) as simulation:
        assert (await http(simulation.device("it"), "/api/system/reset-stats", "POST")).status == status


@pytest.mark.parametrize(("firmware", "key"), [("v1.0.14", "boardVersion"), ("v1.0.15", "deviceModel")])
async def test_what_tells_it_from_axeos_changed_with_1_0_15(firmware: str, key: str) -> None:
    async with nerd(firmware) as simulation:
        info = (await http(simulation.device("it"), INFO)).json()
    assert {"boardVersion", "deviceModel"} & set(info) == {key}
    assert "autoscreenoff" in info


@pytest.mark.parametrize(("firmware", "told"), [("v1.0.1", True), ("v1.0.2", False), ("v1.0.19", False)])
async def test_the_hashrate_of_now_was_missing_for_a_while(firmware: str, *, told: bool) -> None:
    async with nerd(firmware) as simulation:
        info = (await http(simulation.device("it"), INFO)).json()
    assert ("hashRate" in info) is told
    assert told or info["hashRate_10m"] > 4000


async def test_a_new_primary_pool_is_tried_before_the_fallback() -> None:
    async with nerd("v1.0.36") as simulation:
        device = simulation.device("it")
        device.actions()["fallback"]({"on": True})
        await http(device, SETTINGS, "PATCH", {"stratumURL": "new.example", "stratumPort": 4444})
        assert device.describe()["pool"] == "new.example:4444"
        assert (await http(device, INFO)).json()["stratum"]["usingFallback"] is False


async def test_dual_mode_has_two_pools() -> None:
    async with nerd("v1.0.36") as simulation:
        device = simulation.device("it")
        await http(device, SETTINGS, "PATCH", {"poolMode": 1})
        assert len((await http(device, INFO)).json()["stratum"]["pools"]) == 2
        assert device.describe()["dual"]


async def test_a_sibling_has_options_of_its_own() -> None:
    async with nerd("v1.0.36", model="nerdqaxe+") as simulation:
        device = simulation.device("it")
        asic = (await http(device, "/api/system/asic")).json()
        assert (asic["deviceModel"], asic["defaultFrequency"], asic["defaultVoltage"]) == ("NerdQAxe+", 490, 1250)
        assert 50 < (await http(device, INFO)).json()["power"] < 70


async def test_a_foreign_origin_is_turned_away() -> None:
    async with nerd("v1.0.36") as simulation:
        device = simulation.device("it")
        assert (await http(device, INFO, headers={"Origin": "http://example.org"})).status == 401
        assert (await http(device, INFO, headers={"Origin": "http://10.0.0.9"})).status == 200
