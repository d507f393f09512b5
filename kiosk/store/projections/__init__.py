"""Moves the derived tables by one entry: the only code that writes them, for new entries and for a rebuild.

A projection reads nothing but its entry and the derived tables, so replaying the journal gives the same ones.
"""

from collections.abc import Callable
from typing import Any

from sqlite_utils import Database

from kiosk.core.entries.body import Body
from kiosk.core.entries.registry import UnknownBody
from kiosk.core.wire.entry import Entry
from kiosk.store.projections import (
    attachments,
    baseline,
    cards,
    custody,
    money,
    people,
    reference,
    requests,
    shifts,
    technical,
)

Projection = Callable[[Database, Entry, Any], None]

PROJECTIONS: dict[str, tuple[Projection, ...]] = {
    "stream.opened": (),
    "staff.added": (people.add,),
    "staff.removed": (people.remove,),
    "staff.secret_changed": (people.change_key,),
    "unlock.done": (),
    "unlock.failed_tries": (),
    "override.granted": (),
    "snapshot.applied": (reference.apply_snapshot,),
    "book.taken": (reference.take_book,),
    "outage.opened": (reference.open_outage,),
    "outage.closed": (reference.close_outage,),
    "print.done": (reference.print_outcome,),
    "print.copied": (reference.print_outcome,),
    "print.failed": (reference.print_outcome,),
    "technical.clock_step": (),
    "technical.incident": (technical.note_incident,),
    "technical.incident_lifted": (technical.lift_incident,),
    "technical.answer_refused": (),
    "technical.order_done": (technical.order_done,),
    "technical.lifting_key": (),
    "technical.stop": (technical.change_stop,),
    "technical.disk": (),
    "technical.zone_changed": (),
    "technical.unclean_stop": (),
    "technical.sync_paused": (),
    "technical.sync_resumed": (),
    "technical.certificate_renewed": (),
    "request.taken": (requests.take,),
    "attachment.added": (attachments.add,),
    "payment.taken": (money.take_payment,),
    "paper_receipt.entered": (money.take_payment,),
    "receipt.issued": (money.issue_receipt,),
    "receipt.voided": (money.void_receipt,),
    "card.prepared": (cards.prepare,),
    "card.sent": (cards.send,),
    "card.approved": (cards.approve,),
    "card.declined": (cards.decline,),
    "card.unknown": (cards.doubt,),
    "card.resolved": (cards.resolve,),
    "card.completed": (cards.complete,),
    "card.reversed": (cards.complete_reversal,),
    "card.batch": (cards.close_day,),
    "cash.moved": (custody.move_cash,),
    "handover.given": (custody.give,),
    "handover.received": (custody.receive,),
    "drawer.opened": (),
    "shift.opened": (shifts.open_shift,),
    "shift.opening_variance": (),
    "shift.counted": (shifts.count,),
    "shift.closed": (shifts.close,),
    "report.x": (shifts.report_x,),
    "person.erased": (attachments.erase,),
    "journal.baseline": (baseline.begin_period,),
    "journal.period_dropped": (),
    "medium.registered": (),
    "medium.written": (),
    "medium.failed": (),
    "journal.exported": (),
    "keys.made": (),
    "keys.put_back": (),
    "keys.order_refused": (),
    "keys.escrowed": (),
    "keys.wiped": (),
}
"""What each entry type does to the derived tables; a type that is not here fails a test."""


def project(db: Database, entry: Entry, body: Body | UnknownBody) -> None:
    """Move the derived tables by one entry inside the open transaction; unknown types move nothing."""
    if isinstance(body, UnknownBody):
        return
    for projection in PROJECTIONS[entry.type]:
        projection(db, entry, body)
