"""What the payment screen asks of the desk, and how it pays: functions of the Session. No Qt."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from kiosk.core.errors import Language
from kiosk.core.money import format_money

if TYPE_CHECKING:
    from kiosk.core.entries.parts import PaperForm
    from kiosk.desk.approvals import Approval, Proposal
    from kiosk.desk.collect import Collection, Prepared, Preview
    from kiosk.desk.pay import Offer, Taken
    from kiosk.desk.session import Session

UNREAD = "0"
"""Stands for a mandate while a bill is only read."""


@dataclass(frozen=True)
class Due:
    """What is paid: a request by its number, or debts as they were divided (and shown)."""

    tracking: str = ""
    collection: "Collection | None" = None
    preview: "Preview | None" = None
    second: bool = False


@dataclass(frozen=True)
class PayFacts:
    """What the screen needs to know; amounts are piastres. `notes`: values of notes, the largest first.

    `in_doubt`: by which a card may already have been charged for the same bill.
    """

    title: str = ""
    who: str = ""
    total: int = 0
    rows: tuple[tuple[str, str], ...] = ()
    notes: tuple[int, ...] = ()
    step: int = 0
    cash: bool = True
    slip: bool = True
    paper: bool = False
    mandate: bool = False
    outage: str = ""
    in_doubt: int = 0
    today: str = ""
    now: str = ""


@dataclass(frozen=True)
class Given:
    """What was given, read from the fields, and what the act needs besides."""

    offer: "Offer"
    paper: "PaperForm | None" = None
    mandate: str | None = None


def facts_of(due: Due, language: Language) -> "Callable[[Session], PayFacts]":
    """Read what is to be paid. Raises KnownError `request.*`, `shift.*`, `collect.*`."""

    def work(session: "Session") -> PayFacts:
        from datetime import timedelta

        from kiosk.core.catalogue.model import Tender
        from kiosk.core.policy import Form33Mode
        from kiosk.desk.collect_lines import entry_lines
        from kiosk.desk.pay import Offer
        from kiosk.desk.serve import request_bill
        from kiosk.paperwork.labels import line_labels
        from kiosk.store.queries.cards import in_doubt_for
        from kiosk.store.queries.drawer import open_outage
        from kiosk.store.queries.requests import request_of

        session.own_shift()
        policy = session.reference.policy(session.today())
        service, tenders, mandate = None, (Tender.CASH, Tender.SLIP), False
        if due.collection is not None and due.preview is not None:
            shown = due.preview.shown
            lines = entry_lines(due.preview.divided, [one.shown.debt for one in shown.debts])
            title, who = shown.debtor.name, shown.number
        else:
            request = request_of(session.store.db, due.tracking)
            service = request.body.service
            known = session.reference.catalogue.services.get(service)
            lines = request_bill(session, due.tracking, Offer(), mandate=UNREAD).lines
            title, who = (known.name.of(language) if known else service), due.tracking
            tenders = known.tenders if known else tenders  # type: ignore[assignment]
            mandate = bool(known and known.mandate)
        label = line_labels(session, service)
        outage = open_outage(session.store.db)
        debtor = due.collection.debtor if due.collection is not None else ""
        doubt = in_doubt_for(session.store.db, due.tracking or debtor)
        moment = session.moment()
        local = moment.at + timedelta(minutes=moment.local(money=False).offset)
        return PayFacts(
            title=title,
            who=who,
            total=sum(line.piastres for line in lines),
            rows=tuple((label(line).of(language), format_money(line.piastres)) for line in lines),
            notes=tuple(sorted((one.value for one in policy.denominations if one.enabled), reverse=True)),
            step=policy.cash_rounding_step,
            cash=Tender.CASH in tenders,
            slip=Tender.SLIP in tenders,
            paper=policy.form33_mode is not Form33Mode.DEVICE,
            mandate=mandate,
            outage=outage.number if outage else "",
            in_doubt=doubt[0].piastres if doubt else 0,
            today=f"{local:%Y-%m-%d}",
            now=f"{local:%Y-%m-%d %H:%M}",
        )

    return work


def pay(due: Due, given: Given, intent: str) -> "Callable[[Session], Taken]":
    """Pay, receipt and print in one transaction. Raises what `pay_request` and `collect` raise."""

    def work(session: "Session") -> "Taken":
        from kiosk.desk.serve import pay_request

        if due.collection is not None:
            return _collect(session, prepared_for(session, due, None), given, intent, ())
        return pay_request(
            session,
            due.tracking,
            given.offer,
            mandate=given.mandate,
            paper=given.paper,
            intent=intent,
            printed=True,
        )

    return work


class Confirmed:
    """A collection from a debtor found by name: a second person signs the very payment that is written."""

    def __init__(self, due: Due, given: Given, intent: str) -> None:
        self._due, self._given, self._intent = due, given, intent
        self._prepared: Prepared | None = None

    def propose(self, session: "Session", code: str) -> "Proposal":
        """The payment as it will be written, for this second person. Runs in the worker."""
        from kiosk.desk.collect import propose_collection

        self._prepared = prepared_for(session, self._due, code)
        return propose_collection(session, self._prepared, self._given.offer)

    def commit(self, session: "Session", approval: "Approval") -> "Taken":
        """Write it with his signature. Runs in the worker."""
        prepared = self._prepared or prepared_for(session, self._due, approval.staff)
        return _collect(session, prepared, self._given, self._intent, (approval,))


def prepared_for(session: "Session", due: Due, confirmed_by: str | None) -> "Prepared":
    """The bill of what was shown: were balances different now, `collect` refuses it."""
    from kiosk.core.errors import BugError
    from kiosk.desk.collect import prepare_collection

    if due.collection is None or due.preview is None:
        raise BugError("a collection without its division")
    prepared = prepare_collection(session, due.collection, confirmed_by=confirmed_by)
    return replace(prepared, preview=due.preview)


def _collect(
    session: "Session",
    prepared: "Prepared",
    given: Given,
    intent: str,
    approvals: "Sequence[Approval]",
) -> "Taken":
    from kiosk.desk.collect import collect

    done: Any = collect(
        session,
        prepared,
        given.offer,
        paper=given.paper,
        approvals=approvals,
        intent=intent,
        printed=True,
    )
    taken: Taken = done.taken
    return taken
