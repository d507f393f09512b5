"""`kiosk-central case` and `credit`: what the rules left to people, and money in the names of debtors."""

from pathlib import Path
from typing import Any

import click
from sqlalchemy import Connection, select

from central.cases import Settling, Shown, apply_credit, list_cases, refund_credit, settle_case, show_case
from central.commands.base import centre_in, emit, folder_option, output_options
from central.conflicts import RULES, How, Kind
from central.schema import device
from central.schema_books import credit as credit_table
from central.storage import put_setting
from kiosk.core.errors import Language
from kiosk.core.money import format_money

BY = click.option("--by", required=True, metavar="CODE", help="كود من يقرر · staff code of who decides")
NOTE = click.option("--note", default="", help="السبب · the reason")


def money(piastres: int) -> str:
    """Piastres as shown, with the sign of a difference."""
    return f"{'-' if piastres < 0 else ''}{format_money(abs(piastres))}"


@click.group(name="case")
def case() -> None:
    """حالات يقررها موظف في المركز · cases that a person of the centre settles."""


@case.command(name="list")
@click.option("--all", "everything", is_flag=True, help="والمنتهية أيضًا · also those that are over")
@click.option("--kind", type=click.Choice([one.value for one in Kind]), help="نوع واحد · of one kind")
@folder_option
@output_options
def case_list(everything: bool, kind: str | None, folder: Path) -> None:
    """عرض الحالات · list the cases."""
    with centre_in(folder) as centre, centre.storage.read() as db:
        rows = list_cases(db, state=None if everything else "open", kind=kind)
        devices = _devices(db)
    listed = [_case(row, devices) for row in rows]
    arabic = [_line(one, RULES[one["kind"]].ar) for one in listed]
    english = [_line(one, RULES[one["kind"]].en) for one in listed]
    emit({"cases": listed}, "\n".join(arabic) or "لا حالات.", "\n".join(english) or "No cases.")


@case.command(name="show")
@click.argument("number", type=click.IntRange(1))
@folder_option
@output_options
def case_show(number: int, folder: Path) -> None:
    """عرض حالة بقيدها ورصيدها · show one case with its entry and its credit."""
    with centre_in(folder) as centre, centre.storage.read() as db:
        shown = show_case(db, number)
        devices = _devices(db)
    one, rule = _case(shown.case, devices), RULES[shown.case.kind]
    payload = {**one, "credit": _credit(shown.credit), "moves": [_move(row) for row in shown.moves]}
    payload |= {"settles": list(rule.settles), "fees": _fees(shown)}
    emit(
        payload,
        "\n".join([_line(one, rule.ar), rule.stands_ar, *_moves(shown, "الباقي"), *_fee_lines(shown, "ar")]),
        "\n".join([_line(one, rule.en), rule.stands_en, *_moves(shown, "left"), *_fee_lines(shown, "en")]),
    )


@case.command(name="settle")
@click.argument("number", type=click.IntRange(1))
@click.option("--how", required=True, type=click.Choice([one.value for one in How]), help="كيف تُسوَّى · how")
@BY
@NOTE
@click.option("--debt", default="", help="المديونية التي تُسدد · account that the credit pays")
@click.option("--charge", default="", help="بندها · charge of it")
@click.option("--piastres", type=click.IntRange(1), help="المبلغ بالقروش، والأصل كله · default: all of it")
@click.option("--counted", type=click.IntRange(0), help="المعدود بالقروش · what was counted, in piastres")
@folder_option
@output_options
def case_settle(
    number: int,
    how: str,
    by: str,
    note: str,
    debt: str,
    charge: str,
    piastres: int | None,
    counted: int | None,
    folder: Path,
) -> None:
    """تسوية حالة · settle a case."""
    done = Settling(How(how), by, note, debt, charge, piastres, counted)
    with centre_in(folder) as centre:
        state = settle_case(centre, number, done)
    emit(
        {"case": number, "how": how, "by": by, "state": state},
        f"الحالة {number}: " + ("سُوِّيت." if state == "settled" else "بقي من رصيدها مبلغ، فهي مفتوحة."),
        f"Case {number} is " + ("settled." if state == "settled" else "open: part of its credit is left."),
    )


@case.command(name="fees")
@click.argument("setting", type=click.Choice(["on", "off"]))
@folder_option
@output_options
def case_fees(setting: str, folder: Path) -> None:
    """هل يفتح تغيّر جدول الرسوم حالة · whether a changed fee table makes a case."""
    with centre_in(folder) as centre, centre.storage.write() as db:
        put_setting(db, f"cases.{Kind.FEES_CHANGED}", setting)
    emit(
        {"fees_changed": setting},
        "تغيّر جدول الرسوم يفتح حالة." if setting == "on" else "تغيّر جدول الرسوم لا يفتح حالة.",
        f"A changed fee table makes {'a' if setting == 'on' else 'no'} case.",
    )


@click.group(name="credit")
def credit() -> None:
    """أرصدة المدينين · credits in the names of debtors."""


@credit.command(name="list")
@click.option("--debtor", help="كود المدين · of one debtor")
@click.option("--debt", help="رقم المديونية · of one debt")
@click.option("--all", "everything", is_flag=True, help="والمنتهية أيضًا · also those used up")
@folder_option
@output_options
def credit_list(debtor: str | None, debt: str | None, everything: bool, folder: Path) -> None:
    """عرض الأرصدة · list the credits."""
    query = select(credit_table).order_by(credit_table.c.id)
    if not everything:
        query = query.where(credit_table.c.left > 0)
    if debtor is not None:
        query = query.where(credit_table.c.debtor == debtor)
    if debt is not None:
        query = query.where(credit_table.c.debt == debt)
    with centre_in(folder) as centre, centre.storage.read() as db:
        rows = db.execute(query).all()
    listed = [_credit(row) for row in rows]
    lines = "\n".join(
        f"{row.id}  {row.debtor}  {row.debt} {row.charge}  {row.kind}  "
        f"{money(row.left)} / {money(row.piastres)}"
        for row in rows
    )
    left = sum(row.left for row in rows)
    emit({"credits": listed, "left": left}, lines or "لا أرصدة.", lines or "No credits.")


@credit.command(name="apply")
@click.argument("number", type=click.IntRange(1))
@click.option("--debt", required=True, help="المديونية التي تُسدد · account that it pays")
@click.option("--charge", required=True, help="بندها · charge of it")
@click.option("--piastres", type=click.IntRange(1), help="المبلغ بالقروش، والأصل كل الباقي · default: all")
@BY
@NOTE
@folder_option
@output_options
def credit_apply(
    number: int, debt: str, charge: str, piastres: int | None, by: str, note: str, folder: Path
) -> None:
    """سداد مديونية من رصيد · pay a debt out of a credit."""
    with centre_in(folder) as centre:
        left = apply_credit(centre, number, Settling(How.APPLY, by, note, debt, charge, piastres))
    emit(
        {"credit": number, "debt": debt, "charge": charge, "left": left},
        f"سُدد من الرصيد {number}، والباقي {money(left)}.",
        f"Credit {number} has paid; {money(left)} is left.",
    )


@credit.command(name="refund")
@click.argument("number", type=click.IntRange(1))
@BY
@NOTE
@folder_option
@output_options
def credit_refund(number: int, by: str, note: str, folder: Path) -> None:
    """رصيد يُرد باستمارة 50 · mark a credit to be given back by form 50."""
    with centre_in(folder) as centre:
        marked = refund_credit(centre, number, Settling(How.REFUND, by, note))
    emit(
        {"credit": number, "marked": marked},
        f"الرصيد {number}: {money(marked)} للرد باستمارة 50.",
        f"Credit {number}: {money(marked)} is to be given back by form 50.",
    )


def _devices(db: Connection) -> dict[str, str]:
    """The codes of devices by their streams."""
    rows = db.execute(select(device.c.code, device.c.stream).order_by(device.c.code)).all()
    return {row.stream: row.code for row in rows}


def _case(row: Any, devices: dict[str, str]) -> dict[str, Any]:
    return {
        "case": row.id,
        "kind": row.kind,
        "state": row.state,
        "at": row.at,
        "device": devices.get(row.stream),
        "stream": row.stream,
        "seq": row.seq,
        "debt": row.debt,
        "charge": row.charge,
        "piastres": row.piastres,
        "with_device": devices.get(row.with_stream or ""),
        "with_seq": row.with_seq,
        "outcome": row.outcome,
        "counted": row.counted,
        "settled_by": row.settled_by,
        "settled_at": row.settled_at,
        "note": row.note,
    }


def _line(one: dict[str, Any], what: str) -> str:
    about = f"{one['debt']} {one['charge']}".strip()
    also = f" + {one['with_device']}:{one['with_seq']}" if one["with_seq"] else ""
    state = one["state"] if one["settled_by"] is None else f"{one['state']} {one['settled_by']}"
    where = f"{one['device']}:{one['seq']}{also}"
    return f"{one['case']}  {what}  {where}  {about}  {money(one['piastres'])}  {state}"


def _credit(row: Any) -> dict[str, Any] | None:
    if row is None:
        return None
    names = ("id", "kind", "stream", "seq", "debtor", "debt", "charge", "piastres", "left", "at")
    return {name: getattr(row, name) for name in names}


def _fees(shown: Shown) -> dict[str, Any] | None:
    """The fee by both tables, in piastres; `difference` null where the newer one gives no price."""
    row = shown.fees
    if row is None:
        return None
    names = (
        "tracking",
        "service",
        "made_version",
        "made",
        "newer_version",
        "newer",
        "charged",
        "price",
        "why",
    )
    known = {name: getattr(row, name) for name in names}
    difference = None if row.price is None else row.price - row.charged
    return {**known, "difference": difference, "paid": shown.paid}


def _fee_lines(shown: Shown, language: Language) -> list[str]:
    row = shown.fees
    if row is None:
        return []
    arabic = language == "ar"
    lines = [
        f"{row.tracking}  {row.service}  "
        + (f"المدفوع {money(shown.paid)}" if arabic else f"paid {money(shown.paid)}"),
        f"الجدول {row.made_version}: {money(row.charged)}"
        if arabic
        else f"version {row.made_version}: {money(row.charged)}",
    ]
    newer = f"الجدول {row.newer_version}: " if arabic else f"version {row.newer_version}: "
    if row.price is None:
        return [*lines, newer + (row.ar if arabic else row.en)]
    word = "الفرق" if arabic else "difference"
    return [*lines, f"{newer}{money(row.price)}، {word} {money(row.price - row.charged)}"]


def _move(row: Any) -> dict[str, Any]:
    names = ("kind", "piastres", "debt", "charge", "by", "at", "note")
    return {name: getattr(row, name) for name in names}


def _moves(shown: Shown, left: str) -> list[str]:
    if shown.credit is None:
        return []
    moves = [
        f"- {row.kind}  {money(row.piastres)}  {row.debt} {row.charge}  {row.by}  {row.at}"
        for row in shown.moves
    ]
    return [f"{money(shown.credit.piastres)}, {left} {money(shown.credit.left)}", *moves]
