"""Of several workers one publishes: who holds this lock. It goes by itself when its holder dies."""

from __future__ import annotations

from hmm_project import locks

NAME = "mqtt"
LASTS_S = 20.0
RENEW_EVERY_S = 5.0

Token = dict[str, str]


def take() -> Token:
    """Empty while another worker has it."""
    return locks.take_many([NAME], ttl_s=LASTS_S)


def renew(token: Token) -> bool:
    """False when it is no longer ours."""
    return locks.renew_many(token, ttl_s=LASTS_S)


def give_back(token: Token) -> None:
    locks.release_many(token)
