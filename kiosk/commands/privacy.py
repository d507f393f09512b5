"""`kiosk privacy …`: what this device holds of people, what is past its time, and erasing it."""

import sys
from pathlib import Path
from typing import Any

import click

from kiosk.commands.base import output, output_options
from kiosk.commands.desk_session import approver_secret, open_session, store_options
from kiosk.core.bidi import ltr
from kiosk.core.roles import Right
from kiosk.core.wire.times import utc_text
from kiosk.desk.privacy import (
    Decision,
    Due,
    Erased,
    erase_due,
    erase_person,
    privacy_due,
    propose_erasure,
)
from kiosk.desk.privacy_register import Holding, Register, privacy_register


@click.group("privacy")
def privacy() -> None:
    """بيانات الأشخاص: ما يحفظه الجهاز ومدته ومحوه · personal data: what is held, how long, erasing it."""


@privacy.command("register")
@store_options
@output_options
def register(store: Path | None, staff: str | None) -> None:
    """سجل ما يحفظه الجهاز، بلا بيانات أحد · what this device holds, without anybody's details."""
    with open_session(store, staff) as session:
        made = privacy_register(session)
    arabic = [f"يحفظ الجهاز {ltr(made.device)} في {ltr(utc_text(made.made))}:"]
    english = [f"Device {made.device} holds at {utc_text(made.made)}:"]
    for one in made.holdings:
        arabic.append(_holding_text(one, arabic=True))
        english.append(_holding_text(one, arabic=False))
    arabic.append(f"مُحي: {ltr(str(made.erased))}.")
    english.append(f"Erased: {made.erased}.")
    output().emit(_register_plain(made), "\n".join(arabic), "\n".join(english))


@privacy.command("due")
@store_options
@output_options
def due(store: Path | None, staff: str | None) -> None:
    """ما انتهت مدة حفظه · what is past its time; nothing is written."""
    with open_session(store, staff) as session:
        found = privacy_due(session)
    now, later, drafts = len(found.records), len(found.waiting), len(found.drafts)
    output().emit(
        _due_plain(found),
        f"انتهت مدة {ltr(str(now))} سجل و{ltr(str(drafts))} نموذج لم يكتمل."
        f" ينتظر وصوله إلى المركز: {ltr(str(later))}.",
        f"Past their time: {now} records, {drafts} unfinished forms. Not yet at the centre: {later}.",
    )


@privacy.command("erase")
@click.option("--due", "all_due", is_flag=True, help="كل ما انتهت مدته · everything past its time")
@click.option(
    "--case",
    metavar="NUMBER",
    help="رقم القرار؛ رقم صاحب البيانات من الإدخال · number of the decision; the citizen's is read from "
    "standard input",
)
@click.option("--approver", metavar="CODE", help="كود من يعتمد ويوقّع · staff code of who approves and signs")
@store_options
@output_options
def erase(
    store: Path | None, staff: str | None, case: str | None, approver: str | None, *, all_due: bool
) -> None:
    """امحُ ما انتهت مدته، أو بيانات شخص بقرار · erase what is past its time, or a person by a decision."""
    by_decision = case is not None and approver is not None
    if all_due == by_decision or (all_due and (case or approver)):
        raise click.UsageError("--due, or --case and --approver")
    with open_session(store, staff) as session:
        if all_due:
            done = erase_due(session)
        else:
            decision = Decision(sys.stdin.readline().strip(), str(case), str(approver))
            proposal = propose_erasure(session, decision)
            secret = approver_secret(decision.approver)
            with session.approver(
                proposal, decision.approver, secret, Right.PERSON_ERASE_APPROVE
            ) as approval:
                done = erase_person(session, decision, approval)
    _say_erased(done)


def _say_erased(done: Erased) -> None:
    output().emit(
        {
            "entries": [link.seq for link in done.entries],
            "records": done.records,
            "drafts": done.drafts,
        },
        f"مُحي {ltr(str(done.records))} سجل و{ltr(str(done.drafts))} نموذج. القيود باقية، ولا يفتح السجل أحد.",
        f"Erased {done.records} records and {done.drafts} forms. The entries stay; the records open no more.",
    )


def _due_plain(found: Due) -> dict[str, Any]:
    def counted(records: Any) -> dict[str, int]:
        kinds = [one.kind for one in records]
        return {kind: kinds.count(kind) for kind in sorted(set(kinds))}

    return {
        "records": counted(found.records),
        "waiting_for_centre": counted(found.waiting),
        "drafts": len(found.drafts),
    }


def _register_plain(made: Register) -> dict[str, Any]:
    return {
        "device": made.device,
        "stream": made.stream,
        "made": utc_text(made.made),
        "holdings": [
            {
                "kind": one.kind,
                "ar": one.name_ar,
                "en": one.name_en,
                "count": one.count,
                "oldest": utc_text(one.oldest) if one.oldest else None,
                "newest": utc_text(one.newest) if one.newest else None,
                "days": one.days,
                "source": one.source,
                "only_here": one.only_here,
            }
            for one in made.holdings
        ],
        "erased": made.erased,
    }


def _holding_text(one: Holding, *, arabic: bool) -> str:
    since = utc_text(one.oldest)[:10] if one.oldest else "–"
    days = "?" if one.days is None else str(one.days)
    if arabic:
        only = "" if not one.only_here else f"، ليس عند المركز {ltr(str(one.only_here))}"
        return f"  {one.name_ar}: {ltr(str(one.count))}، الأقدم {ltr(since)}، المدة بالأيام {ltr(days)}{only}"
    only = "" if not one.only_here else f", not at the centre {one.only_here}"
    return f"  {one.name_en}: {one.count}, oldest {since}, kept for days {days}{only}"
