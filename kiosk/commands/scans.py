"""`kiosk scans`: when scans may travel. Entries and money are not concerned."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click

from kiosk.commands.base import LazyGroup, output, output_options
from kiosk.commands.desk_session import open_session, store_options
from kiosk.core.bidi import ltr
from kiosk.core.entries.technical import NetworkKind
from kiosk.core.errors import KnownError
from kiosk.desk.sync_pause import change_scan_rules
from kiosk.link.network import network
from kiosk.store.attachments import State, attachments
from kiosk.store.scan_rules import ScanRules
from kiosk.sync.attachments import network_in_use

_MB = 10**6


@click.group("scans", cls=LazyGroup)
def scans_group() -> None:
    """صور المستندات في طريقها إلى المركز · scans on their way to the centre."""


@scans_group.command("status")
@store_options
@output_options
def status(store: Path | None, staff: str | None) -> None:
    """ما ينتظر منها وقواعد إرسالها · what waits, and the rules of sending."""
    _change(store, staff, lambda rules: rules)


@scans_group.command("pause")
@click.option("--this-network", is_flag=True, help="على الشبكة الحالية فقط · on the network in use alone")
@store_options
@output_options
def pause(store: Path | None, staff: str | None, *, this_network: bool) -> None:
    """أوقف إرسال الصور، والقيود تُرسل كالمعتاد · hold scans back; entries go as ever."""

    def change(rules: ScanRules) -> ScanRules:
        if not this_network:
            return replace(rules, paused=True)
        name = network_in_use()
        if not name:
            raise KnownError("sync.network_unknown")
        return replace(rules, not_on=tuple(sorted({*rules.not_on, name})))

    _change(store, staff, change, _kind() if this_network else None)


@scans_group.command("resume")
@store_options
@output_options
def resume(store: Path | None, staff: str | None) -> None:
    """أرسل الصور على كل شبكة · let scans go on every network."""
    _change(store, staff, lambda rules: ScanRules(day_bytes=rules.day_bytes))


@scans_group.command("budget")
@click.argument("megabytes", type=click.IntRange(0, 1_000_000), required=False, metavar="[MB]")
@store_options
@output_options
def budget(store: Path | None, staff: str | None, megabytes: int | None) -> None:
    """كم ميجابايت في اليوم، وبلا رقم بلا حد · megabytes a day; without a number, no limit."""
    most = None if megabytes is None else megabytes * _MB
    _change(store, staff, lambda rules: replace(rules, day_bytes=most))


def _kind() -> NetworkKind:
    """Of the network in use; one that the system does not name is of another kind."""
    found = network()
    return found.kind if found is not None else "other"


def _change(
    store: Path | None,
    staff: str | None,
    change: Callable[[ScanRules], ScanRules],
    kind: NetworkKind | None = None,
) -> None:
    with open_session(store, staff) as session:
        rules = change_scan_rules(session, change, kind)
        waiting = sum(one.state is State.WAITING for one in attachments(session.store.db))
    payload = {
        "waiting": waiting,
        "paused": rules.paused,
        "not_on": list(rules.not_on),
        "day_bytes": rules.day_bytes,
    }
    held = rules.paused or bool(rules.not_on)
    arabic = "موقوفة" if rules.paused else "موقوفة على بعض الشبكات" if held else "تُرسل على كل شبكة"
    english = "held back" if rules.paused else "held back on some networks" if held else "sent on any network"
    output().emit(
        payload,
        f"صور تنتظر: {ltr(str(waiting))}. إرسال الصور: {arabic}.",
        f"Scans that wait: {waiting}. Scans are {english}.",
    )
