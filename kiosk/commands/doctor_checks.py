"""What `kiosk doctor` looks at: each check says how it stands, in words, and what to do about it."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from kiosk.core.bidi import ltr
from kiosk.core.debts.age import data_age
from kiosk.core.errors import KnownError
from kiosk.core.secret_words import SECRET_WORDS
from kiosk.core.wire.pki import read_certificate
from kiosk.core.wire.times import from_ms, parse_utc, utc_ms
from kiosk.desk.session import Session
from kiosk.desk.stops import what_happened
from kiosk.devices.identity import present
from kiosk.link.transport import Timeouts
from kiosk.store.device_backends import backend_of, require_backend
from kiosk.store.incidents import standing_incidents
from kiosk.store.layout import StoreFolder
from kiosk.store.moments import read_clocks
from kiosk.store.queries.queue import queue
from kiosk.store.queries.shift import books
from kiosk.store.renewal import pair_shown, renewal_of
from kiosk.store.slot_copies import SlotCopies
from kiosk.store.sync_state import centre_of, incident_of, kept_anchor, kept_clock, last_contact, quarantined
from kiosk.sync.beat import beat
from kiosk.sync.place import Place
from kiosk.sync.round import SyncRound

State = Literal["ok", "warn", "bad"]
_LITTLE_DISK, _NO_DISK = 2 << 30, 300 << 20
"""Bytes: a day of work with scans, and what the store needs to close a shift safely."""
_OFF_CLOCK = timedelta(minutes=5)
_SILENT_WARN, _SILENT_BAD = timedelta(days=3), timedelta(days=14)
_CERTIFICATE_WARN, _CERTIFICATE_BAD = timedelta(days=180), timedelta(days=30)
"""Days left: it renews by itself when 243 of 730 are left, so that fewer mean that this did not succeed."""
_LITTLE_BOOK = 100
"""Receipts: about a busy day."""


@dataclass(frozen=True)
class Check:
    """One thing that was looked at. `remedy_*` is empty when all is well."""

    name: str
    state: State
    ar: str
    en: str
    remedy_ar: str = ""
    remedy_en: str = ""


def locked_checks(root: Path) -> Iterator[Check]:
    """What can be looked at while the store is locked: its files, the disk, the devices on the ports."""
    yield _store(root)
    yield _secret(root)
    yield _disk(root)
    yield _devices()


def unlocked_checks(session: Session, address: str | None, timeouts: Timeouts) -> Iterator[Check]:
    """What is known only with a key: connection, clock, certificate, data, queue, receipts."""
    yield _connection(session, address, timeouts)
    yield _clock(session)
    yield _certificate(session)
    yield _debts(session)
    yield _queue(session)
    yield _attention(session)
    yield _book(session)


def failed(name: str, error: KnownError) -> Check:
    """A check that an error ended."""
    return Check(name, "bad", error.sentence("ar"), error.sentence("en"),
                 error.remedy("ar"), error.remedy("en"))  # fmt: skip


def _store(root: Path) -> Check:
    folder = StoreFolder(root)
    try:
        if not folder.database.is_file():
            return failed("store", KnownError("store.missing", path=root))
        copies = SlotCopies(folder.slots).read()
    except KnownError as error:
        return failed("store", error)
    people = len(list(copies[0].header.secret_slots()))
    return Check("store", "ok", f"بيانات الجهاز في مكانها، ويفتحها {ltr(str(people))} من الموظفين.",
                 f"The store is there and opens to {people} people.")  # fmt: skip


def _secret(root: Path) -> Check:
    """What holds the device secret, whether it is there, and what secret numbers follow from it."""
    backend = backend_of(StoreFolder(root))
    try:
        require_backend(backend)
    except KnownError as error:
        return failed("secret", error)
    return Check("secret", "ok", SECRET_WORDS[backend].ar, SECRET_WORDS[backend].en)


def _disk(root: Path) -> Check:
    where = root if root.exists() else root.absolute().parent
    try:
        free = shutil.disk_usage(where).free
    except OSError as error:
        return failed("disk", KnownError("store.disk_error", reason=error.strerror or "?"))
    size = f"{free >> 20} MB"
    state: State = "bad" if free < _NO_DISK else "warn" if free < _LITTLE_DISK else "ok"
    ar, en = f"المساحة الخالية {ltr(size)}.", f"{size} are free."
    if state == "ok":
        return Check("disk", state, ar, en)
    return Check("disk", state, ar, en, "احذف ملفات غير ملفات الكشك أو بدِّل القرص قبل أن يمتلئ.",
                 "Remove files that are not the kiosk's, or change the disk before it is full.")  # fmt: skip


def _devices() -> Check:
    found = present()
    names = ", ".join(one.product or one.url for one in found)
    if not found:
        return Check("devices", "warn", "لا يوجد جهاز موصول على منافذ التسلسل.", "No serial device is there.",
                     "وصّل الطابعة وشغّلها، ثم أعد الفحص.",
                     "Connect the printer, switch it on, and look again.")  # fmt: skip
    return Check("devices", "ok", f"الأجهزة الموصولة: {ltr(names)}.", f"Devices there: {names}.")


def _connection(session: Session, address: str | None, timeouts: Timeouts) -> Check:
    if centre_of(session.store.db) is None:
        trial = KnownError("sync.not_enrolled")
        return Check("connection", "warn", trial.sentence("ar"), trial.sentence("en"),
                     trial.remedy("ar"), trial.remedy("en"))  # fmt: skip
    place = Place.of(session.store)
    rounds = SyncRound(place, address=address, timeouts=timeouts)
    try:
        answer = beat(place, rounds.client)
    except KnownError as error:
        return _unreached(session, error)
    finally:
        rounds.client.close()
    if answer.state != "active":
        return failed("connection", KnownError("sync.unknown_device"))
    return Check("connection", "ok", "خادم المركز يرد.", "The centre answers.")


def _unreached(session: Session, error: KnownError) -> Check:
    """Being offline is how these devices work; for many days it is not."""
    since = last_contact(session.store.db)
    silent = datetime.now(UTC) - since if since else timedelta()
    long = silent > _SILENT_BAD or error.code not in ("sync.offline", "sync.busy", "sync.timeout")
    return Check("connection", "bad" if long else "warn", error.sentence("ar"), error.sentence("en"),
                 error.remedy("ar"), error.remedy("en"))  # fmt: skip


def _clock(session: Session) -> Check:
    anchor, clocks = kept_anchor(session.store.db), read_clocks()
    state = kept_clock(session.store.db)
    off = timedelta()
    if anchor is not None and anchor.boot == clocks.boot:
        off = timedelta(milliseconds=clocks.utc_ms - anchor.utc_ms - (clocks.mono_ms - anchor.mono_ms))
    elif anchor is not None and clocks.utc_ms < anchor.utc_ms:
        off = from_ms(clocks.utc_ms) - from_ms(anchor.utc_ms)
    minutes = abs(off) // timedelta(minutes=1)
    if abs(off) > _OFF_CLOCK:
        return Check("clock", "bad", f"ساعة الجهاز بعيدة {ltr(str(minutes))} دقيقة عن ساعة المركز.",
                     f"The clock is {minutes} minutes off the centre's.",
                     "اضبط تاريخ الجهاز وساعته ومنطقته الزمنية.",
                     "Set date, time and time zone of the device.")  # fmt: skip
    if anchor is None or (state and state.suspect):
        return Check("clock", "warn", "لم تُراجَع ساعة الجهاز على ساعة المركز بعد.",
                     "The clock was not compared with the centre's yet.",
                     "راجع التاريخ والساعة بنفسك، واتصل بالمركز متى أمكن.",
                     "Look at date and time yourself, and sync when you can.")  # fmt: skip
    return Check("clock", "ok", "ساعة الجهاز مطابقة لساعة المركز.", "The clock agrees with the centre's.")


def _certificate(session: Session) -> Check:
    centre = centre_of(session.store.db)
    if centre is None:
        return Check("certificate", "ok", "جهاز تجريبي بلا شهادة.", "A trial device has none.")
    shown, _ = pair_shown(session.store.db)
    until = read_certificate(bytes.fromhex(shown)).not_valid_after_utc
    left, day = until - datetime.now(UTC), f"{until:%Y-%m-%d}"
    days = max(0, left // timedelta(days=1))
    state: State = "bad" if left < _CERTIFICATE_BAD else "warn" if left < _CERTIFICATE_WARN else "ok"
    ar = f"شهادة الجهاز سارية حتى {ltr(day)}، باقٍ {ltr(str(days))} يومًا، وتُجدَّد وحدها."
    en = f"The certificate is good until {day}, {days} days from now, and renews by itself."
    if renewal_of(session.store.db).refused:
        ar, en = f"{ar} آخر طلب تجديد لم يُقبل.", f"{en} The last renewal was refused."
    if state == "ok":
        return Check("certificate", state, ar, en)
    return Check("certificate", state, ar, en, "شغِّل kiosk sync حيث توجد شبكة. إن لم تتجدد فأبلغ المركز.",
                 "Run kiosk sync where there is a network, or tell the centre.")  # fmt: skip


def _debts(session: Session) -> Check:
    row = session.store.db.conn.execute(
        "SELECT as_of, rows FROM snapshot_applied WHERE dataset = 'debts'"
    ).fetchone()
    if row is None:
        return Check("debts", "warn", "لا توجد بيانات مديونيات على الجهاز.", "There are no debts here.",
                     "شغِّل: kiosk sync", "Run kiosk sync.")  # fmt: skip
    policy = session.reference.policy(session.today())
    told = session.reference.zone.local_date(utc_ms(parse_utc(row[0])))
    age = data_age(told, session.today(), policy)
    ar, en = f"عمر بيانات المديونيات {ltr(str(age.days))} يومًا.", f"The debts are {age.days} days old."
    if not age.stale:
        return Check("debts", "ok", ar, en)
    return Check("debts", "bad", ar, en, "شغِّل kiosk sync؛ حتى ذلك تُرفض المبالغ الكبيرة.",
                 "Run kiosk sync; until then large payments are refused.")  # fmt: skip


def _queue(session: Session) -> Check:
    waits = queue(session.store.db)
    if not waits.waiting or waits.oldest is None:
        return Check("queue", "ok", "لا شيء ينتظر الإرسال.", "Nothing waits to be sent.")
    age = max(timedelta(), datetime.now(UTC) - waits.oldest)
    days = age // timedelta(days=1)
    state: State = "bad" if age > _SILENT_BAD else "warn" if age > _SILENT_WARN else "ok"
    ar = f"ينتظر الإرسال {ltr(str(waits.waiting))} قيدًا، أقدمها من {ltr(str(days))} يومًا."
    en = f"{waits.waiting} entries wait, the oldest for {days} days."
    if state == "ok":
        return Check("queue", state, ar, en)
    return Check("queue", state, ar, en, "اذهب إلى مكان به شبكة وشغِّل: kiosk sync",
                 "Go where there is a network and run kiosk sync.")  # fmt: skip


def _attention(session: Session) -> Check:
    incident, held = incident_of(session.store.db), len(quarantined(session.store.db))
    standing = standing_incidents(session.store.db)
    if standing and incident is None:
        return failed("attention", KnownError("stop.incident", what=what_happened(standing[0])))
    if standing and incident is not None:
        if incident.kind == "fork":
            return failed("attention", KnownError("sync.fork", at=incident.at))
        return failed("attention", KnownError("sync.ahead", at=incident.at, seq=incident.seq))
    if held:
        return Check("attention", "warn", f"عند المركز {ltr(str(held))} قيد ينتظر مراجعة موظف.",
                     f"{held} entries wait for a person at the centre.",
                     "راجع شاشة الإرسال واتصل بالمركز.", "Look at them and call the centre.")  # fmt: skip
    return Check("attention", "ok", "لا قيد يحتاج مراجعة.", "No entry needs attention.")


def _book(session: Session) -> Check:
    left = sum(one.left for one in books(session.store.db))
    state: State = "bad" if left == 0 else "warn" if left < _LITTLE_BOOK else "ok"
    ar, en = f"باقٍ من الإيصالات {ltr(str(left))}.", f"{left} receipts are left."
    if state == "ok":
        return Check("book", state, ar, en)
    return Check("book", state, ar, en, "اطلب من المركز دفتر إيصالات جديدًا ثم شغِّل: kiosk sync",
                 "Let the centre grant a receipt book, then run kiosk sync.")  # fmt: skip
