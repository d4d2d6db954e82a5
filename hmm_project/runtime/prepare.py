"""`prepare`: what runs once under the supervisor before the roles do: reach the servers, migrate, furnish a demo.

It leaves the file `--done` when all is well; its last line is what the user reads when it is not.
"""

from __future__ import annotations

import argparse
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from hmm_project import config as configuration
from hmm_project import connections
from hmm_project.runtime import reach
from hmm_project.runtime.errors import CannotStart
from hmm_project.runtime.memory import load_undisturbed


def main(arguments: list[str]) -> int:
    """Raises CannotStart."""
    parser = argparse.ArgumentParser(prog="hmm prepare", description="Migrate the database; 'hmm up' does it.")
    parser.add_argument("--done", type=Path, required=True)
    parser.add_argument("--house", type=int, nargs=2, metavar=("INSTANCE", "SHIFT"), help="furnish this demo")
    options = parser.parse_args(arguments)
    home = configuration.current_home()
    config = configuration.load(home)
    _load()  # while the servers start
    if config.database == "embedded":
        reach.create_database(home)
    if config.redis != "embedded":
        reach.redis_server(config.redis)
    with ExitStack() as alone:
        if not config.database.startswith("sqlite"):
            alone.enter_context(reach.migration_lock(connections.database(config, home)))
        _migrate()
    if options.house:
        from hmm_project.celery import app  # with Django, which is ready now
        from hmm_project.runtime import demo
        from hmm_project.runtime.furnishing import furnish

        app.set_default()  # what is furnished sends tasks
        furnish(*options.house, now=datetime.now(UTC))
        demo.wait_for(options.house[0])
    options.done.touch()
    return 0


def _load() -> None:
    configuration.play("prepare")
    load_undisturbed()
    import django

    django.setup()


def _migrate() -> None:
    from django.core.management import CommandError, call_command
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
    except (CommandError, DatabaseError) as error:
        raise CannotStart(f"the database schema could not be brought up to date: {reach.one_line(error)}") from error
