"""A process whose forks print what waits and die in the middle of it, at the step they were told.

`python -m tests.crash.print_steps`: one request a line (`root`, `link`, `die_at`), one answer a line, both
JSON. A step is a statement to the database, or a call that writes: of a file, or of the printer's line.
"""

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from kiosk.devices.connection import Connection, opener
from kiosk.devices.port import PortSettings
from kiosk.devices.print_worker import PrintWorker
from kiosk.devices.printer import EscPosPrinter
from kiosk.devices.profiles import shipped_profile
from tests.crash.steps import Steps
from tests.desk.conftest import Trial
from tests.devices.desks import JournalDesk
from tests.devices.test_worker import PATIENT


def _fork_prints(root: str, link: str, die_at: int) -> None:
    session = Trial(Path(root)).unlock("TEL-1")
    connection = Connection(opener(link, PortSettings(), "printer"), name="printer")
    printer = EscPosPrinter(connection, shipped_profile("generic-80"), timing=PATIENT)
    worker = PrintWorker(printer, JournalDesk(session), printer_code="generic-80")
    Steps(die_at).watch(session)
    while worker.step() is not None:
        continue


def main() -> None:
    """Answer requests until the input ends."""
    for line in sys.stdin:
        request: dict[str, Any] = json.loads(line)
        child = os.fork()
        if child == 0:
            try:
                _fork_prints(**request)
                os._exit(0)
            finally:
                os._exit(1)
        _, status = os.waitpid(child, 0)
        ended = os.waitstatus_to_exitcode(status)
        sys.stdout.write(json.dumps({"killed": ended == -signal.SIGKILL, "ended": ended}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
