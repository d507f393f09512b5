"""`kiosk-central quarantine`: entries that wait for a decision, and deciding on them."""

from pathlib import Path
from typing import Any

import click

from central.commands.base import centre_in, emit, folder_option, output_options
from central.commands.cases import BY, NOTE
from central.quarantines import Decision, list_held, settle_held, show_held
from kiosk.core.wire.times import utc_text

_WORDS = {
    "applied": ("طُبِّق كما هو", "applied as it is"),
    "credited": ("صار رصيدًا باسم المدين", "kept as a credit"),
    "dismissed": ("بلا أثر غير مبلغه", "without effect beyond its money"),
    "verified": ("راجعه شخص آخر", "verified by another person"),
}


@click.group(name="quarantine")
def quarantine() -> None:
    """قيود تنتظر قرارًا · entries that wait for a decision."""


@quarantine.command(name="list")
@click.option("--all", "everything", is_flag=True, help="وما تقرر أيضًا · also those decided")
@folder_option
@output_options
def quarantine_list(everything: bool, folder: Path) -> None:
    """عرض ما ينتظر · list what waits."""
    with centre_in(folder) as centre, centre.storage.read() as db:
        found = list_held(db, waiting=not everything)
    listed = [_held(one.device, one.row) for one in found]
    arabic = [f"{one['device']}:{one['seq']}  {one['ar']}" for one in listed]
    english = [f"{one['device']}:{one['seq']}  {one['en']}" for one in listed]
    emit({"entries": listed}, "\n".join(arabic) or "لا شيء ينتظر.", "\n".join(english) or "Nothing waits.")


@quarantine.command(name="show")
@click.argument("device")
@click.argument("seq", type=click.IntRange(1))
@folder_option
@output_options
def quarantine_show(device: str, seq: int, folder: Path) -> None:
    """عرض قيد بأسبابه · show one entry and its reasons."""
    with centre_in(folder) as centre, centre.storage.read() as db:
        row, entry = show_held(db, device, seq)
    payload = _held(device, row)
    payload["entry"] = None
    what = ""
    if entry is not None:
        what = f"{entry.type}  {utc_text(entry.at)}  {entry.staff or ''}"
        payload["entry"] = {
            "type": entry.type,
            "at": utc_text(entry.at),
            "staff": entry.staff,
            "body": dict(entry.body),
        }
    decided = "" if row.state == "open" else f"\n{row.state}  {row.settled_by}  {row.settled_at}  {row.note}"
    head = f"{device}:{seq}  {what}"
    emit(payload, f"{head}\n{row.ar}{decided}", f"{head}\n{row.en}{decided}")


@quarantine.command(name="settle")
@click.argument("device")
@click.argument("seq", type=click.IntRange(1))
@click.option(
    "--how", required=True, type=click.Choice([one.value for one in Decision]), help="القرار · the decision"
)
@BY
@NOTE
@folder_option
@output_options
def quarantine_settle(device: str, seq: int, how: str, by: str, note: str, folder: Path) -> None:
    """القرار في قيد ينتظر · decide on an entry that waits."""
    with centre_in(folder) as centre:
        state = settle_held(centre, device, seq, Decision(how), by=by, note=note)
    arabic, english = _WORDS[state]
    emit(
        {"device": device, "seq": seq, "state": state, "by": by},
        f"القيد {device}:{seq}: {arabic}.",
        f"Entry {device}:{seq}: {english}.",
    )


def _held(device: str, row: Any) -> dict[str, Any]:
    names = ("seq", "code", "ar", "en", "at", "state", "settled_by", "settled_at", "note")
    return {"device": device, **{name: getattr(row, name) for name in names}, "debts": bool(row.debts)}
