"""`python -m benchmarks [NAME…]`: measure, show, and fail when a limit is missed."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks import BENCHMARKS
from benchmarks.frame import chosen, measure, table, write

RESULTS = Path(__file__).resolve().parents[1] / "bench-output" / "results.json"


def main(names: Sequence[str], benchmarks: Mapping[str, str] = BENCHMARKS, results: Path = RESULTS) -> int:
    """Run the named benchmarks, or all; return 0, 1 when a limit is missed, 2 for an unknown name."""
    try:
        picked = chosen(dict(benchmarks), names)
    except KeyError as error:
        print(f"No benchmark is called {error.args[0]}. There are: {', '.join(benchmarks)}")
        return 2
    figures = list(measure(picked))
    write(figures, results)
    missed = [one.name for one in figures if not one.ok]
    print(f"\n{table(figures)}\n\n{len(figures)} figures, {len(missed)} over their limit: {results.name}")
    return 1 if missed or not figures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
