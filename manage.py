#!/usr/bin/env python
"""The one entry point: `manage.py [--config DIR] COMMAND`."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main(arguments: list[str]) -> int:
    """Choose the configuration directory, then hand over to Django's commands."""
    from hmm_project import config, environment

    os.environ["DJANGO_SETTINGS_MODULE"] = "hmm_project.settings"  # noqa: TID251  Django's own, never read by us
    arguments = list(arguments)
    if "--config" in arguments:
        position = arguments.index("--config")
        if position + 1 >= len(arguments):
            print("--config needs a directory", file=sys.stderr)  # noqa: T201
            return 2
        config.use(Path(arguments[position + 1]))
        del arguments[position : position + 2]
    try:
        from django.core.management import execute_from_command_line

        execute_from_command_line(["hmm", *arguments])
    except (config.ConfigError, environment.BadVariable) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
