"""Stands between the supervisor and a program: waits for its sockets, ties its life to the supervisor's, becomes it.

`python -m hmm_project.runtime.child PARENT SIGNAL SOCKET… -- COMMAND…`; imports almost nothing, it starts often.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from hmm_project.runtime.privileges import die_with_parent
from hmm_project.runtime.waiting import listens, until

PATIENCE_S = 60  # then it ends and is started again


def main(arguments: list[str]) -> int:
    """Become COMMAND; answers only when that is not possible."""
    split = arguments.index("--")
    parent, how, *sockets = arguments[:split]
    die_with_parent(int(parent), signal.Signals[f"SIG{how}"])
    for path in sockets:
        if not until(lambda path=path: listens(Path(path)), seconds=PATIENCE_S):  # type: ignore[misc]
            print(f"nothing listens on {path}", file=sys.stderr)  # noqa: T201
            return 1
    command = arguments[split + 1 :]
    try:
        os.execv(command[0], command)  # noqa: S606
    except OSError as error:
        print(f"{command[0]}: {error.strerror}", file=sys.stderr)  # noqa: T201
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
