"""The fallback database keeps the ledger too."""

from __future__ import annotations

from pathlib import Path

from tests.miners.sqlite import run

SCRIPT = """
from datetime import UTC, datetime
call_command("migrate", verbosity=0)
from miners.commands import Order, execute, gate
from miners.models import Action, Command
from miners.services import create_miner
now = datetime(2026, 11, 22, 12, tzinfo=UTC)
miner = create_miner(actor="ada", now=now, name="gamma", kind="bitaxe", host="10.0.0.1")
order = Order(Action.MODE, "strategy", "cheap", miner.pk, mode="eco")
for state in ("SHADOW", "SHADOW", "LIVE"):
    gate.register_gate(lambda: state)
    execute([order], now=now)
print([(command.outcome, command.argument) for command in Command.objects.all()])
"""


def test_orders_are_kept_in_sqlite(tmp_path: Path):
    """There is no Redis here, so what LIVE would send waits, and waiting is not kept."""
    assert "[('shadowed', {'mode': 'eco'})]" in run(tmp_path, SCRIPT)
