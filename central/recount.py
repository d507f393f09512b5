"""Works out every shift, X and Z again from the entries, and says where a device signed something else.

Pure: it takes verified entries in their order and gathers findings and rows; `central.recounting` keeps them.
The same walk is done entry by entry as journals arrive, and from zero by `kiosk-central check`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import Any

from central.recount_shift import Difference, compare_close, compare_figures
from kiosk.core.entries.body import Body
from kiosk.core.entries.custody import HandoverGiven, HandoverReceived
from kiosk.core.entries.operations import BookTaken, SnapshotApplied
from kiosk.core.entries.payment import (
    PaperReceiptEntered,
    PaymentFacts,
    PaymentTaken,
    ReceiptIssued,
    ReceiptVoided,
)
from kiosk.core.entries.registry import UnknownBody
from kiosk.core.entries.shift import OpeningVariance, ShiftClosed, ShiftOpened, XReport
from kiosk.core.shift_gathering import Gathered
from kiosk.core.shift_reading import reading_of
from kiosk.core.wire.entry import Entry
from kiosk.core.wire.times import utc_text


@dataclass
class Standing:
    """Where the recomputation of a journal stands: all that it needs of what came before, but for the open
    shift, whose entries are read again where they are not at hand. Amounts are piastres.

    `opened`: the opening entry of the open shift; `last`: that of the shift closed last, which kept `kept`.
    `series`: the last serial of each book. `paid`: a payment whose receipt must come next, and its total.
    `variance`: a difference that must be stated next. `bags`: set aside by a close and not given yet.
    `unreadable`: entries of the open shift that this release cannot read. `policy`: hash of the one in use.
    """

    through: int = 0
    opened: int = 0
    last: int = 0
    kept: int = 0
    z: int = 0
    series: dict[str, int] = field(default_factory=dict)
    paid: tuple[int, int] | None = None
    variance: int = 0
    bags: dict[str, int] = field(default_factory=dict)
    unreadable: int = 0
    policy: str = ""

    def plain(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> "Standing":
        """From JSON."""
        paid = plain["paid"]
        return cls(**{**plain, "paid": tuple(paid) if paid else None})


@dataclass(frozen=True)
class Found:
    """Something that does not add up, at an entry; `detail`: what is stated, and what the entries give."""

    kind: str
    seq: int
    detail: Mapping[str, Any]


@dataclass
class OpenShift:
    """The open shift: its opening and what its entries add up to."""

    entry: Entry
    body: ShiftOpened
    gathered: Gathered = field(default_factory=Gathered)


@dataclass(frozen=True)
class Closed:
    """A close whose `limit` is to be judged by a policy: its entry, the opening of its shift, the difference
    in piastres, and the days by which it may have gone, the first one before others.
    """

    seq: int
    shift: int
    policy: str
    limit: str
    difference: int
    days: tuple[date, ...]


@dataclass(frozen=True)
class Walk:
    """What a walk found: findings, rows of shifts by their opening, rows of handovers, counts that differ."""

    found: list[Found] = field(default_factory=list)
    shifts: dict[int, dict[str, Any]] = field(default_factory=dict)
    handovers: list[dict[str, Any]] = field(default_factory=list)
    counts: list[tuple[int, int]] = field(default_factory=list)
    """Entries of counts outside the limit, or of handovers that differed, and by how much."""
    closes: list[Closed] = field(default_factory=list)


Rule = Callable[["Recount", Entry, Any], None]


class Recount:
    """Walks along one journal. `walk` is what it found since it was made."""

    def __init__(self, standing: Standing, shift: OpenShift | None) -> None:
        self.standing, self.shift, self.walk = standing, shift, Walk()

    def take(self, seq: int, entry: Entry | None, body: Body | UnknownBody | None) -> None:
        """Take the next entry; `entry` and `body` are None when it cannot be read."""
        self.standing.through = seq
        if entry is None or body is None or isinstance(body, UnknownBody):
            self._expect(seq, body)
            self._not_read(body if isinstance(body, UnknownBody) else None)
            return
        self._expect(seq, body)
        rule = _RULES.get(type(body))
        if rule is not None:
            rule(self, entry, body)
        if self.shift is not None and seq != self.shift.entry.seq:
            self.shift.gathered.take(entry, body)

    def _find(self, kind: str, seq: int, **detail: object) -> None:
        self.walk.found.append(Found(kind, seq, detail))

    def _expect(self, seq: int, body: object) -> None:
        """A payment's receipt and a float's difference come right after, in the same transaction."""
        standing = self.standing
        if standing.paid is not None and not isinstance(body, ReceiptIssued):
            self._find("payment_without_receipt", standing.paid[0], piastres=standing.paid[1])
            standing.paid = None
        if standing.variance and not isinstance(body, OpeningVariance):
            self._find("variance_not_stated", seq - 1, difference=standing.variance)
        standing.variance = 0

    def _not_read(self, body: UnknownBody | None) -> None:
        """A broken entry, or one of a later release that moves totals: its shift cannot be judged whole."""
        if body is None or "totals" in body.plain:
            self.standing.unreadable += self.shift is not None

    def _open(self, entry: Entry, body: ShiftOpened) -> None:
        standing = self.standing
        if self.shift is not None:
            self._find("shift_opened_twice", entry.seq, open=self.shift.entry.seq)
        last = body.from_shift.seq if body.from_shift else 0
        if (last, body.previous_kept) != (standing.last, standing.kept):
            self._find(
                "float_differs", entry.seq, theirs=body.previous_kept, ours=standing.kept, shift=standing.last
            )
        standing.variance = body.total - body.previous_kept if body.from_shift else 0
        standing.opened, standing.unreadable = entry.seq, 0
        self.shift = OpenShift(entry, body)
        self.walk.shifts[entry.seq] = {
            "staff": entry.staff or "",
            "opened_at": utc_text(entry.at),
            "opening": body.total,
            "differences": 0,
        }

    def _variance(self, entry: Entry, body: OpeningVariance) -> None:
        shift = self.shift
        if shift is None or body.difference != shift.body.total - shift.body.previous_kept:
            ours = shift.body.total - shift.body.previous_kept if shift else None
            self._find("variance_differs", entry.seq, theirs=body.difference, ours=ours)

    def _report(self, entry: Entry, body: XReport) -> None:
        if self.shift is None:
            self._find("report_without_shift", entry.seq)
        elif not self.standing.unreadable:
            shift = self.shift
            reading = reading_of(shift.entry, shift.body, shift.gathered)
            self._differ(entry.seq, compare_figures(body.figures, reading.body))

    def _close(self, entry: Entry, body: ShiftClosed) -> None:
        standing, shift = self.standing, self.shift
        if body.z != standing.z + 1:
            self._find("z_out_of_order", entry.seq, theirs=body.z, ours=standing.z + 1)
        standing.z = body.z
        if shift is None:
            self._find("close_without_shift", entry.seq, z=body.z)
        else:
            self._close_shift(entry, body, shift)
        if body.handed:
            standing.bags[str(entry.seq)] = body.handed
        standing.last, standing.kept, standing.opened = standing.opened, body.kept, 0
        self.shift = None

    def _close_shift(self, entry: Entry, body: ShiftClosed, shift: OpenShift) -> None:
        reading = reading_of(shift.entry, shift.body, shift.gathered)
        differences = list(compare_close(body, reading))
        if self.standing.unreadable:
            self._find(
                "shift_not_recounted", entry.seq, shift=shift.entry.seq, entries=self.standing.unreadable
            )
            differences = []
        self._differ(entry.seq, differences)
        if body.limit != "within":
            self.walk.counts.append((entry.seq, body.over_short))
        self._keep_close(entry, body, shift)
        row = self.walk.shifts.setdefault(shift.entry.seq, {})
        row |= {
            "closed": entry.seq,
            "closed_at": utc_text(entry.at),
            "z": body.z,
            "expected": body.expected,
            "our_expected": reading.figures.expected,
            "counted": body.counted,
            "kept": body.kept,
            "handed": body.handed,
            "taken": reading.figures.receipts.taken,
            "differences": len(differences),
        }

    def _keep_close(self, entry: Entry, body: ShiftClosed, shift: OpenShift) -> None:
        """A difference is judged by the day on which the count began, or that of the close."""
        if not (body.over_short and self.standing.policy):
            return
        moments = (shift.gathered.first_count_at or entry.at, entry.at)
        days = [(one + timedelta(minutes=entry.local.offset)).date() for one in moments]
        if entry.local.business_date is not None:
            days.append(entry.local.business_date)
        self.walk.closes.append(
            Closed(
                seq=entry.seq,
                shift=shift.entry.seq,
                policy=self.standing.policy,
                limit=body.limit,
                difference=body.over_short,
                days=tuple(dict.fromkeys(days)),
            )
        )

    def _apply(self, _entry: Entry, body: SnapshotApplied) -> None:
        if body.dataset == "policy":
            self.standing.policy = body.hash

    def _differ(self, seq: int, differences: Iterator[Difference] | list[Difference]) -> None:
        shift = self.shift.entry.seq if self.shift else 0
        for one in differences:
            self._find("shift_differs", seq, shift=shift, field=one.field, theirs=one.theirs, ours=one.ours)

    def _pay(self, entry: Entry, body: PaymentFacts) -> None:
        here = entry.shift.seq if entry.shift else 0
        if here != self.standing.opened:
            self._find("money_outside_shift", entry.seq, stated=here, open=self.standing.opened)
        if not isinstance(body, PaperReceiptEntered):
            self.standing.paid = (entry.seq, body.total)

    def _receipt(self, entry: Entry, body: ReceiptIssued) -> None:
        standing, paid = self.standing, self.standing.paid
        if paid is None or body.payment.seq != paid[0] or body.payment.stream != entry.stream:
            self._find("receipt_without_payment", entry.seq, number=body.number)
            if paid is not None:
                self._find("payment_without_receipt", paid[0], piastres=paid[1])
        elif body.piastres != paid[1]:
            self._find("receipt_differs", entry.seq, number=body.number, theirs=body.piastres, ours=paid[1])
        standing.paid = None
        last = standing.series.get(body.series)
        if last is not None and body.serial != last + 1:
            kind = "receipt_gap" if body.serial > last else "receipt_again"
            self._find(kind, entry.seq, series=body.series, after=last, found=body.serial)
        standing.series[body.series] = max(last or 0, body.serial)

    def _book(self, _entry: Entry, body: BookTaken) -> None:
        self.standing.series.setdefault(body.series, body.first - 1)

    def _void(self, entry: Entry, body: ReceiptVoided) -> None:
        """What is returned is what was taken, by each tender, and the receipt is that of the payment."""
        found = self.shift.gathered.payments.get(body.payment.seq) if self.shift else None
        if found is None or body.payment.stream != entry.stream:
            self._find("void_outside_shift", entry.seq, number=body.number)
            return
        taken = {"cash": found.cash, "slip": 0, "card": 0}
        for other in found.others:
            taken[other.tender] = taken.get(other.tender, 0) + other.amount
        slips = sum(one.piastres for one in body.slips)
        back = {"cash": body.cash_returned, "slip": slips, "card": body.card_returned}
        for tender, theirs in back.items():
            if theirs != taken[tender]:
                ours = taken[tender]
                self._find(
                    "void_differs", entry.seq, number=body.number, field=tender, theirs=theirs, ours=ours
                )
        named = f"{found.receipt.series}-{found.receipt.serial:06d}"
        if not found.receipt.paper and named != body.number:
            self._find(
                "void_differs", entry.seq, number=body.number, field="number", theirs=body.number, ours=named
            )

    def _give(self, entry: Entry, body: HandoverGiven) -> None:
        if body.closing is not None:
            bag = self.standing.bags.pop(str(body.closing.seq), None)
            if bag is None:
                self._find("bag_unknown", entry.seq, closing=body.closing.seq, theirs=body.total)
            elif bag != body.total:
                self._find("bag_differs", entry.seq, closing=body.closing.seq, theirs=body.total, ours=bag)
        self._hand(entry, body, "given", body.total)

    def _receive(self, entry: Entry, body: HandoverReceived) -> None:
        if body.difference:
            self.walk.counts.append((entry.seq, body.difference))
        self._hand(entry, body, "received", body.stated)
        self.walk.handovers[-1]["hash"] = body.given.hash if body.given is not None else None

    def _hand(self, entry: Entry, body: HandoverGiven | HandoverReceived, side: str, stated: int) -> None:
        self.walk.handovers.append(
            {
                "seq": entry.seq,
                "transfer": body.transfer,
                "side": side,
                "staff": entry.staff or "",
                "counterpart": body.counterpart,
                "signs": body.signs,
                "other": body.device,
                "total": body.total,
                "stated": stated,
                "at": utc_text(entry.at),
            }
        )


_RULES: dict[type, Rule] = {
    PaymentTaken: Recount._pay,
    PaperReceiptEntered: Recount._pay,
    ShiftOpened: Recount._open,
    OpeningVariance: Recount._variance,
    XReport: Recount._report,
    ShiftClosed: Recount._close,
    ReceiptIssued: Recount._receipt,
    ReceiptVoided: Recount._void,
    BookTaken: Recount._book,
    SnapshotApplied: Recount._apply,
    HandoverGiven: Recount._give,
    HandoverReceived: Recount._receive,
}
