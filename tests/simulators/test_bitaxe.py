"""AxeOS as the adapter meets it, firmware by firmware."""

from __future__ import annotations

import re

import pytest

from miners.simulators.simulation import Simulation
from tests.simulators.clients import BRISK, FAST, http, one, refused, until

INFO = "/api/system/info"
SETTINGS = "/api/system"
VERSIONS = [
    "v2.0.3",
    "v2.4.5",
    "v2.6.0",
    "v2.7.0",
    "v2.9.0",
    "v2.10.1",
    "v2.11.0",
    "v2.12.2",
    "v2.13.1",
    "v2.14.0",
    "v2.15.0",
]


def bitaxe(firmware: str, speed: float = 1, **values: object) -> Simulation:
    return one("bitaxe", speed, firmware=firmware, **values)


@pytest.mark.parametrize("firmware", VERSIONS)
async def test_every_version_answers_info_with_a_plausible_gamma(firmware: str) -> None:
    async with bitaxe(firmware) as simulation:
        info = (await http(simulation.device("it"), INFO)).json()
    assert info["version"] == firmware
    assert 950 < info["hashRate"] < 1200
    assert 15 < info["power"] < 25
    assert info["sharesAccepted"] > 100
    assert "pools" in info if firmware == "v2.15.0" else "pools" not in info


@pytest.mark.parametrize(
    ("firmware", "pattern"),
    [("v2.9.0", r"[\d.]+[kMG]"), ("v2.10.1", r"[\d.]+ [kMG]"), ("v2.11.0", r"\d+")],
)
async def test_best_difficulty_is_a_text_then_a_text_with_a_space_then_a_number(firmware: str, pattern: str) -> None:
    async with bitaxe(firmware) as simulation:
        best = (await http(simulation.device("it"), INFO)).json()["bestDiff"]
    assert re.fullmatch(pattern, str(best))
    assert isinstance(best, int) is (firmware == "v2.11.0")


@pytest.mark.parametrize(
    ("firmware", "status", "body"),
    [
        ("v2.6.0", 302, "Redirect to the captive portal"),
        ("v2.9.0", 404, '{"error":"unknown route"}'),
    ],
)
async def test_an_unknown_route_redirects_before_2_9_and_is_404_after(firmware: str, status: int, body: str) -> None:
    async with bitaxe(firmware) as simulation:
        answer = await http(simulation.device("it"), "/api/doesnotexist")
    assert (answer.status, answer.text) == (status, body)


@pytest.mark.parametrize(("firmware", "status"), [("v2.6.0", 302), ("v2.7.0", 200), ("v2.15.0", 200)])
async def test_the_options_page_came_with_2_7(firmware: str, status: int) -> None:
    async with bitaxe(firmware) as simulation:
        answer = await http(simulation.device("it"), "/api/system/asic")
    assert answer.status == status
    if status == 200:
        assert answer.json()["frequencyOptions"] == [400, 490, 525, 550, 600, 625]
        assert ("hashDomains" in answer.json()) is (firmware == "v2.15.0")


async def test_a_good_patch_is_an_empty_200_and_acts_at_once() -> None:
    async with bitaxe("v2.12.2", FAST) as simulation:
        device = simulation.device("it")
        answer = await http(device, SETTINGS, "PATCH", {"frequency": 400, "coreVoltage": 1000, "nonsense": 1})
        assert (answer.status, answer.body) == (200, b"")
        await until(lambda: device.describe()["hashrate_ghs"] < 900 and device.describe()["power_w"] < 13)
        info = (await http(device, INFO)).json()
        assert (info["frequency"], info["coreVoltage"]) == (400, 1000)
        assert device.counters.writes == 1


@pytest.mark.parametrize("bad", [{"frequency": "400"}, {"frequency": 0}, {"coreVoltage": 70000}, {"hostname": ""}])
async def test_from_2_11_one_bad_value_rejects_the_whole_patch(bad: dict[str, object]) -> None:
    async with bitaxe("v2.12.2") as simulation:
        device = simulation.device("it")
        answer = await http(device, SETTINGS, "PATCH", {"autofanspeed": 0, **bad})
        assert (answer.status, answer.text) == (400, "Wrong API input")
        assert (await http(device, INFO)).json()["autofanspeed"] == 1


async def test_before_2_11_nothing_is_checked_and_wrong_types_are_ignored() -> None:
    async with bitaxe("v2.9.0") as simulation:
        device = simulation.device("it")
        answer = await http(device, SETTINGS, "PATCH", {"frequency": 9999, "hostname": 7})
        assert answer.status == 200
        assert device.describe()["frequency_mhz"] == 9999
        assert (await http(device, INFO)).json()["hostname"] == "it"


async def test_a_null_kills_firmware_up_to_2_4() -> None:
    async with bitaxe("v2.4.5", BRISK) as simulation:
        device = simulation.device("it")
        with pytest.raises((ConnectionResetError, IndexError)):
            await http(device, SETTINGS, "PATCH", {"frequency": None})
        assert device.describe()["power"] == "booting"
        await until(lambda: device.listening)
        assert device.describe()["uptime_s"] < 100


@pytest.mark.parametrize("firmware", ["v2.12.2", "v2.14.0"])
async def test_a_pool_by_the_old_keys_is_mined_at_after_a_restart(firmware: str) -> None:
    async with bitaxe(firmware, FAST) as simulation:
        device = simulation.device("it")
        await http(
            device, SETTINGS, "PATCH", {"stratumURL": "New.example", "stratumPort": 4444, "stratumUser": "me.it"}
        )
        assert (await http(device, INFO)).json()["stratumURL"] == "New.example"
        assert device.describe()["pool"] == "pool.example:3333"
        answer = await http(device, "/api/system/restart", "POST")
        assert "System will restart shortly." in answer.text
        await until(lambda: device.describe()["uptime_s"] < 100 and device.listening)
        assert device.describe()["pool"] == "new.example:4444"
        assert device.describe()["pool_user"] == "me.it"


async def test_from_2_15_the_old_pool_keys_answer_200_and_do_nothing() -> None:
    async with bitaxe("v2.15.0") as simulation:
        device = simulation.device("it")
        answer = await http(device, SETTINGS, "PATCH", {"stratumURL": "new.example"})
        assert (answer.status, answer.body) == (200, b"")
        assert (await http(device, INFO)).json()["stratumURL"] == "pool.example"


async def test_the_pool_list_of_2_15_is_put_whole_patched_and_deleted() -> None:
    async with bitaxe("v2.15.0") as simulation:
        device = simulation.device("it")
        entry = {"stratumURL": "new.example", "stratumPort": 4444, "stratumUser": "me.it"}
        answer = await http(device, "/api/system/pools/3", "PUT", entry)
        assert answer.json() == {"message": "Pool updated successfully"}
        assert (await http(device, "/api/system/pools/3", "PUT", {"stratumURL": "x"})).status == 400
        assert (await http(device, "/api/system/pools/8", "PUT", entry)).status == 404
        await http(device, SETTINGS, "PATCH", {"primaryPoolIndex": 3, "pools": [{**entry, "id": 1, "stratumPort": 1}]})
        info = (await http(device, INFO)).json()
        assert (info["stratumURL"], info["fallbackStratumPort"]) == ("new.example", 1)
        assert {pool["stratumPassword"] for pool in info["pools"]} == {"*****"}
        assert (await http(device, "/api/system/pools/3", "DELETE")).status == 400
        assert (await http(device, "/api/system/pools/0", "DELETE")).status == 200


@pytest.mark.parametrize(("firmware", "status"), [("v2.6.0", 302), ("v2.12.2", 404), ("v2.14.0", 200)])
async def test_pause_came_with_2_14(firmware: str, status: int) -> None:
    async with bitaxe(firmware) as simulation:
        assert (await http(simulation.device("it"), "/api/system/pause", "POST")).status == status


async def test_a_paused_miner_idles_and_a_reboot_resumes_it() -> None:
    async with bitaxe("v2.15.0", FAST) as simulation:
        device = simulation.device("it")
        assert (await http(device, "/api/system/pause", "POST")).json() == {"message": "Mining paused"}
        await until(lambda: device.describe()["power_w"] < 3)
        info = (await http(device, INFO)).json()
        assert (info["miningPaused"], info["temp"], info["hashRate"]) == (True, -1, 0)
        device.reboot()
        assert await refused(device)
        await until(lambda: device.describe()["hashrate_ghs"] > 900)
        assert not device.describe()["paused"]


async def test_restart_answers_text_up_to_2_12_and_json_after() -> None:
    async with bitaxe("v2.12.2") as old, bitaxe("v2.13.1", host="127.20.2.1") as new:
        assert (await http(old.device("it"), "/api/system/restart", "POST")).body == b"System will restart shortly."
        answer = await http(new.device("it"), "/api/system/restart", "POST")
        assert answer.json() == {"message": "System will restart shortly."}


async def test_a_foreign_origin_is_turned_away() -> None:
    async with bitaxe("v2.12.2") as simulation:
        device = simulation.device("it")
        assert (await http(device, INFO, headers={"Origin": "http://example.org"})).status == 401
        assert (await http(device, INFO, headers={"Origin": "http://192.168.1.9"})).status == 200


async def test_heat_latches_old_firmware_until_a_person_clears_it() -> None:
    async with bitaxe("v2.9.0", FAST) as simulation:
        device = simulation.device("it")
        device.overheat()
        info = (await http(device, INFO)).json()
        assert (info["overheat_mode"], info["frequency"], info["coreVoltage"], info["fanspeed"]) == (1, 50, 1000, 100)
        await until(lambda: device.describe()["hashrate_ghs"] < 5)
        await http(device, SETTINGS, "PATCH", {"overheat_mode": 0, "frequency": 525, "coreVoltage": 1150})
        await until(lambda: device.describe()["hashrate_ghs"] > 900)
        assert not device.describe()["overheated"]


async def test_newer_firmware_recovers_lower_and_keeps_that() -> None:
    async with bitaxe("v2.12.2", BRISK) as simulation:
        device = simulation.device("it")
        device.overheat()
        assert (await http(device, INFO)).json()["overheat_mode"] == 1
        await until(lambda: not device.describe()["overheated"])
        info = (await http(device, INFO)).json()
        assert (info["overheat_mode"], info["frequency"], info["coreVoltage"]) == (0, 425, 1050)
        assert (info["autofanspeed"], info["fanspeed"]) == (0, 100)


async def test_a_wild_overclock_overheats_by_itself() -> None:
    async with bitaxe("v2.12.2", FAST) as simulation:
        device = simulation.device("it")
        await http(device, SETTINGS, "PATCH", {"frequency": 1100, "coreVoltage": 1400})
        await until(lambda: device.describe()["overheated"])


async def test_frequency_without_voltage_costs_hashes() -> None:
    async with bitaxe("v2.12.2", FAST) as simulation:
        device = simulation.device("it")
        await http(device, SETTINGS, "PATCH", {"frequency": 625, "coreVoltage": 1000})
        await until(lambda: device.describe()["hashrate_ghs"] < 800)


async def test_the_fallback_pool_shows_in_the_flag() -> None:
    async with bitaxe("v2.12.2") as simulation:
        device = simulation.device("it")
        device.actions()["fallback"]({"on": True})
        assert (await http(device, INFO)).json()["isUsingFallbackStratum"] == 1


@pytest.mark.parametrize(("firmware", "key"), [("v2.12.2", "power_fault"), ("v2.14.0", "hardware_fault")])
async def test_a_hardware_fault_is_named_and_stops_the_miner(firmware: str, key: str) -> None:
    async with bitaxe(firmware, FAST) as simulation:
        device = simulation.device("it")
        device.actions()["fault-text"]({"text": "ASIC not found"})
        assert (await http(device, INFO)).json()[key] == "ASIC not found"
        await until(lambda: device.describe()["hashrate_ghs"] < 5)
        device.actions()["fault-text"]({"text": ""})
        assert key not in (await http(device, INFO)).json()


@pytest.mark.parametrize(("firmware", "live"), [("v2.0.0", False), ("v2.1.9", False), ("v2.2.0", True)])
async def test_frequency_and_voltage_act_at_once_from_2_2_and_at_a_restart_before(firmware: str, *, live: bool) -> None:
    async with bitaxe(firmware, FAST) as simulation:
        device = simulation.device("it")
        await http(device, SETTINGS, "PATCH", {"frequency": 400, "coreVoltage": 1000})
        assert (await http(device, INFO)).json()["frequency"] == 400
        assert (device.describe()["frequency_mhz"] == 400) is live
        await http(device, "/api/system/restart", "POST")
        await until(lambda: device.describe()["uptime_s"] < 100 and device.listening)
        assert device.describe()["frequency_mhz"] == 400


async def test_2_1_9_has_another_name_for_the_latch_of_heat_and_2_1_8_has_none() -> None:
    async with bitaxe("v2.1.9") as named, bitaxe("v2.1.8", host="127.20.2.1") as nameless:
        latched, device = named.device("it"), nameless.device("it")
        latched.overheat()
        device.overheat()
        info = (await http(latched, INFO)).json()
        assert (info["overheat"], "overheat_mode" in info, info["frequency"]) == (1, False, 50)
        await http(latched, SETTINGS, "PATCH", {"overheat_mode": 0})
        assert latched.describe()["overheated"]
        await http(latched, SETTINGS, "PATCH", {"overheat": 0, "frequency": 525, "coreVoltage": 1150})
        assert not latched.describe()["overheated"]
        info = (await http(device, INFO)).json()
        assert (info["frequency"], info["coreVoltage"]) == (50, 1000)
        assert not {"overheat", "overheat_mode"} & set(info)


@pytest.mark.parametrize(
    ("key", "since", "until_"),
    [
        ("frequency", "v2.13.0", None),
        ("coreVoltageActual", "v2.14.0", None),
        ("fanspeed", "v2.11.0b6", "v2.14.0"),
    ],
)
async def test_numbers_become_fractional_and_whole_again(key: str, since: str, until_: str | None) -> None:
    for firmware, kind in [("v2.10.1", int), (since, float), *([(until_, int)] if until_ else [])]:
        async with bitaxe(firmware) as simulation:
            assert type((await http(simulation.device("it"), INFO)).json()[key]) is kind, firmware


async def test_a_new_host_name_redirects_from_2_15() -> None:
    async with bitaxe("v2.15.0") as simulation:
        answer = await http(simulation.device("it"), SETTINGS, "PATCH", {"hostname": "attic"})
    assert answer.json()["redirect"]["message"] == "Hostname updated. Redirecting to new address..."


@pytest.mark.parametrize("key", ["stratumTLS", "stratumProtocol", "stratumSuggestedDifficulty"])
async def test_pool_settings_are_checked_too(key: str) -> None:
    async with bitaxe("v2.14.0") as simulation:
        answer = await http(simulation.device("it"), SETTINGS, "PATCH", {"frequency": 400, key: -1})
        assert (answer.status, answer.text) == (400, "Wrong API input")
        assert simulation.device("it").describe()["frequency_mhz"] == 525


@pytest.mark.parametrize("origin", ["http://100.64.0.9", "http://127.0.0.1", "http://8.8.8.8", "null"])
async def test_carrier_networks_loopback_and_the_world_are_foreign(origin: str) -> None:
    async with bitaxe("v2.12.2") as simulation:
        assert (await http(simulation.device("it"), INFO, headers={"Origin": origin})).status == 401
