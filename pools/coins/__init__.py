"""Coins: what hashes are worth, what the odds are, what was paid out."""

from __future__ import annotations

from pools.coins.knowing import all_facts, facts, odds, worth

__all__ = ["all_facts", "facts", "odds", "worth"]
