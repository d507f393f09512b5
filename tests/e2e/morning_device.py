"""One device of the field morning, headless: takes money and syncs over bad lines until it is killed or told.

`python -m tests.e2e.morning_device FOLDER NAME SEED ADDRESS…`: secrets come as JSON on the first line of the
input; the next line, or its end, ends the work in order. Nothing here may fail but in ways that people are
told.
"""

import json
import random
import select
import sys
from pathlib import Path

from tests.sync.machine import desk
from tests.sync.machine.body import HASTY, Body
from tests.sync.machine.template import OWED

PAUSES_S = (0.0, 0.02, 0.1, 0.5)
IN_THE_DRAWER = 15_000_00
"""Piastres from which on the cash is handed over: well below what may be in hand."""


def work(body: Body, draw: random.Random, addresses: list[str]) -> None:
    """One act, or one round by some line."""
    desk.lighten(body, IN_THE_DRAWER)
    what = draw.choices(("fee", "debt", "void", "sync"), (4, 4, 1, 3))[0]
    if what == "fee":
        desk.take_fee(body, draw.choice((25_00, 50_00, 150_00)))
    elif what == "debt":
        desk.take_debt(body, draw.choice(sorted(OWED)), draw.choice((50_00, 150_00)))
    elif what == "void":
        desk.void_last(body)
    else:
        body.round.client.transport._times = HASTY
        body.run(draw.choice(addresses), afresh=draw.randrange(3) == 0, hasty=draw.randrange(3) == 0)


def main() -> None:
    """Work until told."""
    folder, name, seed, *addresses = sys.argv[1:]
    secrets = json.loads(sys.stdin.readline())
    body, draw = Body(name, Path(folder), secrets), random.Random(int(seed))
    desk.open_again(body)
    while not select.select([sys.stdin], [], [], draw.choice(PAUSES_S))[0]:
        work(body, draw, addresses)
    body.close()


if __name__ == "__main__":
    main()
