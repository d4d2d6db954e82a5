"""The miners' tables. What a person configures (audited) is apart from what is observed (never audited)."""

from __future__ import annotations

from miners.models.command import Action, Command, Outcome
from miners.models.desired import DesiredState, Power
from miners.models.firmware import FirmwareVersion
from miners.models.miner import Miner
from miners.models.mqtt import MqttBroker
from miners.models.power import HomeAssistant, Switch
from miners.models.rollup import FiveMinutes, Hour, RollUpMark, StaleBucket
from miners.models.status import MinerStatus
from miners.models.telemetry import Telemetry
from miners.models.tuning import TuningProfile

__all__ = [
    "Action",
    "Command",
    "DesiredState",
    "FirmwareVersion",
    "FiveMinutes",
    "HomeAssistant",
    "Hour",
    "Miner",
    "MinerStatus",
    "MqttBroker",
    "Outcome",
    "Power",
    "RollUpMark",
    "StaleBucket",
    "Switch",
    "Telemetry",
    "TuningProfile",
]
