"""The command line of the kiosk: `kiosk COMMAND …`, Arabic by default."""

import sys
from io import TextIOWrapper

import click

from kiosk import __version__
from kiosk.commands.base import LazyGroup, run
from kiosk.commands.faults import guarded

COMMANDS: dict[str, str] = {
    "attach": "kiosk.commands.attach:attach_command",
    "card": "kiosk.commands.card:card",
    "cash": "kiosk.commands.cash:cash",
    "catalogue": "kiosk.commands.catalogue:catalogue",
    "check-id": "kiosk.commands.identity:check_id",
    "debt": "kiosk.commands.debt:debt",
    "doctor": "kiosk.commands.doctor:doctor_command",
    "devices": "kiosk.commands.devices:devices",
    "export": "kiosk.commands.export:export_command",
    "fee": "kiosk.commands.fee:fee",
    "first-supervisor": "kiosk.commands.provision:first_supervisor_command",
    "medium": "kiosk.commands.medium:medium",
    "keys": "kiosk.commands.keys:keys_group",
    "outage": "kiosk.commands.outage:outage",
    "privacy": "kiosk.commands.privacy:privacy",
    "journal": "kiosk.commands.journal:journal",
    "provision": "kiosk.commands.provision:provision_command",
    "queue": "kiosk.commands.queue:queue_command",
    "receipt": "kiosk.commands.receipt:receipt",
    "recover": "kiosk.commands.recover:recover_command",
    "request": "kiosk.commands.request:request",
    "run": "kiosk.commands.run:run_command",
    "scans": "kiosk.commands.scans:scans_group",
    "search-key": "kiosk.commands.search_key:search_key",
    "setup": "kiosk.commands.setup:setup",
    "shift": "kiosk.commands.shift:shift",
    "staff": "kiosk.commands.staff:staff_group",
    "stops": "kiosk.commands.stops:stops_group",
    "sync": "kiosk.commands.sync:sync_command",
    "usb": "kiosk.commands.usb:usb",
    "verify": "kiosk.commands.verify:verify_command",
    "words": "kiosk.commands.words:words",
}
"""Each command by name, as `module:function`; the module is imported when the command is called."""


@click.group(cls=LazyGroup, lazy=COMMANDS, name="kiosk")
@click.version_option(__version__, message="%(version)s")
def kiosk() -> None:
    """كشك المركز التكنولوجي المتنقل · the mobile technology centre's kiosk."""


def main() -> None:
    """Entry point of the `kiosk` command; ends the process with the exit code.

    A fault of the program is a report and a number (`kiosk.commands.faults`).
    Answers are UTF-8 whatever the locale: Arabic into a pipe on a Latin-1 machine must not be a crash.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8")
    sys.exit(guarded(lambda arguments: run(kiosk, arguments), sys.argv[1:]))


if __name__ == "__main__":
    main()
