"""`kiosk receipt copy`: print a receipt again, because the printer failed or the citizen came back."""

from pathlib import Path

import click

from kiosk.commands.base import output, output_options
from kiosk.commands.desk_session import open_session, store_options
from kiosk.core.bidi import excerpt, ltr
from kiosk.core.errors import KnownError
from kiosk.core.printed import tidy
from kiosk.desk.pay import RECEIPT
from kiosk.paperwork.printing import COPY_REASONS, ask_copy
from kiosk.store.queries.receipts import copies_out, find_receipt


@click.command("copy")
@click.argument("number", metavar="NUMBER")
@click.option(
    "--reason",
    required=True,
    type=click.Choice(COPY_REASONS),
    help="السبب · why it is printed again",
)
@store_options
@output_options
def copy(number: str, reason: str, store: Path | None, staff: str | None) -> None:
    """اطبع إيصالًا مرة أخرى، وعليه رقم النسخة · print a receipt again, marked with its number as a copy.

    The paper is unmarked only where no byte of an earlier print left. It waits until the kiosk is open.
    """
    with open_session(store, staff) as session:
        found = find_receipt(session.store.db, tidy(number).upper())
        if found is None:
            raise KnownError("receipt.unknown", receipt=excerpt(number))
        out = copies_out(session.store.db, found.row)
        job = ask_copy(session, RECEIPT, found.row.seq, reason)
    output().emit(
        {"receipt": found.row.number, "job": job, "copies_out": out},
        f"طُلبت نسخة من الإيصال {ltr(found.row.number)}. تُطبع عند فتح الكشك.",
        f"A copy of receipt {found.row.number} is asked for. It is printed once the kiosk is open.",
    )
