"""What is being done right now?  Told to a terminal, in one line that goes again."""

from __future__ import annotations

import sys


class Progress:
    """One line on stderr that says what is being read; silent where stderr is no terminal."""

    def __enter__(self) -> Progress:
        self._shown = sys.stderr.isatty()
        return self

    def __exit__(self, *_: object) -> None:
        if self._shown:
            sys.stderr.write("\r\x1b[K")

    def show(self, message: str, done: int | None = None, total: int | None = None) -> None:
        if self._shown:
            from inventory.escaping import printable

            count = f" {done}/{total}" if total else ""
            sys.stderr.write(f"\r\x1b[K{printable(message, 70)}{count}")
            sys.stderr.flush()
