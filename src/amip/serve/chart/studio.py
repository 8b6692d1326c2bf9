"""The studio: a process of its own that draws charts, one after the other.

The library that draws holds the interpreter while it works, which would make all other readers
wait; and it keeps some 100 MB that the server need not have. The process starts with the first
chart and ends with the server.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import subprocess
import sys
from dataclasses import dataclass, field
from threading import Lock, Timer

from amip.errors import RemoteError
from amip.serve.chart.drawing import clean_drawing

VEGA_LITE = "5.20"
"""The version of Vega-Lite that charts are made for."""
_SECONDS = 30.0
_START = "from amip.serve.chart.studio import main; main()"


@dataclass(slots=True)
class Studio:
    """Draws specifications in a process that is started when it is needed."""

    _process: subprocess.Popen[bytes] | None = None
    _turn: Lock = field(default_factory=Lock)

    def draw(self, spec: str, config: str, title: str, slack: float) -> str:
        """Draw a Vega-Lite specification with some sizes of its own, and clean the drawing.

        Raises `RemoteError` when the process fails twice, or takes too long.
        """
        order = json.dumps([spec, config, title, slack]).encode() + b"\n"
        with self._turn:
            for _ in range(2):
                if answer := self._pass_on(order):
                    return str(json.loads(answer))
                self._end()
        raise RemoteError("the chart could not be drawn", subject=title)

    def close(self) -> None:
        """End the process."""
        with self._turn:
            self._end()

    def _pass_on(self, order: bytes) -> bytes:
        """Pass an order on; empty when the process is gone."""
        process = self._process or self._start()
        if process.stdin is None or process.stdout is None:
            return b""
        watch = Timer(_SECONDS, process.kill)
        watch.daemon = True
        watch.start()
        try:
            process.stdin.write(order)
            process.stdin.flush()
            return process.stdout.readline()
        except OSError:
            return b""
        finally:
            watch.cancel()

    def _start(self) -> subprocess.Popen[bytes]:
        self._process = subprocess.Popen(  # noqa: S603 (our own program)
            [sys.executable, "-c", _START],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # Strg+C in the terminal ends the server, which then ends this process.
            start_new_session=True,
        )
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        with contextlib.suppress(OSError):
            process.communicate()


STUDIO = Studio()
"""The studio of this process."""
atexit.register(STUDIO.close)


def main() -> None:
    """Draw what comes in by standard input, line by line, until it ends."""
    import vl_convert

    for line in sys.stdin:
        spec, config, title, slack = json.loads(line)
        svg = vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE, config=json.loads(config))
        sys.stdout.write(json.dumps(clean_drawing(svg, title, slack)) + "\n")
        sys.stdout.flush()
