"""`make demo` and `make run`: the walk by itself where there is no display, the window where there is one.

python -m tools.demo [--walk | --window | --run | --settle] [--server-away] [--debtors N] [--output FOLDER]
"""

import argparse
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.core.errors import KnownError
from tools.demo.centre import Centre
from tools.demo.place import OUTPUT, Place, Say
from tools.demo.sample import DEBTORS
from tools.demo.shell import DemoError

if TYPE_CHECKING:
    from PySide6.QtCore import QTimer

    from kiosk.app import Kiosk
    from tools.demo.walk import Walk

SIZE = (1024, 768)
SIGNALS_MS = 300
APPLY_TRIES = 30
"""Questions to the centre until it has applied what it stored."""


def main(arguments: Sequence[str]) -> int:
    """Do what was asked for; 0 when every part of the path happened."""
    options = _options(arguments)
    displayed = bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    if not displayed:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    output = options.output.resolve()
    try:
        if options.run:
            return _use(Place.made(output) or Place.make(output, options.debtors, Say()))
        if options.settle:
            return _settle(output)
        place = Place.make(output, options.debtors, say := Say())
        code = 0
        if options.walk or not (displayed or options.window):
            code = _walk(place, say, server_away=options.server_away)
        return code or (_use(place) if displayed and not options.walk else 0)
    except (DemoError, KnownError) as failure:
        print(f"The demonstration did not go well: {failure}", file=sys.stderr)
        return 1


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.demo", description=__doc__)
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument("--walk", action="store_true", help="walk even where there is a display")
    ways.add_argument("--window", action="store_true", help="open the window at once, without the walk")
    ways.add_argument("--run", action="store_true", help="open the window on the device that is there")
    ways.add_argument("--settle", action="store_true", help="start the server and send what a walk left")
    parser.add_argument("--server-away", action="store_true", help="end without the server")
    parser.add_argument("--debtors", type=int, default=DEBTORS)
    parser.add_argument("--output", type=Path, default=OUTPUT)
    return parser.parse_args(arguments)


def _walk(place: Place, say: Say, *, server_away: bool) -> int:
    say("The server is away: its address refuses every connection")
    centre = place.centre()
    try:
        with _walking(place, say) as walk:
            walk.day()
            if not server_away:
                centre.start()
                walk.do(walk.settle)
            walk.do(walk.lock)
        return _judge(place, walk.steps, None if server_away else _held(centre), say)
    finally:
        centre.stop()


def _settle(output: Path) -> int:
    """After a walk without a server: start it, unlock, and see that everything arrives."""
    from tools.demo.verdict import SUMMARY, Findings

    place, say = Place.made(output), Say()
    if place is None or not (output / SUMMARY).is_file():
        raise DemoError(f"no walk has left anything in {output}")
    say(f"{Findings(place).journal['waiting']} entries wait; the server is started")
    centre = place.centre()
    centre.start()
    try:
        with _walking(place, say) as walk:
            for step in (walk.unlock, walk.settle, walk.lock):
                walk.do(step)
        return _judge(place, walk.steps, _held(centre), say)
    finally:
        centre.stop()


@contextmanager
def _walking(place: Place, say: Say) -> Iterator["Walk"]:
    """The kiosk with its window and its printer, and hands on it."""
    from kiosk.app import Kiosk
    from tools.demo.hands import Hands
    from tools.demo.walk import Walk

    with place.printer(), place.terminal():
        kiosk = Kiosk(place.device)
        try:
            kiosk.shell.resize(*SIZE)
            kiosk.shell.show()
            kiosk.tasks.start()
            yield Walk(place, Hands(kiosk, place.output), say)
        finally:
            kiosk.close()


def _held(centre: Centre) -> dict[str, Any]:
    """What the centre holds once it has applied what it stored."""
    held = centre.holds()
    for _ in range(APPLY_TRIES):
        if held["applied"] == held["entries"]:
            break
        held = centre.holds()
    return held


def _judge(place: Place, steps: Sequence[dict[str, Any]], server: dict[str, Any] | None, say: Say) -> int:
    from tools.demo.verdict import Findings, write_summary

    found = Findings(place)
    summary = found.summary(steps, server)
    write_summary(place.output, summary)
    journal, receipts = summary["journal"], summary["receipts"]
    say(
        f"{receipts['count']} receipts, {receipts['first']} to {receipts['last']}; of {journal['entries']}"
        f" entries {journal['acknowledged']} are confirmed and {journal['waiting']} wait"
    )
    wrong = list(found.wrong(summary, server))
    for one in wrong:
        print(f"Wrong: {one}", file=sys.stderr)
    say(f"Pictures, paper, pages and {place.output.name}/summary.json are in {place.output}")
    return 1 if wrong else 0


def _use(place: Place) -> int:
    """Open the window for whoever sits before it, with server and printer at work beside it."""
    from kiosk.app import Kiosk

    centre = place.centre()
    centre.start()
    try:
        with place.printer(), place.terminal():
            print("The staff of this device and their secret numbers:", *place.staff_lines(), sep="\n  ")
            print(f"The server is at {centre.address}; paper comes out in {place.paper}", flush=True)
            kiosk = Kiosk(place.device)
            ticking = _let_signals_in(kiosk)
            code = kiosk.run()
            ticking.stop()
            return code
    finally:
        centre.stop()


def _let_signals_in(kiosk: "Kiosk") -> "QTimer":
    """Close the window at Ctrl-C: Python looks at signals only when some of its code runs."""
    from PySide6.QtCore import QTimer

    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, lambda _number, _frame: kiosk.shell.close())
    timer = QTimer()
    timer.timeout.connect(lambda: None)
    timer.start(SIGNALS_MS)
    return timer


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
