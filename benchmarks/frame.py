"""What a benchmark gives, how two things are measured fairly side by side, and how figures are shown."""

import gc
import json
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """One measured cost: less is better, and `value` must not pass `limit`; both, and `peer`, are in `unit`.

    `peer` is what the same work costs in the other way named in `name`, measured in the same run; without one
    it is None. `ratio` is value / peer, or value / limit without a peer.
    """

    name: str
    value: float
    unit: str
    limit: float
    peer: float | None
    ratio: float
    ok: bool


Benchmark = Callable[[], Iterable[Figure]]


def against_limit(name: str, value: float, unit: str, limit: float) -> Figure:
    """A figure that has only its limit."""
    return Figure(name, value, unit, limit, None, value / limit, value <= limit)


def against_peer(name: str, value: float, peer: float, unit: str, at_most: float) -> Figure:
    """A figure that may cost at most `at_most` times its peer: independent of how fast the machine is."""
    limit = peer * at_most
    return Figure(name, value, unit, limit, peer, value / peer, value <= limit)


def seconds_of(work: Callable[[], object]) -> float:
    """Run a piece of work once and return the seconds it took, with garbage collection held back."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        start = time.perf_counter()
        work()
        return time.perf_counter() - start
    finally:
        if collecting:
            gc.enable()


def interleaved(*works: Callable[[], object], rounds: int) -> list[float]:
    """Median seconds of each work, taken in turns: whatever slows the machine down meets them all alike.

    Each runs once before, so that imports and caches are warm, and the order turns round every second time.
    """
    for work in works:
        work()
    taken: list[list[float]] = [[] for _ in works]
    for turn in range(rounds):
        order = range(len(works)) if turn % 2 == 0 else reversed(range(len(works)))
        for place in order:
            taken[place].append(seconds_of(works[place]))
    return [statistics.median(times) for times in taken]


def load(target: str) -> Benchmark:
    """Import a benchmark by `module:function`."""
    module, function = target.split(":")
    benchmark: Benchmark = getattr(import_module(module), function)
    return benchmark


def chosen(benchmarks: dict[str, str], names: Sequence[str]) -> dict[str, str]:
    """Return the benchmarks of these names or below them (`core` takes `core.words`); all, without names.

    Raises KeyError for a name that is not there.
    """
    picked: dict[str, str] = {}
    for name in names:
        found = {one: to for one, to in benchmarks.items() if one == name or one.startswith(f"{name}.")}
        if not found:
            raise KeyError(name)
        picked |= found
    return picked or dict(benchmarks)


def measure(benchmarks: dict[str, str]) -> Iterator[Figure]:
    """Run benchmarks one after the other, saying which."""
    for number, (name, target) in enumerate(benchmarks.items(), 1):
        print(f"[{number}/{len(benchmarks)}] {name} …", flush=True)
        yield from load(target)()


def table(figures: Sequence[Figure]) -> str:
    """The figures as aligned text."""
    rows = [("figure", "value", "limit", "peer", "ratio", "")]
    for one in figures:
        peer = "–" if one.peer is None else f"{one.peer:,.2f} {one.unit}"
        value, limit = f"{one.value:,.2f} {one.unit}", f"{one.limit:,.2f} {one.unit}"
        rows.append((one.name, value, limit, peer, f"{one.ratio:.2f}", "ok" if one.ok else "MISSED"))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column in (0, 5) else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def write(figures: Sequence[Figure], file: Path) -> None:
    """Write the figures as JSON: a list of objects with the fields of `Figure`."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps([asdict(one) for one in figures], indent=2) + "\n", encoding="utf-8")
