"""A process whose forks do one round of sync and die in the middle of it, at the step they were told.

`python -m tests.crash.round_steps`: one request a line (`root`, `secret`, `die_at`; `staff`; `renewing` where
only the steps of a renewal of the certificate count), one answer a line, both JSON. A step is a statement
that the device gives to its database, or a question to the centre: before it leaves and after the answer has
come. The centre is in another process and lives on.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kiosk.desk.unlock import unlock
from kiosk.link.transport import Transport
from kiosk.sync.place import Place
from kiosk.sync.renewal import OwnCertificate
from kiosk.sync.round import SyncRound
from tests.crash.steps import Steps
from tests.desk.conftest import CHEAP


def _fork_does(request: dict[str, Any], answer: int) -> None:
    staff = request.get("staff", "TEL-1")
    session = unlock(Path(request["root"]), staff, request["secret"], opening=CHEAP)
    steps = Steps(request["die_at"])
    count = steps.step
    if request.get("renewing"):
        count = _while_renewing(steps)
    asked = Transport.ask

    def counted(*arguments: Any, **more: Any) -> Any:
        count()
        said = asked(*arguments, **more)
        count()
        return said

    both: Callable[..., Any] = counted
    Transport.ask = both  # type: ignore[method-assign]
    session.store.db.conn.set_trace_callback(count)
    result = SyncRound(Place.of(session.store)).run()
    os.write(answer, json.dumps({"steps": steps.seen, "outcome": result.outcome.value}).encode())
    os._exit(0)


def _while_renewing(steps: Steps) -> Callable[..., None]:
    """Counts the steps of a renewal, and those of no other part of the round."""
    renew, under_way = OwnCertificate._renew, list[bool]()

    def watched(own: OwnCertificate, epoch: int) -> None:
        under_way.append(True)
        renew(own, epoch)
        under_way.clear()

    patched: Callable[..., Any] = watched
    OwnCertificate._renew = patched  # type: ignore[method-assign]
    return lambda *_: steps.step() if under_way else None


def main() -> None:
    """Answer requests until the input ends."""
    for line in sys.stdin:
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                os.close(read)
                _fork_does(json.loads(line), write)
            finally:
                os._exit(1)
        os.close(write)
        with os.fdopen(read, "rb") as pipe:
            said = json.loads(pipe.read() or b"{}")
        _, status = os.waitpid(child, 0)
        killed = os.waitstatus_to_exitcode(status) == -signal.SIGKILL
        sys.stdout.write(json.dumps({"killed": killed, **said}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
