"""The Redis-compatible server, for what is not Celery's, Channels' or the cache's."""

from __future__ import annotations

from functools import lru_cache

import redis
from django.conf import settings


@lru_cache(maxsize=1)
def connection() -> redis.Redis:
    """This process's connection pool."""
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=5, socket_connect_timeout=5)
