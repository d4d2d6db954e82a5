"""Reading the fleet: shards of miners, each one run of asyncio, one COPY and one statement for what is now."""

from __future__ import annotations

from miners.polling.apart import poll
from miners.polling.fleet import Shard, shards
from miners.polling.shard import poll_shard

__all__ = ["Shard", "poll", "poll_shard", "shards"]
