"""Reading the fleet: shards of miners, each one run of asyncio, one COPY and one statement for what is now."""

from __future__ import annotations

from miners.polling.fleet import Shard, shards
from miners.polling.shard import longest_s, poll_shard

__all__ = ["Shard", "longest_s", "poll_shard", "shards"]
