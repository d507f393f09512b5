"""A process whose forks print and are killed: `python -m tests.devices.dying`.

A line of input is JSON: `root` of a trial device, `link` of a printer, `stage`. The fork prints what waits in
the queue of that device and stands still for ever at the stage, after saying so, until killed. Answers
are lines: the pid, `at` when the stage is reached, `ended` after the fork is gone.
"""

import json
import os
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from kiosk.core.raster import Sheet
from kiosk.devices.connection import Connection, opener
from kiosk.devices.port import PortSettings
from kiosk.devices.print_worker import PrintWorker
from kiosk.devices.printer import EscPosPrinter, Timing
from kiosk.devices.profiles import shipped_profile
from kiosk.store.print_jobs import PrintJob, PrintOutcome, end_print, outcome_entry
from tests.desk.conftest import Trial
from tests.devices.desks import JournalDesk, sheet_of

ENDLESS = Timing(answer=0.3, sync=0.3, quiet=0.05, settle=0.1, confirm=300, poll=300)


def say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


@dataclass
class DyingDesk(JournalDesk):
    """A desk that stands still for ever at one stage."""

    stage: str = ""

    def stand(self, stage: str) -> None:
        if stage == self.stage:
            say("at")
            threading.Event().wait()

    def next_job(self) -> PrintJob | None:
        self.stand("next")
        return super().next_job()

    def begin(self, job: PrintJob, printer: str) -> int:
        self.stand("begin")
        return super().begin(job, printer)

    def render(self, job: PrintJob, copy: int) -> Sheet:
        self.stand("begun")
        return sheet_of(copy, height=2000) if self.stage == "half" else super().render(job, copy)

    def report(self, outcome: PrintOutcome) -> None:
        self.stand("report")
        with self.session.act() as act:
            act.append(outcome_entry(outcome, act.link(outcome.job.entry)))
            end_print(act.db, outcome)
            self.stand("commit")
        self.stand("done")


def die(root: str, link: str, stage: str) -> None:
    """Print until killed."""
    session = Trial(Path(root)).unlock("TEL-1")
    settings = PortSettings(write_timeout=300)
    connection = Connection(opener(link, settings, "printer"), name="printer")
    printer = EscPosPrinter(connection, shipped_profile("generic-80"), timing=ENDLESS)
    worker = PrintWorker(printer, DyingDesk(session, stage), printer_code="generic-80")
    while worker.step() is not None:
        continue
    threading.Event().wait()


def main() -> None:
    """Fork for every line."""
    for line in sys.stdin:
        asked = json.loads(line)
        pid = os.fork()
        if pid == 0:
            die(**asked)
        say(str(pid))
        os.waitpid(pid, 0)
        say("ended")


if __name__ == "__main__":
    main()
