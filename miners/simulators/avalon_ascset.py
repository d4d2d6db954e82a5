"""`ascset|0,<option>,…`: mode, reboot, and the options that do nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from miners.simulators.avalon_models import NANO_3S
from miners.simulators.avalon_reply import Reply

if TYPE_CHECKING:
    from miners.simulators.avalon import Avalon

LEVELS = {"0": 0, "1": 1, "2": 2}
LONGEST_DELAY_S = 300
OK = Reply("S", 119, "ASC 0 set OK")


def ascset(miner: Avalon, parameter: str) -> Reply:
    device, option, *values = [*parameter.split(","), ""]
    if device != "0":
        return Reply("E", 107, f"Invalid ASC id {device} - range is 0 - 0")
    if option not in miner.model.ascset:
        return _failed(f"Unknown option: {option}")
    if option == "help":
        return Reply("I", 118, f"ASC 0 set info: {'|'.join(miner.model.ascset)}|")
    if option == miner.model.mode_option:
        return _mode(miner, option, values)
    if option == "reboot":
        return _reboot(miner, values[0])
    return OK  # softoff and softon of the Nano 3 among them: they say OK and do nothing


def _mode(miner: Avalon, option: str, values: list[str]) -> Reply:
    if values[0] == "get":
        return Reply("I", 118, f"ASC 0 set info: {option} {miner.level}")
    level = LEVELS.get(values[1]) if values[0] == "set" and len(values) > 1 else None
    if level is None:
        return _failed(f"error:1 not support set {option}")
    if miner.calibrating:
        return _failed(f"current mode {miner.level} is caling Don't permit switch mode")
    if level != miner.level:
        miner.set_level(level)
    return OK


def _reboot(miner: Avalon, argument: str) -> Reply:
    """The 3S takes a delay in seconds, the 3 one of three words."""
    if miner.model is not NANO_3S:
        if argument not in {"all", "master", "slave"}:
            return _failed(f"Unknow reboot cmd : {argument}")
        delay = 0.5
    else:
        if not argument.isdecimal() or int(argument) > LONGEST_DELAY_S:
            return _failed("invalid reboot delay")
        delay = max(0.5, float(argument))
    miner.after(delay, miner.reboot)
    return OK


def _failed(why: str) -> Reply:
    return Reply("E", 120, f"ASC 0 set failed: {why}")
