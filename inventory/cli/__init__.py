"""The command line: parses, calls, chooses the exit code.

0 clean, 1 findings at or above `--fail-on` or a refusal to publish, 2 wrong usage or configuration, 3 incomplete,
4 internal error, 130 interrupted, 141 broken pipe.  If several hold: 4 > 2 > 1 > 3.
"""

from __future__ import annotations

import gc
import os
import sys

_OFTEN = 100_000
"""Facts and findings come in hundred thousands, and none of them in a ring: to look for rings at every 700 new objects,
as Python does, is a tenth of a large check."""
SELDOM = 1_000_000
"""A judgement makes many objects and hardly a ring of them, where a scan makes a tree with ways up of every statement.
So many new ones go by before Python looks for rings again."""


def main() -> None:
    """Run `sharemap` with the arguments of this process, and exit."""
    gc.set_threshold(_OFTEN)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # NumPy's would wait for matrices that never come: 0.1 s of CPU
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run `sharemap` with arguments and return its exit code; complaints go to stderr."""
    from inventory.cli.app import ENDING
    from inventory.cli.commands import program
    from lineage.errors import LineageError, Refused

    try:
        with ENDING:
            code = program(*arguments[:1])(arguments, standalone_mode=False, prog_name="sharemap")
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except KeyboardInterrupt:
        return 130
    except Refused as refusal:
        _complain(str(refusal))
        return 1
    except LineageError as problem:
        _complain(str(problem))
        return 2
    except Exception as problem:
        return _unexpected(problem)


def _unexpected(problem: Exception) -> int:
    show, code = getattr(problem, "show", None), getattr(problem, "exit_code", None)
    if callable(show) and isinstance(code, int):  # how typer says that the usage was wrong
        show()
        return 2
    if type(problem).__name__ == "Abort":
        return 130
    where = problem.__traceback__
    while where is not None and where.tb_next is not None:
        where = where.tb_next
    place = f"{where.tb_frame.f_code.co_filename}:{where.tb_lineno}" if where else "unknown place"
    _complain(f"internal error: {type(problem).__name__} at {place}; please report it with the command you ran")
    if os.environ.get("SHAREMAP_DEBUG"):
        raise problem
    return 4


def _complain(text: str) -> None:
    from inventory.escaping import printable

    for line in text.splitlines():
        print(f"sharemap: {printable(line, 2000)}", file=sys.stderr)
