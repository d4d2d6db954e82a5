"""Stands between the supervisor and a program: waits for what it needs, ties its life to the supervisor's, becomes it.

`python -m hmm_project.runtime.child PARENT SIGNAL NICENESS PATH… -- COMMAND…`; imports almost nothing, it starts often.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from hmm_project.runtime.privileges import die_with_parent
from hmm_project.runtime.waiting import is_there, until

PATIENCE_S = 600  # a migration may take a while; then it ends and is started again


def main(arguments: list[str]) -> int:
    """Become COMMAND; answers only when that is not possible."""
    split = arguments.index("--")
    parent, how, niceness, *paths = arguments[:split]
    die_with_parent(int(parent), signal.Signals[f"SIG{how}"])
    os.nice(int(niceness))
    for path in map(Path, paths):
        if not until(lambda path=path: is_there(path), seconds=PATIENCE_S):  # type: ignore[misc]
            print(f"{path} does not appear", file=sys.stderr)  # noqa: T201
            return 1
    command = arguments[split + 1 :]
    try:
        os.execv(command[0], command)  # noqa: S606
    except OSError as error:
        print(f"{command[0]}: {error.strerror}", file=sys.stderr)  # noqa: T201
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
