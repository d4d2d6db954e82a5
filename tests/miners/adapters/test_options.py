from __future__ import annotations

import json

from miners.adapters.bitaxe.info import options_of
from miners.adapters.options import from_json, to_json
from miners.contract import Options
from tests.miners.adapters.payloads import AXEOS_2_15, GAMMA_ASIC


def test_options_survive_the_database():
    options = options_of(AXEOS_2_15, GAMMA_ASIC)
    stored = json.dumps(to_json(options), sort_keys=True)  # jsonb sorts keys
    back = from_json(json.loads(stored))
    assert back == options
    assert back is not None
    assert list(back.modes) == ["eco", "standard", "turbo", "oc"]


def test_nothing_stored_means_not_known():
    assert from_json(None) is None


def test_a_device_without_modes_has_options_too():
    assert from_json(to_json(Options(firmware="v2.0.04", model="NMMiner"))) == Options(
        firmware="v2.0.04", model="NMMiner"
    )
