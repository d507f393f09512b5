"""The command line of the central server: `kiosk-central COMMAND …`, Arabic by default."""

import sys
from io import TextIOWrapper

import click

from central.commands.attachments import attachment
from central.commands.backup import backup, epoch, restore_command
from central.commands.base import run
from central.commands.ca import ca
from central.commands.cases import case, credit
from central.commands.check import check, handovers
from central.commands.data import catalogue, debts, fees, policy, zone
from central.commands.database import database
from central.commands.debt import debt, lease, shift
from central.commands.enrolment import enrolment
from central.commands.faults import guarded
from central.commands.incident import incident
from central.commands.keys import keys
from central.commands.orders import order
from central.commands.places import book, staff, unit, vehicle
from central.commands.quarantine import quarantine
from central.commands.requests import request
from central.commands.safe import safe
from central.commands.scans import scans
from central.commands.serve import journal, run_server, status
from central.commands.sticks import device, shifts, usb
from central.commands.tidy import tidy_command
from kiosk import __version__


@click.group(name="kiosk-central")
@click.version_option(__version__, message="%(version)s", help="رقم الإصدار · the version")
def central() -> None:
    """خادم المراكز التكنولوجية المتنقلة · central server of the mobile technology centres."""


COMMANDS = (
    *(backup, epoch, order, restore_command),
    *(
        attachment,
        book,
        ca,
        case,
        catalogue,
        check,
        credit,
        database,
        debt,
        debts,
        device,
        enrolment,
        fees,
        handovers,
        request,
        safe,
        scans,
    ),
    *(incident, journal, keys, lease, policy, quarantine, run_server, shift, shifts, staff, status, unit),
    *(tidy_command, usb, vehicle, zone),
)
for _command in COMMANDS:
    central.add_command(_command)


def main() -> None:
    """Entry point of `kiosk-central`; ends the process with the exit code.

    A fault of the program is a sentence and a place in it (`central.commands.faults`).
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8")
    sys.exit(guarded(lambda arguments: run(central, arguments), sys.argv[1:]))


if __name__ == "__main__":
    main()
