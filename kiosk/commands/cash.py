"""`kiosk cash …`: cash in and out of the drawer, from hand to hand, and bags of closed shifts."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, TypeVar

import click

from kiosk.commands.base import output, output_options
from kiosk.commands.counts import count_option, read_counts, today_policy
from kiosk.commands.desk_session import approver_options, approver_secret, open_session, store_options
from kiosk.core.bidi import ltr
from kiosk.core.errors import KnownError
from kiosk.core.money import format_money, parse_money
from kiosk.core.roles import Right
from kiosk.desk.custody import Handed, Handing, hand_over, new_transfer, propose_handover
from kiosk.desk.drawer import Moved, Moving, move_cash, open_drawer, propose_move
from kiosk.desk.receiving import Received, Receiving, Reception, Stated, count_received
from kiosk.desk.session import Session
from kiosk.devices.kick import open_drawer_at

Function = TypeVar("Function", bound=Callable[..., Any])


@click.group("cash")
def cash() -> None:
    """النقدية: إيداع وصرف وتسليم واستلام · cash: in, out, given, received."""


def _move_options(function: Function) -> Function:
    reason = click.option("--reason", required=True, metavar="CODE", help="كود السبب · code of the reason")
    remark = click.option("--remark", metavar="TEXT", help="ملاحظة من سطر واحد · a remark of one line")
    return click.argument("amount", metavar="AMOUNT")(reason(remark(approver_options(function))))


@cash.command("in")
@_move_options
@store_options
@output_options
def in_command(store: Path | None, staff: str | None, approver: str | None, **typed: Any) -> None:
    """أودع نقدية في الدرج · put cash into the drawer."""
    _move(store, staff, "in", approver, **typed)


@cash.command("out")
@_move_options
@store_options
@output_options
def out_command(store: Path | None, staff: str | None, approver: str | None, **typed: Any) -> None:
    """اصرف نقدية من الدرج بتوقيع مشرف · take cash out, signed by a supervisor."""
    _move(store, staff, "out", approver, **typed)


def _move(
    store: Path | None,
    staff: str | None,
    direction: Literal["in", "out"],
    approver: str | None,
    *,
    amount: str,
    reason: str,
    remark: str | None,
) -> None:
    moving = Moving(direction, parse_money(amount), reason, remark)
    with open_session(store, staff) as session:
        moved = _moved(session, moving, approver)
    shown = format_money(moved.piastres)
    payload = {"entry": moved.entry.seq, "direction": moved.direction, "piastres": moved.piastres}
    into = moved.direction == "in"
    output().emit(
        payload,
        f"{'أُودع في الدرج' if into else 'صُرف من الدرج'} {ltr(shown)}.",
        f"{shown} {'into' if into else 'out of'} the drawer.",
    )


def _moved(session: Session, moving: Moving, approver: str | None) -> Moved:
    if approver is None:
        return move_cash(session, moving)
    proposal = propose_move(session, moving, approver)
    secret = approver_secret(approver)
    with session.approver(proposal, approver, secret, Right.OVERRIDE_GRANT) as approval:
        return move_cash(session, moving, approval)


def _custody_options(function: Function) -> Function:
    options = (
        click.option(
            "--counterpart", required=True, metavar="CODE", help="كود الطرف الآخر · the other person"
        ),
        click.option(
            "--signs",
            type=click.Choice(["here", "elsewhere", "paper"]),
            default="paper",
            help="أين يوقّع الطرف الآخر · where the other signs",
        ),
        click.option("--device", metavar="CODE", help="جهاز الطرف الآخر · the other's device"),
        click.option("--seal", metavar="NUMBER", help="رقم الختم · number of the seal"),
        count_option,
    )
    for option in options:
        function = option(function)
    return function


def _give_options(function: Function) -> Function:
    to = click.option(
        "--to",
        type=click.Choice(["treasury", "custodian"]),
        default="treasury",
        help="إلى الخزينة أو عهدة أخرى · treasury or another custodian",
    )
    received = click.option(
        "--received",
        multiple=True,
        metavar="200=3",
        help="عد المستلم الحاضر قبل أن يرى المبلغ · count of a receiver who signs here",
    )
    return to(received(_custody_options(function)))


@cash.command("hand-over")
@_give_options
@store_options
@output_options
def hand_over_command(store: Path | None, staff: str | None, **typed: Any) -> None:
    """سلّم نقدية من الدرج · hand cash over out of the drawer."""
    _give(store, staff, bag_of=None, **typed)


@cash.command("bag")
@click.argument("number", metavar="Z", type=click.IntRange(1))
@_give_options
@store_options
@output_options
def bag_command(store: Path | None, staff: str | None, number: int, **typed: Any) -> None:
    """سلّم كيس وردية مغلقة · give the bag of a closed shift."""
    _give(store, staff, bag_of=number, **typed)


def _give(
    store: Path | None, staff: str | None, *, count: tuple[str, ...], received: tuple[str, ...], **typed: Any
) -> None:
    with open_session(store, staff) as session:
        policy = today_policy(session)
        handing = Handing(transfer=new_transfer(), pieces=read_counts(count, policy), **typed)
        handed = _handed(session, handing, received)
    shown = format_money(handed.total)
    payload = {
        "entry": handed.entry.seq,
        "hash": handed.hash,
        "transfer": handed.transfer,
        "piastres": handed.total,
    }
    output().emit(
        payload,
        f"سُلّم {ltr(shown)}. رقم التسليم {ltr(handed.transfer)}.",
        f"{shown} handed over. Transfer {handed.transfer}.",
    )


def _handed(session: Session, handing: Handing, received: tuple[str, ...]) -> Handed:
    if handing.signs != "here":
        return hand_over(session, handing)
    counted = read_counts(received, today_policy(session))
    proposal = propose_handover(session, handing, counted)
    secret = approver_secret(handing.counterpart)
    with session.approver(proposal, handing.counterpart, secret, Right.HANDOVER_RECEIVE) as approval:
        return hand_over(session, handing, approval)


@cash.command("receive")
@click.argument("transfer", metavar="TRANSFER")
@click.option(
    "--into",
    type=click.Choice(["drawer", "bag"]),
    default="bag",
    help="في الدرج أو كيس منفصل · into the drawer or kept apart",
)
@click.option("--seal-intact/--seal-broken", default=None, help="حالة الختم · state of the seal")
@_custody_options
@store_options
@output_options
def receive_command(store: Path | None, staff: str | None, count: tuple[str, ...], **typed: Any) -> None:
    """استلم نقدية بعد عدها · receive cash after counting it."""
    with open_session(store, staff) as session:
        pieces = read_counts(count, today_policy(session))
        received = _received(count_received(session, Receiving(**typed), pieces))
    _say_received(received)


def _received(reception: Reception) -> Received:
    """Ask what the giver states only now that the count is made."""
    stated = None if reception.known else _ask_stated()
    giver = reception.receiving
    if giver.signs != "here":
        return reception.finish(stated)
    proposal = reception.propose(stated)
    secret, session = approver_secret(giver.counterpart), reception.session
    with session.approver(proposal, giver.counterpart, secret, Right.HANDOVER_GIVE) as approval:
        return reception.finish(stated, approval)


def _ask_stated() -> Stated:
    question = output().text("المبلغ الذي ذكره المسلِّم", "Amount that the giver states")
    typed: str = click.prompt(question, err=True)
    return Stated(parse_money(typed))


def _say_received(received: Received) -> None:
    payload = {
        "entry": received.entry.seq,
        "piastres": received.total,
        "stated": received.stated,
        "difference": received.difference,
    }
    arabic = f"استُلم {ltr(format_money(received.total))}."
    english = f"{format_money(received.total)} received."
    if received.difference:
        off, over = format_money(abs(received.difference)), received.difference > 0
        arabic += f" الفرق عما ذكره المسلِّم: {'زيادة' if over else 'عجز'} {ltr(off)}."
        english += f" {'Over' if over else 'Short'} by {off} of what the giver stated."
    output().emit(payload, arabic, english)


@cash.command("drawer")
@click.argument("cause", type=click.Choice(["count", "handover", "change", "test", "other"]))
@click.option("--reason", metavar="CODE", help="كود السبب · code of the reason")
@store_options
@output_options
def drawer_command(
    store: Path | None,
    staff: str | None,
    cause: Literal["count", "handover", "change", "test", "other"],
    reason: str | None,
) -> None:
    """سجّل فتح الدرج بلا بيع وافتحه · record an opening of the drawer without a sale, and open it."""
    with open_session(store, staff) as session:
        entry = open_drawer(session, cause, reason)
        folder = session.store.folder.root
    try:
        opened, why = open_drawer_at(folder), None
    except KnownError as error:
        opened, why = False, error
    payload = {"entry": entry.seq, "opened": opened, "fault": why.code if why else None}
    if opened:
        output().emit(payload, "سُجّل فتح الدرج وفُتح.", "The opening is recorded, and the drawer opened.")
        return
    said = [f" {why.sentence(language)}" if why else "" for language in ("ar", "en")]
    output().emit(
        payload,
        f"سُجّل فتح الدرج.{said[0]} افتحه بالمفتاح.",
        f"The opening is recorded.{said[1]} Open it with its key.",
    )
