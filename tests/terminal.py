"""A terminal to run `amip` in."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TypeAlias

AMIP = Path(sys.executable).with_name("amip")
Done: TypeAlias = subprocess.CompletedProcess[bytes]


def run(
    *arguments: str, folder: Path | None = None, given: bytes = b"", language: str = "C.UTF-8"
) -> Done:
    environment = {name: text for name, text in os.environ.items() if not name.startswith("LC_")}
    return subprocess.run(
        [AMIP, *arguments],
        cwd=folder,
        input=given,
        capture_output=True,
        env={**environment, "LANG": language, "COLUMNS": "100"},
        check=False,
        timeout=120,
    )
