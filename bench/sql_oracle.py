"""Does what is read from SQL agree with what running it shows?  ``python -m bench.sql_oracle --n 2000 --seed 7``

Makes random programs, runs them in DuckDB over marked cells, and prints those that were read otherwise.  Ends with 1
if there are any.
"""

from __future__ import annotations

import argparse
import time
from random import Random

import duckdb

from tests.inventory.sql.oracle import difference
from tests.inventory.sql.worlds import Worlds


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--n", type=int, default=1000, help="programs to make")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--without-schema", action="store_true", help="read without being told the tables")
    options.add_argument("--show", type=int, default=10, help="differences to print")
    chosen = options.parse_args()
    worlds = Worlds(Random(chosen.seed))
    start, ran, shown, refused = time.process_time(), 0, 0, 0
    for number in range(chosen.n):
        program = worlds.program()
        try:
            found = difference(program, number, with_schema=not chosen.without_schema)
        except duckdb.Error as problem:
            refused += 1
            if refused <= 3:
                print(f"-- refused by DuckDB: {str(problem).splitlines()[0]}\n{program.sql}")
            continue
        ran += 1
        if found is not None:
            shown += 1
            if shown <= chosen.show:
                print(f"-- {number}\n{found}", flush=True)
    seconds = time.process_time() - start
    print(f"{ran} programs run, {refused} refused, {shown} read otherwise than run, {seconds:.0f} s of CPU")
    return 1 if shown else 0


if __name__ == "__main__":
    raise SystemExit(main())
