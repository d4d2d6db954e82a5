"""What `up` settles before it turns into the supervisor."""

from __future__ import annotations

import compileall

from hmm_project import secrets
from hmm_project.config import PROJECT, Config
from hmm_project.home import Home
from hmm_project.runtime import folder, postgres
from hmm_project.runtime.errors import CannotStart
from hmm_project.runtime.privileges import Identity
from hmm_project.runtime.programs import WITHOUT_DATABASE

EXAMPLES = {"database": "postgresql://user:password@host/hmm", "redis": "redis://host:6379/0"}
PACKAGES = ("hmm_project", "miners", "pools", "energy", "strategy")


def refuse_embedded(config: Config, role: str) -> None:
    """A single role has nobody who starts servers for it. Raises CannotStart."""
    wanted = ("redis",) if role in WITHOUT_DATABASE else ("database", "redis")
    for name in wanted if role else ():
        if getattr(config, name) == "embedded":
            raise CannotStart(
                f"--role {role} needs an external server: write '{name}: {EXAMPLES[name]}' in config.yaml"
            )


def as_root(config: Config, home: Home, account: Identity | None) -> bool:
    """What the account cannot do for itself. Answers whether this configuration directory is new."""
    fresh = not home.secret_file.exists()
    secrets.master_key(home)
    if account:
        folder.give(home.secret_file, account)
        # The account may not write beside the code, and would compile it again in every process.
        for package in PACKAGES:
            compileall.compile_dir(PROJECT / package, quiet=2)
    if config.database == "embedded":
        postgres.initialise(home, postgres.programs(home), account)
        postgres.wait_for_predecessor(home)
    return fresh
