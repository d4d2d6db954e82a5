"""Where things lie: one configuration directory holds everything a household must keep."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

LONGEST_SOCKET_DIRECTORY = 80  # a UNIX socket path may have 107 bytes


@dataclass(frozen=True, slots=True)
class Home:
    """Paths below the configuration directory (`/config` in a container)."""

    directory: Path

    @property
    def config_file(self) -> Path:
        return self.directory / "config.yaml"

    @property
    def secret_file(self) -> Path:
        """32 random bytes as hex: Django's SECRET_KEY and the key of the secrets at rest are derived from it."""
        return self.directory / "secret.key"

    @property
    def postgres(self) -> Path:
        return self.directory / "postgres"

    @property
    def logs(self) -> Path:
        return self.directory / "logs"

    @property
    def backups(self) -> Path:
        return self.directory / "backups"

    @property
    def plugins(self) -> Path:
        """Packages with drivers for further families, put there by `pip install --target`."""
        return self.directory / "plugins"

    @property
    def run(self) -> Path:
        """Sockets and process ids; moved to /tmp when the path is too long for a UNIX socket."""
        near = self.directory / "run"
        if len(str(near)) <= LONGEST_SOCKET_DIRECTORY:
            return near
        return Path("/tmp") / f"hmm-{hashlib.sha256(str(self.directory).encode()).hexdigest()[:16]}"  # noqa: S108

    @property
    def postgres_password_file(self) -> Path:
        return self.directory / "postgres.password"

    @property
    def valkey_socket(self) -> Path:
        return self.run / "valkey.sock"

    @property
    def flower_socket(self) -> Path:
        return self.run / "flower.sock"


def default_directory(project: Path) -> Path:
    """`/config` where it exists (the container), else `config` beside the code."""
    container = Path("/config")
    return container if container.is_dir() else project / "config"
