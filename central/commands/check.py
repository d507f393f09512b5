"""`kiosk-central check` and `handovers`: everything worked out again, and cash that is on its way."""

from dataclasses import asdict
from pathlib import Path

import click

from central.check import Disagreement, check_all
from central.commands.base import centre_in, emit, folder_option, output_options
from central.commands.cases import money
from central.handovers import open_handovers
from kiosk.core.errors import Kind


@click.command(name="check")
@click.option("--device", metavar="CODE", help="سجل جهاز واحد والدفاتر المشتركة · one device's journal only")
@folder_option
@output_options
def check(device: str | None, folder: Path) -> int:
    """حساب كل الورديات والدفاتر من أولها، ومقارنتها بالجداول · work everything out again, from zero."""
    shown = click.get_current_context().obj
    quiet = "--json" in shown

    def progress(code: str, done: int, total: int) -> None:
        if not quiet:
            click.echo(f"{code}  {done}/{total}", err=True)

    with centre_in(folder) as centre:
        done = check_all(centre, progress, device=device)
    wrong = done.disagreements
    incidents = "، ".join(f"{kind} {number}" for kind, number in done.incidents.items())
    payload = {
        "devices": done.devices,
        "entries": done.entries,
        "incidents": done.incidents,
        "disagreements": [asdict(one) for one in wrong],
    }
    lines = [_line(one) for one in wrong]
    arabic = f"الأجهزة {done.devices} · القيود {done.entries} · البلاغات: {incidents or 'لا شيء'}"
    english = f"{done.devices} devices · {done.entries} entries · incidents: {incidents or 'none'}"
    emit(
        payload,
        "\n".join([arabic, "الجداول مطابقة." if not wrong else f"غير مطابق: {len(wrong)}", *lines]),
        "\n".join([english, "The tables agree." if not wrong else f"{len(wrong)} disagree:", *lines]),
    )
    return int(Kind.DAMAGED) if wrong else 0


def _line(one: Disagreement) -> str:
    return f"- {one.device} {one.what} {one.place}: {one.table} ≠ {one.journal}"


@click.command(name="handovers")
@folder_option
@output_options
def handovers(folder: Path) -> None:
    """نقدية سُلمت ولم يصل قيد استلامها، أو العكس · handovers of which one side is missing."""
    with centre_in(folder) as centre, centre.storage.read() as db:
        found = open_handovers(db)
    lines = "\n".join(
        f"{one.device}:{one.seq}  {one.side}  {one.staff} → {one.counterpart} ({one.other})  "
        f"{money(one.total)}"
        for one in found
    )
    emit(
        {"handovers": [asdict(one) for one in found]}, lines or "لا تسليم مفتوح.", lines or "Nothing is open."
    )
