#!/usr/bin/env python
"""The one entry point: `manage.py [--config DIR] COMMAND`; `./hmm` calls it."""

from __future__ import annotations

import sys

from hmm_project.runtime.commands import run

if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
