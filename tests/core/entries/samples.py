"""One valid body of each entry type, and envelopes and keys for them. Amounts are piastres."""

from dataclasses import fields
from datetime import UTC, date, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.core.entries import (
    attachment,
    baseline,
    card,
    custody,
    keys,
    medium,
    operations,
    payment,
    privacy,
    request,
    shift,
    staff,
    technical,
)
from kiosk.core.entries.body import Body
from kiosk.core.entries.build import Circumstances
from kiosk.core.entries.parts import (
    AccountSum,
    Denomination,
    Line,
    PaperForm,
    PersonRef,
    ReceiptRange,
    StaffSum,
    TenderSum,
    VersionRef,
)
from kiosk.core.wire.entry import Anchor, Clock, EntrySignature, Link, Local
from kiosk.core.wire.signed import kid_of
from kiosk.core.wire.totals import Totals

STREAM = "5f" * 16
DEVICE = "D00000042"
TELLER, SUPERVISOR = "S0101", "S0007"
DEVICE_KEY = Ed25519PrivateKey.from_private_bytes(bytes([1]) * 32)
TELLER_KEY = Ed25519PrivateKey.from_private_bytes(bytes([2]) * 32)
SUPERVISOR_KEY = Ed25519PrivateKey.from_private_bytes(bytes([3]) * 32)
KEY_OF = {DEVICE: DEVICE_KEY, TELLER: TELLER_KEY, SUPERVISOR: SUPERVISOR_KEY}

NOON = datetime(2026, 7, 1, 9, 30, tzinfo=UTC)
OPENING = Link(STREAM, 4)
CLOCK = Clock(boot="b0" * 16, mono_ms=3_600_000, anchor=Anchor(time=NOON, age_ms=60_000), suspect=False)
VERSION = VersionRef(version=3, hash="ab" * 32)
PERSON = PersonRef(person="01" * 16, commitment="cd" * 32)
PAPER = PaperForm(series="٣٣ ع.ح", number="104233", written=date(2026, 7, 1))


def circumstances(body: Body, by: str | None = TELLER) -> Circumstances:
    """An envelope that fits the body."""
    inside = body.MONEY and body.TYPE != "shift.opened"
    local = Local(offset=180, business_date=date(2026, 7, 1) if body.MONEY else None)
    return Circumstances(at=NOON, local=local, clock=CLOCK, staff=by, shift=OPENING if inside else None)


def public(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes_raw().hex()


def notes(*counts: tuple[int, int]) -> tuple[Denomination, ...]:
    return tuple(Denomination(code=f"note-{value}", value=value, count=count) for value, count in counts)


def line(kind: str, piastres: int, account: str = "1-2-3") -> Line:
    return Line(
        kind=kind, account=account, label=f"{kind}.label", piastres=piastres, refundable=False, sample=True
    )


def added(member: str, *roles: staff.RoleName) -> staff.StaffAdded:
    key = KEY_OF[member]
    return staff.StaffAdded(
        member=member,
        roles=roles,
        slot=f"slot-{member}",
        kid=kid_of(key.public_key()),
        public_key=public(key),
        basis="trial",
    )


STREAM_OPENED = staff.StreamOpened(
    device=DEVICE,
    unit="U-12",
    vehicle="V-3",
    kid=kid_of(DEVICE_KEY.public_key()),
    public_key=public(DEVICE_KEY),
    trial=True,
)
PAYMENT = payment.PaymentTaken(
    what_for=payment.RequestFor(tracking="D00000042-2026-000017"),
    lines=(line("base", 10_000), line("stamp", 450), line("discount", -500), line("change_left", 50)),
    total=10_000,
    tenders=(
        payment.Cash(tendered=10_000, change=4_000, applied=6_000, left=50),
        payment.Slip(
            piastres=4_000,
            slip_no="000123",
            terminal="T-77",
            last4="4242",
            approval="A1B2C3",
            slip_time="2026-07-01T12:29",
        ),
    ),
    payer=PERSON,
    capacity="owner",
    allocation=None,
    snapshot=None,
    outage=None,
    mandate=None,
    order_no=None,
    period=None,
    totals=Totals(cash=6_000, slip=4_000),
)
DEBTS_PAID = payment.PaymentTaken(
    what_for=payment.DebtsFor(debtor="DB-9001", found_by="name", confirmed_by=SUPERVISOR),
    lines=(line("debt", 70_000), line("advance", 5_000), line("on_account", 5_000)),
    total=80_000,
    tenders=(payment.Cash(tendered=80_000, change=0, applied=80_000, left=0),),
    payer=PERSON,
    capacity="heir",
    allocation=payment.Allocation(
        chosen_by="debtor",
        parts=(
            payment.Part(debt="D1", charge="D1/1", component="costs", piastres=20_000, was_due=True),
            payment.Part(debt="D1", charge="D1/2", component="principal", piastres=50_000, was_due=False),
        ),
        credits=(
            payment.Credit(kind="advance", debt="D1", reason="kind_allows", piastres=5_000),
            payment.Credit(kind="on_account", debt="D2", reason="not_leased", piastres=5_000),
        ),
    ),
    snapshot=payment.SnapshotRef(dataset="debts", version=12, as_of=NOON),
    outage=Link(STREAM, 9),
    mandate="ت/114",
    order_no=None,
    period="2025/2026",
    totals=Totals(cash=80_000),
)
FIGURES = shift.Figures(
    tenders=(
        TenderSum(kind="cash", count=2, taken=86_000, reversed=6_000),
        TenderSum(kind="slip", count=1, taken=4_000, reversed=4_000),
    ),
    accounts=(
        AccountSum(account="1-2-3", taken=80_000, reversed=10_000),
        AccountSum(account="9", taken=10_000, reversed=0),
    ),
    receipts=(ReceiptRange(series="D42-E1", first=17, last=18, count=2, voided=1),),
    paper_receipts=0,
    requests=1,
    pending=shift.Pending(count=0, piastres=0),
    unknown=shift.Pending(count=1, piastres=7_000),
    voids=(StaffSum(staff=TELLER, count=1, piastres=10_000),),
    copies=1,
    drawer_openings=2,
    overrides=0,
    print_failures=1,
    breaches=(),
)
BEFORE = Totals(receipts=16, cash=1_000_000, shifts=6, bagged=900_000)
CLOSED = shift.ShiftClosed(
    z=7,
    terms=shift.CashTerms(
        opening_float=20_000,
        tendered=90_000,
        change=4_000,
        applied=86_000,
        voided=6_000,
        cash_in=5_000,
        cash_out=1_000,
        handed_over=30_000,
        transfers_in=2_000,
        transfers_out=3_000,
    ),
    expected=73_000,
    attempts=2,
    counted=72_000,
    over_short=-1_000,
    limit="hard",
    reason="unknown",
    remark="عُدَّت مرتين",
    kept=20_000,
    handed=52_000,
    seal="خ-118",
    approver=SUPERVISOR,
    figures=FIGURES,
    unsent=shift.Unsent(count=12, first=31),
    totals_before=BEFORE,
    totals=BEFORE
    + Totals(
        receipts=2,
        voids=1,
        cash=86_000,
        cash_voided=6_000,
        slip=4_000,
        slip_voided=4_000,
        cash_in=5_000,
        cash_out=1_000,
        handed_over=30_000,
        transfers_in=2_000,
        transfers_out=3_000,
        bagged=52_000,
        short=1_000,
        shifts=1,
        requests=1,
        copies=1,
        drawer_openings=2,
    ),
)
GIVEN = custody.HandoverGiven(
    transfer="77" * 16,
    counterpart=SUPERVISOR,
    signs="here",
    device=None,
    to="treasury",
    source="drawer",
    closing=None,
    denominations=notes((10_000, 3)),
    total=30_000,
    seal="118",
    totals=Totals(handed_over=30_000),
)
VOIDED = payment.ReceiptVoided(
    number="D42-E1-000017",
    receipt=Link(STREAM, 12),
    payment=Link(STREAM, 11),
    reason="wrong_service",
    remark=None,
    copies_printed=2,
    copies_recovered=2,
    cash_returned=6_000,
    slips=(payment.SlipReversal(terminal="T-77", slip_no="000123", piastres=4_000),),
    card_returned=0,
    replacement="D42-E1-000018",
    approver=SUPERVISOR,
    totals=Totals(voids=1, cash_voided=6_000, slip_voided=4_000),
)
OPENED = shift.ShiftOpened(
    book=shift.Book(series="D42-E1", next=17, last=500),
    denominations=notes((5_000, 3), (1_000, 5)),
    total=20_000,
    previous_kept=20_100,
    from_shift=Link("4e" * 16, 3),
    totals=Totals(),
)

CARD_RECORD = card.CardRecord(
    approved=True,
    code="00",
    terminal="31000017",
    trace=418,
    receipt_no=77,
    piastres=10_000,
    currency=818,
    approval="A1B2C3",
    last4="4242",
    reversal=False,
    dated="11-24T12:29:05",
)
CARD_PREPARED = card.CardPrepared(
    attempt="7c" * 16,
    kind="payment",
    terminal="31000017",
    piastres=10_000,
    currency=818,
    counter=417,
    slip_before=76,
    bill=card.CardBill(
        what_for=PAYMENT.what_for,
        lines=(*PAYMENT.lines[:3], line("base", 50)),
        total=10_000,
        payer=PERSON,
        capacity="owner",
        allocation=None,
        snapshot=None,
        mandate=None,
        order_no=None,
        period=None,
        form33=payment.Form33(mode="device", paper=None),
    ),
    reverses=None,
    receipt_no=None,
    approver=None,
)
ATTEMPT = Link(STREAM, 20)

SAMPLES: tuple[Body, ...] = (
    STREAM_OPENED,
    added(SUPERVISOR, "supervisor", "teller"),
    staff.StaffRemoved(member=TELLER, slot="slot-S0101", reason="leaver"),
    staff.StaffSecretChanged(
        member=TELLER,
        slot="slot-S0101",
        cause="forgotten",
        kid=kid_of(TELLER_KEY.public_key()),
        public_key=public(TELLER_KEY),
    ),
    staff.UnlockDone(slot="slot-S0101", method="cold"),
    staff.UnlockFailedTries(slot="slot-S0101", count=3, first=NOON, last=NOON),
    staff.OverrideGranted(
        what="debt_data_too_old",
        entry_type="payment.taken",
        digest="ee" * 32,
        reason="outage",
        remark="بلاغ رقم 5512",
        approver=SUPERVISOR,
    ),
    operations.SnapshotApplied(
        dataset="debts",
        version=12,
        hash="0a" * 32,
        as_of=NOON,
        rows=1_250_000,
        applied_through=Link(STREAM, 40),
        not_applied=(31, 33),
    ),
    operations.BookTaken(series="D42-E1", first=1, last=500, grant="0b" * 32),
    operations.OutageOpened(
        cause="terminal_down",
        remark=None,
        reference=operations.OutageReference(kind="ticket", number="بلاغ 5512", approver=None),
        started_at=NOON,
    ),
    operations.OutageClosed(opened=Link(STREAM, 9), ended_at=NOON),
    operations.PrintDone(job="11" * 16, document="receipt", entry=Link(STREAM, 12), printer="P80"),
    operations.PrintCopied(
        job="12" * 16, document="receipt", entry=Link(STREAM, 12), printer="P80", copy=1, reason="asked"
    ),
    operations.PrintFailed(
        job="13" * 16,
        document="receipt",
        entry=Link(STREAM, 12),
        printer="P80",
        copy=0,
        outcome="uncertain",
        sent=True,
        fault="paper_out",
    ),
    operations.ClockStep(cause="rollback", before=NOON, after=NOON, off_by_ms=-86_400_000, adopted=False),
    technical.IncidentNoted(kind="fork", at=42, detail="sync.fork"),
    technical.IncidentLifted(incident=Link(STREAM, 43), by="order", order="1c" * 32, challenge=None),
    technical.AnswerRefused(incident=Link(STREAM, 43), challenge="123456789012", tries=2),
    technical.OrderDone(epoch=1, n=7, kind="lift-incident", order="1c" * 32),
    technical.LiftingKey(sealed="5e" * 80),
    technical.StopChanged(cause="disk_reserve", stands=True),
    technical.DiskChanged(state="low", free_mb=930, ballast=True),
    technical.ZoneChanged(version=2, hash="2c" * 32, offset_before=180, offset_after=120),
    technical.UncleanStop(last=Link(STREAM, 44), pages="sound"),
    technical.SyncPaused(what="everything", until=NOON, only_on="mobile"),
    technical.SyncResumed(what="everything", how="ran_out"),
    technical.CertificateRenewed(certificate="5e" * 32, until=NOON),
    request.RequestTaken(
        tracking="D00000042-2026-000017",
        service="building.licence",
        catalogue=VERSION,
        fees=VERSION,
        person=PERSON,
        capacity="owner",
        answers={"area_m2": 120, "zone": "city", "road": "شارع الجمهورية"},
        papers=request.Papers(given=("id_copy",), missing=("contract",)),
        conditional_until=date(2026, 7, 15),
        fee_lines=(line("base", 10_000), line("stamp", 450), line("exemption", 0)),
        total=10_450,
        due=10_450,
    ),
    PAYMENT,
    payment.PaperReceiptEntered(
        **{field.name: getattr(DEBTS_PAID, field.name) for field in fields(DEBTS_PAID)},
        paper=PAPER,
        reason="power_cut",
        approver=SUPERVISOR,
    ),
    payment.ReceiptIssued(
        number="D42-E1-000017",
        series="D42-E1",
        serial=17,
        payment=Link(STREAM, 11),
        piastres=10_000,
        form33=payment.Form33(mode="paper_alongside", paper=PAPER),
        template=VERSION,
        totals=Totals(receipts=1),
    ),
    VOIDED,
    CARD_PREPARED,
    card.CardSent(attempt=ATTEMPT),
    card.CardApproved(attempt=ATTEMPT, record=CARD_RECORD),
    card.CardDeclined(attempt=ATTEMPT, code="6C", record=None),
    card.CardUnknown(attempt=ATTEMPT, why="silent", needs="evidence", record=None, silent_s=12),
    card.CardResolved(
        attempt=ATTEMPT,
        how="person",
        done=True,
        why="charged",
        record=CARD_RECORD,
        remark=None,
        approver=SUPERVISOR,
    ),
    card.CardCompleted(attempt=ATTEMPT, payment=Link(STREAM, 23), receipt=Link(STREAM, 24)),
    card.CardReversed(attempt=Link(STREAM, 30), reverses=ATTEMPT, void=Link(STREAM, 34)),
    card.CardBatch(
        terminal="31000017",
        taken_count=3,
        taken=30_000,
        reversed_count=1,
        reversed=10_000,
        our_taken_count=2,
        our_taken=20_000,
        our_reversed_count=1,
        our_reversed=10_000,
        difference=10_000,
        in_doubt=1,
    ),
    custody.CashMoved(
        direction="in",
        piastres=5_000,
        reason="change_fund",
        remark=None,
        approver=SUPERVISOR,
        totals=Totals(cash_in=5_000),
    ),
    GIVEN,
    custody.HandoverReceived(
        transfer="77" * 16,
        counterpart="S0044",
        signs="elsewhere",
        device="D00000043",
        given=custody.GivenRef(entry=Link("6a" * 16, 90), hash="0c" * 32),
        into="drawer",
        denominations=notes((10_000, 2), (5_000, 1)),
        total=25_000,
        stated=30_000,
        difference=-5_000,
        seal="118",
        seal_intact=False,
        totals=Totals(transfers_in=25_000),
    ),
    custody.DrawerOpened(cause="other", payment=None, reason="stuck_note"),
    OPENED,
    shift.OpeningVariance(
        opened=OPENING, expected=20_100, counted=20_000, difference=-100, sense="short", totals=Totals()
    ),
    shift.ShiftCounted(attempt=1, denominations=notes((10_000, 7), (1_000, 2)), total=72_000),
    CLOSED,
    shift.XReport(number=1, figures=FIGURES, totals=Totals(reports=1)),
    medium.MediumRegistered(medium="3d" * 16, replaces="2c" * 16),
    medium.MediumWritten(medium="3d" * 16, first=51, last=100, head="9e" * 32, cause="count"),
    medium.MediumFailed(medium="3d" * 16, fault="missing", through=100),
    medium.JournalExported(form="sealed", first=1, last=120, head="9f" * 32),
    keys.KeysMade(
        cause="rekey",
        recovery=keys.RecoveryPart(slot="4e" * 16, authority="0a1b2c3d", sealed="5d" * 96),
    ),
    keys.KeysPutBack(found=4, expected=7),
    keys.KeysOrderRefused(digest="6e" * 32, reason="signed.bad_signature"),
    keys.KeysEscrowed(member=TELLER, slot="4f" * 16, sealed_to="0a1b2c3d", sealed="7f" * 64),
    keys.KeysWiped(order="8e" * 32, number=12),
    attachment.AttachmentAdded(
        attachment="6a" * 16,
        tracking="D00000042-2026-000123",
        person="01" * 16,
        kind="national-id",
        media="image/jpeg",
        size=81_234,
        content="6b" * 32,
        sealed_size=81_266,
        sealed="6c" * 32,
    ),
    privacy.PersonErased(
        persons=("5a" * 16, "5b" * 16), basis="law", rule=None, case="12/2026", approver=SUPERVISOR
    ),
    baseline.JournalBaseline(
        period=2,
        part=1,
        parts=1,
        previous="aa" * 32,
        totals=Totals(cash=150_00, receipts=1, shifts=1),
        books=(baseline.UsedBook(series="D00000042-E1-A", serial=17),),
        slips=(baseline.UsedSlip(terminal="T1", slip="42", seq=9),),
        forms=(baseline.UsedForm(series="Q", number="7", seq=12),),
        carried=(
            baseline.CarriedEntry(
                previous="ab" * 32,
                entry='{"an entry":"as it was"}',
                hash="ac" * 32,
                sigs=(EntrySignature(by=TELLER, kid="0a1b2c3d", sig="ad" * 64),),
            ),
        ),
    ),
    baseline.PeriodDropped(period=1, first=1, last=120, head="9d" * 32),
)
"""One of each type of this release."""
