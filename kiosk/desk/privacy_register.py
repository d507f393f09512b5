"""The register of what a device holds of people: kinds, counts, ages, basis and periods; nobody's details.

It is what the report of a lost device needs within 72 hours (Law 151/2020): what was on it, of how many, how
old, and what of it nobody but the device had.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from kiosk.core.errors import KnownError
from kiosk.core.policy import Retention
from kiosk.core.roles import Right
from kiosk.desk.privacy import DRAFT
from kiosk.desk.session import Session
from kiosk.report_files import files_of
from kiosk.store.attachments import State, attachments
from kiosk.store.debts.read import data_version, set_in_use
from kiosk.store.queries.drawer import entry_time
from kiosk.store.retention import PAYER, REQUEST_PERSON, erased_count, held_drafts, held_records
from kiosk.store.sync_state import centre_of, persons_through

DEBTORS, SCAN = "debtor", "scan"


@dataclass(frozen=True)
class Holding:
    """One kind of personal data on this device.

    `count` pieces, the `oldest` and `newest` of them (UTC), `days` they are kept, None when no time is set.
    `only_here`: pieces that the centre does not have; None where that is not known of this kind.
    """

    kind: str
    name_ar: str
    name_en: str
    count: int
    oldest: datetime | None
    newest: datetime | None
    days: int | None
    source: str
    only_here: int | None = None


@dataclass(frozen=True)
class Register:
    """What the device `device` holds at `made`; `erased` records have lost their key and open for nobody."""

    device: str
    stream: str
    made: datetime
    holdings: tuple[Holding, ...]
    erased: int


def privacy_register(session: Session) -> Register:
    """Make the register. Raises KnownError `roles.no_right`, `session.expired`, `store.*`."""
    session.require(Right.PRIVACY_READ)
    return Register(
        device=session.store.unlocked.device or "",
        stream=session.store.unlocked.stream,
        made=session.moment().at,
        holdings=tuple(_holdings(session)),
        erased=erased_count(session.store.db),
    )


def _holdings(session: Session) -> Iterator[Holding]:
    policy, db = session.reference.policy(session.today()), session.store.db
    rules = {rule.code: rule for rule in policy.retention}
    sources = {code: policy.provenance[f"retention:{code}"].source for code in rules}
    at_centre = persons_through(db) if centre_of(db) is not None else 0
    records = held_records(db)

    def holding(kind: str, moments: list[datetime], only_here: int | None = None) -> Holding:
        rule = rules.get(kind, Retention(kind, kind, kind, None))
        return Holding(
            kind=kind,
            name_ar=rule.name_ar,
            name_en=rule.name_en,
            count=len(moments),
            oldest=min(moments, default=None),
            newest=max(moments, default=None),
            days=rule.days,
            source=sources.get(kind, ""),
            only_here=only_here,
        )

    for kind in (REQUEST_PERSON, PAYER):
        of_kind = [one for one in records if one.kind == kind]
        yield holding(kind, [one.at for one in of_kind], sum(one.seq > at_centre for one in of_kind))
    drafts = [one.saved_at for one in held_drafts(db)]
    yield holding(DRAFT, drafts, len(drafts))
    for kind, files in files_of(session.store.folder.root).items():
        yield holding(kind, [_changed(file.stat().st_mtime_ns) for file in files])
    yield _scans(session)
    debtors = _debtors(session)
    if debtors is not None:
        yield debtors


def _scans(session: Session) -> Holding:
    """The scans whose keys are here; they end with the record of who asked."""
    db = session.store.db
    held = [one for one in attachments(db) if one.state in (State.WAITING, State.SENT, State.SAFE)]
    moments = [entry_time(db, one.seq) for one in held]
    return Holding(
        kind=SCAN,
        name_ar="صورة مستند مع طلب",
        name_en="scan of a paper of a request",
        count=len(held),
        oldest=min(moments, default=None),
        newest=max(moments, default=None),
        days=None,
        source="retention:request_person",
        only_here=sum(one.state is State.WAITING for one in held),
    )


def _changed(ns: int) -> datetime:
    return datetime.fromtimestamp(ns // 10**9, UTC)


def _debtors(session: Session) -> Holding | None:
    """The debtors of the snapshot in use: the centre's own data, replaced as a whole by the next one."""
    db = session.store.db
    try:
        version, which = data_version(db), set_in_use(db)
    except KnownError as error:
        if error.code != "dataset.missing":
            raise
        return None
    count = db.conn.execute(f"SELECT count(*) FROM debtor_{which}").fetchone()[0]  # noqa: S608 - our own names
    return Holding(
        kind=DEBTORS,
        name_ar="مدين في بيانات المركز",
        name_en="debtor of the centre's data",
        count=count,
        oldest=version.as_of,
        newest=version.as_of,
        days=None,
        source=f"snapshot {version.version}",
        only_here=0,
    )
