"""The same poll on SQLite."""

from __future__ import annotations

from pathlib import Path

from tests.miners import sqlite

SCRIPT = """
from datetime import UTC, datetime, timedelta
from unittest.mock import patch
from django.conf import settings
from miners.models import Miner, MinerStatus, Telemetry
from miners.polling import fleet, shard
from miners.polling.held import Held
from miners.simulators.fleet import parse
from miners.simulators.simulation import running

class NoRedis(Held):
    def __init__(self, miner_ids, *, ttl_s):
        self._tokens = {f"miner:{pk}": "x" for pk in miner_ids}

now = datetime(2026, 11, 22, 12, tzinfo=UTC)
devices = parse({"miners": [{"kind": "bitaxe", "name": "blue", "host": "127.0.0.1", "port": 0}]})
with running(devices) as simulation, patch.object(shard, "Held", NoRedis), \\
        patch("hmm_project.live._send"), patch("hmm_project.locks.release_many"), \\
        patch("miners.polling.sightings.known", dict):
    blue = Miner.objects.create(name="blue", kind="bitaxe", host="127.0.0.1", port=simulation.device("blue").port)
    Miner.objects.create(name="gone", kind="bitaxe", host="127.0.0.1", port=1)
    [pair] = [one.ids for one in fleet.shards()]
    for poll in range(2):
        shard.poll_shard(pair, now=now + timedelta(seconds=30 * poll))
blue, gone = MinerStatus.objects.order_by("miner__name")
assert (blue.state, gone.state) == ("mining", "unreachable"), (blue.state, gone.state, gone.failure)
assert blue.seen_at == blue.polled_at and blue.since is not None and blue.since < blue.seen_at
assert gone.seen_at is None and gone.failures == 2
assert blue.hashrate_ghs > 500 and "restart" in blue.capabilities and blue.options["modes"]
assert blue.overheated is False
assert Telemetry.objects.count() == 2
assert [row.version for row in blue.miner.firmware_versions.all()] == [blue.firmware]
print("good")
"""


def test_statuses_and_rows_are_the_same_on_sqlite(tmp_path: Path) -> None:
    assert sqlite.run(tmp_path, SCRIPT) == "good\n"
