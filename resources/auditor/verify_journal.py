#!/usr/bin/env python3
"""Verifies an exported journal of a mobile-centre kiosk: one file, Python 3.11 or later, and `cryptography`.

    python3 verify_journal.py FILE.journal.ndjson [--ack FILE] [--receipt TEXT] [--key HEX] [--root HEX]

It shares no code with the kiosk: format and rules are those of docs/audit-export.md. It changes nothing.
Exit code 0: nothing wrong was found; 5: something is; 2: there is no such file, or it is no journal.
"""

import argparse
import base64
import hashlib
import json
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Plain = dict[str, Any]
CHECKPOINT_EVERY = 50
LINE = re.compile(
    rb'\{(?:"entry":(\{.*\})|"raw":"([0-9a-f]*)"),"hash":"([0-9a-f]{64})",'
    rb'"seq":([1-9][0-9]{0,15}),"sigs":(\[.*\])\}'
)
"""A line with an entry: its exact bytes (or hex, if they would break a line), hash, place, signatures."""
BIGGEST = 2**53 - 1
"""Whole numbers beyond this are not kept by every reader of JSON, and are refused."""

SENTENCES = """
file.unreadable
السطر {line} ليس من هذه الصيغة
line {line} is not of this format
file.count
آخر سطر يقول {stated} قيد، وفي الملف {found}
the last line says {stated} entries, the file has {found}
file.end
سطر النهاية ناقص: قُطع الملف
the end line is missing: the file was cut
key.differs
مفتاح الجهاز ليس المفتاح المسجَّل
the key of the device is not the one on record
order.gap
قيود ناقصة قبل القيد {seq}
entries are missing before entry {seq}
order.repeated
القيد {seq} مكرر أو ليس في مكانه
entry {seq} is there twice or out of its place
entry.other_stream
القيد {seq} من سجل جهاز آخر
entry {seq} is of another device's journal
entry.altered
القيد {seq} تغير بعد كتابته
entry {seq} was changed after it was written
entry.unreadable
القيد {seq} غير مقروء
entry {seq} cannot be read
signature.bad
توقيع {by} على القيد {seq} غير صحيح
the signature of {by} on entry {seq} does not hold
signature.unknown
القيد {seq} موقَّع بمفتاح غير معروف ({by})
entry {seq} is signed with an unknown key ({by})
signature.missing
القيد {seq} ينقصه توقيع {by}
entry {seq} lacks the signature of {by}
signature.same_person
القيد {seq}: المنفذ هو نفسه المعتمد
entry {seq}: maker and checker are one person
signature.no_right
القيد {seq}: {by} ليس مشرفًا
entry {seq}: {by} is no supervisor
checkpoint.signature
ختم الجهاز عند القيد {seq} غير صحيح
the checkpoint at entry {seq} does not hold
checkpoint.differs
ختم الجهاز عند القيد {seq} يخالف السجل
the checkpoint at entry {seq} differs from the journal
checkpoint.missing
ختم الجهاز عند القيد {seq} ناقص
the checkpoint at entry {seq} is missing
checkpoint.beyond
الجهاز ختم القيد {seq} وهو ليس هنا: قُطع آخر السجل
the device signed entry {seq}, which is not here: the tail was cut
totals.differ
القيد {seq}: المجموع {name} مكتوب {stated} ومجموع القيود {summed}
entry {seq}: the total {name} says {stated}, the entries add up to {summed}
payment.sum
القيد {seq}: بنود السداد لا تساوي جملته أو وسائل دفعه
entry {seq}: lines, total and tenders of the payment differ
receipt.gap
الإيصال {number}: الرقم السابق له ناقص
receipt {number}: the number before it is missing
receipt.payment
الإيصال {number} ليس لسداد بنفس المبلغ
receipt {number} is for no payment of its amount
receipt.void
إلغاء الإيصال {number}: ملغى من قبل، أو ليس هنا، أو يرد أكثر مما دُفع
the void of receipt {number}: it was void before, is not here, or gives back more than was paid
receipt.missing
السداد في القيد {seq} بلا إيصال
the payment of entry {seq} has no receipt
shift.order
القيد {seq}: وردية تُفتح أو تُقفل في غير موضعها
entry {seq}: a shift opens or closes out of turn
shift.sums
قفل الوردية في القيد {seq}: {name} مكتوب {stated} والقيود تقول {summed}
close at entry {seq}: {name} says {stated}, the entries say {summed}
ack.unreadable
رد المركز غير مقروء أو ليس لهذا الجهاز
the acknowledgement cannot be read or is not for this device
ack.signature
توقيع المركز على رده غير صحيح
the signature of the centre on its acknowledgement does not hold
ack.cut
أكد المركز القيود حتى {seq} والملف حتى {last} فقط: قُطع آخر السجل
the centre confirmed entries up to {seq}, the file ends at {last}: the tail was cut
ack.differs
عند المركز قيد آخر برقم {seq}
the centre holds another entry {seq}
paper.unreadable
الكود ليس كود إيصال
the text is no code of a receipt
paper.signature
كود الإيصال ليس موقَّعًا من هذا الجهاز
the code of the receipt was not signed by this device
paper.cut
ما على الورقة ({code}) ليس في الملف: قُطع آخر السجل أو استُبدل
what the paper says ({code}) is not in the file: its tail was cut, or it is another history
paper.differs
الإيصال {number} على الورق غير الذي في الملف
receipt {number} on paper is not the one in the file
"""
"""What each check says when it fails: its name, the sentence in Arabic, the sentence in English."""
_SAID = SENTENCES.split("\n")[1:-1]
CHECKS = {name: (ar, en) for name, ar, en in zip(_SAID[::3], _SAID[1::3], _SAID[2::3], strict=True)}

EFFECTS: dict[str, Callable[[Plain], Plain]] = {
    "payment.taken": lambda b: taken(b),
    "paper_receipt.entered": lambda b: {**taken(b), "paper_receipts": 1},
    "receipt.issued": lambda _: {"receipts": 1},
    "receipt.voided": lambda b: {
        "voids": 1,
        "cash_voided": b["cash_returned"],
        "slip_voided": sum(one["piastres"] for one in b["slips"]),
        "card_voided": b["card_returned"],
    },
    "cash.moved": lambda b: {"cash_in" if b["direction"] == "in" else "cash_out": b["piastres"]},
    "handover.given": lambda b: {given_from(b): b["total"]},
    "handover.received": lambda b: {"transfers_in" if b["into"] == "drawer" else "bags_in": b["total"]},
    "shift.opened": lambda _: {},
    "shift.opening_variance": lambda _: {},
    "shift.closed": lambda b: {
        "shifts": 1,
        "bagged": b["handed"],
        "over": max(0, b["over_short"]),
        "short": max(0, -b["over_short"]),
    },
    "request.taken": lambda _: {"requests": 1},
    "report.x": lambda _: {"reports": 1},
    "print.copied": lambda _: {"copies": 1},
    "drawer.opened": lambda b: {} if b["cause"] == "sale" else {"drawer_openings": 1},
    "override.granted": lambda _: {"overrides": 1},
    "journal.baseline": lambda _: {},
}
"""What each type adds to the perpetual totals; types that are not here add nothing."""

OF_STAFF = {"staff.added", "staff.removed", "staff.secret_changed"}
"""Supervisors change who is on a device, or the device itself when it is enrolled."""
MAKER_SIGNS = {
    *("shift.opened", "shift.closed", "receipt.voided", "paper_receipt.entered", "override.granted"),
    *("handover.given", "handover.received", *OF_STAFF),
}
APPROVER_SIGNS = {"shift.closed", "receipt.voided", "paper_receipt.entered", "override.granted", "cash.moved"}


class Unreadable(Exception):  # noqa: N818
    """Bytes that are not of the format."""


class Finding(NamedTuple):
    """Something wrong: the check that found it and the values of its sentence."""

    check: str
    values: Plain

    def said(self, language: int) -> str:
        """The sentence: 0 Arabic, 1 English."""
        return CHECKS[self.check][language].format(**self.values)


def taken(body: Plain) -> Plain:
    """What a payment took by each tender."""
    sums = dict.fromkeys(("cash", "slip", "card"), 0)
    for one in body["tenders"]:
        sums[one["kind"]] += one["applied" if one["kind"] == "cash" else "piastres"]
    return sums


def effect_of(kind: str, body: Plain) -> Plain:
    """What an entry adds to the totals."""
    return EFFECTS[kind](body) if kind in EFFECTS else {}


def given_from(body: Plain) -> str:
    """Which total a handover moves."""
    if body["source"] == "bag":
        return "bags_out"
    return "handed_over" if body["to"] == "treasury" else "transfers_out"


def second_persons(kind: str, body: Plain) -> list[str | None]:
    """Who beside maker and approver signs: who confirmed a debtor, or the counterpart of a handover."""
    if kind == "card.prepared":
        debts = (body["bill"] or {}).get("what_for", {})
        return [body["approver"], debts.get("confirmed_by")]
    if kind == "card.resolved":
        return [body["approver"]]
    if kind in ("payment.taken", "paper_receipt.entered") and body["what_for"]["kind"] == "debts":
        if any(one["kind"] == "card" for one in body["tenders"]):
            return []
        return [body["what_for"]["confirmed_by"]]
    if kind in ("handover.given", "handover.received") and body["signs"] == "here":
        return [body["counterpart"]]
    return []


def canonical(value: Any) -> bytes:
    """RFC 8785 for text, whole numbers, lists, maps, true, false, null."""
    if isinstance(value, dict):
        pairs = sorted(value.items(), key=lambda pair: pair[0].encode("utf-16-be"))
        return b"{" + b",".join(canonical(key) + b":" + canonical(one) for key, one in pairs) + b"}"
    if isinstance(value, list):
        return b"[" + b",".join(map(canonical, value)) + b"]"
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


def parse(data: bytes) -> Any:
    """Read bytes that must be canonical. Raises Unreadable."""
    try:
        value = json.loads(data, object_pairs_hook=_pairs, parse_float=_refuse, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise Unreadable(str(error)) from error
    if canonical(value) != data or not unicodedata.is_normalized("NFC", data.decode()):
        raise Unreadable("not canonical")
    return value


def _pairs(pairs: list[tuple[str, Any]]) -> Plain:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key twice")
    return found


def _refuse(text: str) -> Any:
    raise ValueError(f"not a whole number: {text}")


def holds(public: Ed25519PublicKey, signature: str, message: bytes) -> bool:
    """Whether a signature in hex holds."""
    try:
        public.verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def public_key(text: str) -> Ed25519PublicKey:
    """A raw key in hex. Raises Unreadable."""
    try:
        return Ed25519PublicKey.from_public_bytes(bytes.fromhex(text))
    except ValueError as error:
        raise Unreadable("not a key") from error


def kid_of(text: str) -> str:
    """The name of a key (hex): 8 digits."""
    return hashlib.sha256(bytes.fromhex(text)).hexdigest()[:8]


class Verifier:
    """Walks through the file and notes what is wrong. After damage it goes on from the stated hash."""

    def __init__(self, key: str | None = None) -> None:
        self.findings: list[Finding] = []
        self.pinned = key
        self.by = ""
        self.device = self.stream = ""
        self.trial = False
        self.device_keys: dict[str, Ed25519PublicKey] = {}
        self.staff_keys: dict[tuple[str, str], Ed25519PublicKey] = {}
        self.roles: dict[str, list[str]] = {}
        self.first = self.seq = self.entries = 0
        self.head = bytes(32)
        self.hashes: dict[int, str] = {}
        self.totals: Plain = {}
        self.later: dict[str, int] = {}
        self.checkpoints: set[int] = set()
        self.money = Money(self.note)
        self.confirmed: Plain | None = None
        self.baseline = self.carried = self.parts = 0
        """The baseline with which the file begins, where earlier periods were dropped from the device."""

    def note(self, check: str, **values: Any) -> None:
        """Something is wrong."""
        self.findings.append(Finding(check, values))

    def read(self, lines: Iterator[bytes]) -> None:
        """Read and judge a whole file."""
        ended = False
        for number, raw in enumerate(lines, 1):
            if ended or not raw.endswith(b"\n"):
                self.note("file.unreadable", line=number)
                continue
            try:
                ended = self._line(number, raw[:-1])
            except (Unreadable, KeyError, TypeError, ValueError, AttributeError):
                self.note("file.unreadable", line=number)
        if not ended:
            self.note("file.end")
        for seq in range(CHECKPOINT_EVERY, self.seq + 1, CHECKPOINT_EVERY):
            if self.by == "device" and seq >= self.first and seq not in self.checkpoints:
                self.note("checkpoint.missing", seq=seq)
        self.money.finish(self.seq)

    def _line(self, number: int, line: bytes) -> bool:
        if number == 1:
            self._head(parse(line)["head"])
        elif line.startswith(b'{"checkpoint":'):
            self._checkpoint(parse(line)["checkpoint"])
        elif line.startswith(b'{"end":'):
            end = parse(line)["end"]
            if set(end) != {"entries", "confirmed"}:
                raise Unreadable("end")
            if end["entries"] != self.entries:
                self.note("file.count", stated=end["entries"], found=self.entries)
            self.confirmed = end["confirmed"]
            return True
        else:
            self._entry(line)
        return False

    def _head(self, head: Plain) -> None:
        fixed = {"what": "kiosk-journal", "v": 1}
        if set(head) != {"what", "v", "by", "device", "stream", "keys"} or not fixed.items() <= head.items():
            raise Unreadable("head")
        if head["by"] not in ("device", "centre"):
            raise Unreadable("by")
        self.by, self.device, self.stream = head["by"], head["device"], head["stream"]
        for one in head["keys"]:
            if one["alg"] != "ed25519" or one["kid"] != kid_of(one["public"]) or len(one) != 3:
                raise Unreadable("keys")
            self.device_keys[one["kid"]] = public_key(one["public"])
        if self.pinned is not None:
            if kid_of(self.pinned) not in self.device_keys:
                self.note("key.differs")
            self.device_keys = {kid_of(self.pinned): public_key(self.pinned)}

    def _entry(self, line: bytes) -> None:
        found = LINE.fullmatch(line)
        if found is None:
            raise Unreadable("entry")
        data = found[1] if found[1] is not None else bytes.fromhex(found[2].decode())
        seq, stated, sigs = int(found[4]), bytes.fromhex(found[3].decode()), parse(found[5])
        self.entries += 1
        if not self.first and seq > 1:
            self._begin_later(data)
        self._chain(seq, data, stated)
        try:
            entry = parse(data)
            known = entry["v"] == 1 and isinstance(entry["body"], dict)
        except (Unreadable, KeyError, TypeError):
            known = False
        if not known:
            self.note("entry.unreadable", seq=seq)
            return
        if entry["stream"] != self.stream:
            self.note("entry.other_stream", seq=seq)
        if entry["seq"] != seq:
            self.note("entry.altered", seq=seq)
        signers = self._signers(seq, stated, sigs)
        try:
            self._judge(entry, signers)
        except (KeyError, TypeError, ValueError, Unreadable):
            self.note("entry.unreadable", seq=seq)

    def _begin_later(self, data: bytes) -> None:
        """Begin at a baseline: its hash before it, its totals; who could sign comes from what it carries."""
        try:
            entry = parse(data)
            body = entry["body"]
            if entry["type"] != "journal.baseline" or body["part"] != 1:
                return
            self.head, self.totals = bytes.fromhex(body["previous"]), dict(body["totals"])
        except (Unreadable, KeyError, TypeError, ValueError):
            return
        self.baseline, self.parts = entry["seq"], body["parts"]

    def _carried(self, body: Plain) -> None:
        """What a baseline carries: each by its own hash and signatures; staff, books and the last shift."""
        for one in body["books"]:
            self.money.go_on(one["series"], one["serial"])
        for one in body["carried"]:
            data, hash_ = one["entry"].encode(), bytes.fromhex(one["hash"])
            entry = parse(data)
            place = entry["seq"]
            if not self.carried < place < self.baseline:
                self.note("order.repeated", seq=place)
            self.carried = place
            before = bytes.fromhex(one["previous"])
            message = b"kiosk-journal-1" + before + place.to_bytes(8, "big") + data
            if hashlib.sha256(message).digest() != hash_ or entry["stream"] != self.stream:
                self.note("entry.altered", seq=place)
            signed = self._signed_as_needed(entry, self._signers(place, hash_, one["sigs"]))
            if entry["type"] == "stream.opened":
                self._opened(entry["body"], place)
            elif signed:
                self._people(entry["type"], entry["body"])

    def _chain(self, seq: int, data: bytes, stated: bytes) -> None:
        if not self.first:
            self.first = seq
            self.seq = 0 if seq == 1 else seq - 1
            if seq != 1 and not self.baseline:
                self.note("order.gap", seq=seq)
        if seq <= self.seq:
            self.note("order.repeated", seq=seq)
        elif seq > self.seq + 1:
            self.note("order.gap", seq=seq)
        else:
            message = b"kiosk-journal-1" + self.head + seq.to_bytes(8, "big") + data
            if hashlib.sha256(message).digest() != stated:
                self.note("entry.altered", seq=seq)
        if seq > self.seq:
            self.seq, self.head = seq, stated
            self.hashes[seq] = stated.hex()

    def _signers(self, seq: int, hash_: bytes, sigs: list[Plain]) -> set[str]:
        """Whose signatures hold."""
        holding = set()
        for one in sigs:
            by, kid = one["by"], one["kid"]
            key = self.device_keys.get(kid) if by == self.device else self.staff_keys.get((by, kid))
            if set(one) != {"by", "kid", "alg", "sig"} or one["alg"] != "ed25519":
                raise Unreadable("signature")
            if key is None:
                self.note("signature.unknown", seq=seq, by=by)
            elif not holds(key, one["sig"], hash_):
                self.note("signature.bad", seq=seq, by=by)
            else:
                holding.add(by)
        return holding

    def _judge(self, entry: Plain, signers: set[str]) -> None:
        kind, body, seq = entry["type"], entry["body"], entry["seq"]
        if entry["tv"] != 1:
            self.later[f"{kind}.{entry['tv']}"] = seq
        signed = self._signed_as_needed(entry, signers)
        if kind == "stream.opened":
            self._opened(body, seq)
        elif signed:
            self._people(kind, body)
        if kind == "journal.baseline" and signed and seq < self.baseline + self.parts:
            self._carried(body)
        self._add(entry)
        self.money.take(entry)

    def _opened(self, body: Plain, seq: int) -> None:
        if seq != 1 or body["device"] != self.device or body["kid"] not in self.device_keys:
            self.note("key.differs")
        self.trial = body["trial"]

    def _people(self, kind: str, body: Plain) -> None:
        """Follow who is on the device, and with which key."""
        if kind in ("staff.removed", "staff.secret_changed"):
            self.staff_keys = {key: one for key, one in self.staff_keys.items() if key[0] != body["member"]}
        if kind == "staff.removed":
            self.roles.pop(body["member"], None)
        elif kind in ("staff.added", "staff.secret_changed"):
            self.staff_keys[body["member"], body["kid"]] = public_key(body["public_key"])
            if kind == "staff.added":
                self.roles[body["member"]] = body["roles"]

    def _signed_as_needed(self, entry: Plain, signers: set[str]) -> bool:
        """Whether all who must sign did, as two persons where two are needed, and with the right to."""
        kind, body, seq, maker = entry["type"], entry["body"], entry["seq"], entry["staff"]
        supervisor = body.get("approver") if kind in APPROVER_SIGNS else None
        if kind == "shift.closed" and body["limit"] == "hard" and supervisor is None:
            self.note("signature.missing", seq=seq, by="approver")
        seconds = [one for one in (supervisor, *second_persons(kind, body)) if one is not None]
        itself = maker in seconds or (kind == "staff.added" and maker == body["member"])
        if itself:
            self.note("signature.same_person", seq=seq)
        by_device = kind in ("stream.opened", "journal.baseline") or (kind in OF_STAFF and maker is None)
        first = [self.device if by_device else maker or "?"] if by_device or kind in MAKER_SIGNS else []
        missing = [by for by in [*first, *seconds] if by not in signers]
        for by in missing:
            self.note("signature.missing", seq=seq, by=by)
        leading = [supervisor] if supervisor else []
        if (
            kind in OF_STAFF
            and maker is not None
            and (kind != "staff.secret_changed" or maker != body["member"])
        ):
            leading.append(maker)
        unfit = [by for by in leading if "supervisor" not in self.roles.get(by, [])]
        for by in unfit:
            self.note("signature.no_right", seq=seq, by=by)
        return not (missing or unfit or itself)

    def _add(self, entry: Plain) -> None:
        """Add the entry's effect to the totals; money entries state exactly these."""
        kind, body, seq = entry["type"], entry["body"], entry["seq"]
        for name, value in effect_of(kind, body).items():
            if value < 0:
                raise Unreadable("a negative effect")
            self.totals[name] = self.totals.get(name, 0) + value
        if "totals" not in body:
            return
        stated: Plain = body["totals"]
        if kind not in EFFECTS:
            self.later[kind] = seq
        else:
            for name in sorted({*stated, *self.totals}):
                said, summed = stated.get(name, 0), self.totals.get(name, 0)
                if said != summed:
                    self.note("totals.differ", seq=seq, name=name, stated=said, summed=summed)
        self.totals = dict(stated)

    def _checkpoint(self, checkpoint: Plain) -> None:
        seq = checkpoint["seq"]
        bare = {name: value for name, value in checkpoint.items() if name != "sig"}
        key = self.device_keys.get(checkpoint["kid"])
        message = b"kiosk-checkpoint-1" + canonical(bare)
        if checkpoint["alg"] != "ed25519" or key is None or not holds(key, checkpoint["sig"], message):
            self.note("checkpoint.signature", seq=seq)
            return
        self.checkpoints.add(seq)
        totals = {name: value for name, value in checkpoint["totals"].items() if value}
        if seq > self.seq and checkpoint["stream"] == self.stream:
            self.note("checkpoint.beyond", seq=seq)
            return
        same = checkpoint["stream"] == self.stream and self.hashes.get(seq) == checkpoint["head"]
        if not same or totals != {name: value for name, value in self.totals.items() if value}:
            self.note("checkpoint.differs", seq=seq)


class Money:
    """Payments, receipts and shifts, held to each other."""

    def __init__(self, note: Callable[..., None]) -> None:
        self.note = note
        self.payments: dict[int, int] = {}
        self.receipted: set[int] = set()
        self.numbers: dict[str, tuple[int, int]] = {}
        self.first_serials: dict[str, int] = {}
        self.next_serial: dict[str, int] = {}
        self.shift: Plain | None = None
        self.kept: int | None = None
        self.paper: set[int] = set()
        self.voided: set[str] = set()

    def take(self, entry: Plain) -> None:
        """Judge one entry."""
        kind, body, seq = entry["type"], entry["body"], entry["seq"]
        act: Callable[[Plain, int], None] | None = {
            "book.taken": self._book,
            "payment.taken": self._payment,
            "paper_receipt.entered": self._payment,
            "receipt.issued": self._receipt,
            "receipt.voided": self._void,
            "shift.opened": self._open,
            "shift.counted": self._count,
            "shift.closed": self._close,
        }.get(kind)
        if kind == "paper_receipt.entered":
            self.paper.add(seq)
        if self.shift is not None:
            self._terms(kind, body)
        if act is not None:
            act(body, seq)

    def _book(self, body: Plain, seq: int) -> None:
        if self.next_serial.setdefault(body["series"], body["first"]) != body["first"]:
            self.note("receipt.gap", number=f"{body['series']} ({seq})")

    def go_on(self, series: str, serial: int) -> None:
        """A book whose last used number is this: what a baseline says."""
        self.next_serial[series] = serial + 1

    def _payment(self, body: Plain, seq: int) -> None:
        lines, sums = sum(one["piastres"] for one in body["lines"]), taken(body)
        cash = [one for one in body["tenders"] if one["kind"] == "cash"]
        changed = any(one["tendered"] - one["change"] != one["applied"] for one in cash)
        if not lines == body["total"] == sum(sums.values()) or changed:
            self.note("payment.sum", seq=seq)
        self.payments[seq] = body["total"]

    def _receipt(self, body: Plain, seq: int) -> None:
        number, series, serial = body["number"], body["series"], body["serial"]
        if number != f"{series}-{serial:06d}" or self.next_serial.get(series, serial) != serial:
            self.note("receipt.gap", number=number)
        self.next_serial[series] = serial + 1
        paid = body["payment"]["seq"]
        if self.payments.get(paid) != body["piastres"] or paid in self.receipted or paid in self.paper:
            self.note("receipt.payment", number=number)
        if seq != paid + 1 and paid in self.payments:
            self.note("receipt.payment", number=number)
        self.receipted.add(paid)
        self.numbers[number] = (paid, body["piastres"])

    def _void(self, body: Plain, seq: int) -> None:
        number, back = body["number"], body["cash_returned"] + body["card_returned"]
        back += sum(one["piastres"] for one in body["slips"])
        paid, amount = self.numbers.get(number, (0, 0))
        if number in self.voided or paid != body["payment"]["seq"] or not 0 < back <= amount or paid > seq:
            self.note("receipt.void", number=number)
        self.voided.add(number)

    def _open(self, body: Plain, seq: int) -> None:
        if self.shift is not None or (self.kept is not None and body["previous_kept"] != self.kept):
            self.note("shift.order", seq=seq)
        self._counted(body, seq, body["total"])
        self.shift = dict.fromkeys(TERMS, 0) | {"opening_float": body["total"]}

    def _count(self, body: Plain, seq: int) -> None:
        self._counted(body, seq, body["total"])
        if self.shift is None:
            self.note("shift.order", seq=seq)
        else:
            self.shift["counted"] = body["total"]

    def _counted(self, body: Plain, seq: int, total: int) -> None:
        summed = sum(one["value"] * one["count"] for one in body["denominations"])
        if summed != total:
            self.note("shift.sums", seq=seq, name="denominations", stated=total, summed=summed)

    def _terms(self, kind: str, body: Plain) -> None:
        """Add what an entry does to the cash of the open shift."""
        shift = self.shift or {}
        cash = [one for one in body["tenders"] if one["kind"] == "cash"] if "tenders" in body else []
        for one in cash:
            for name in ("tendered", "change", "applied"):
                shift[name] += one[name]
        effect = effect_of(kind, body)
        for name in ("cash_in", "cash_out", "handed_over", "transfers_in", "transfers_out"):
            shift[name] += effect.get(name, 0)
        shift["voided"] += effect.get("cash_voided", 0)

    def _close(self, body: Plain, seq: int) -> None:
        shift, self.shift, self.kept = self.shift, None, body["kept"]
        if shift is None:
            self.note("shift.order", seq=seq)
            return
        into = ("opening_float", "applied", "cash_in", "transfers_in")
        out = ("voided", "cash_out", "handed_over", "transfers_out")
        expected = sum(shift[name] for name in into) - sum(shift[name] for name in out)
        sums = {name: (body["terms"][name], shift[name]) for name in TERMS}
        sums["expected"] = body["expected"], expected
        sums["counted"] = body["counted"], shift.get("counted", body["counted"])
        sums["over_short"] = body["over_short"], body["counted"] - body["expected"]
        sums["kept + handed"] = body["kept"] + body["handed"], body["counted"]
        sums["z"] = body["z"], body["totals"]["shifts"]
        for name, (stated, summed) in sums.items():
            if stated != summed:
                self.note("shift.sums", seq=seq, name=name, stated=stated, summed=summed)

    def finish(self, last: int) -> None:
        """At the end: every payment but one that is the very last entry has its receipt."""
        for seq in self.payments:
            if seq not in self.receipted and seq not in self.paper and seq != last:
                self.note("receipt.missing", seq=seq)


TERMS = (
    *("opening_float", "tendered", "change", "applied", "voided", "cash_in", "cash_out", "handed_over"),
    *("transfers_in", "transfers_out"),
)


class Outside:
    """What only something from outside the file can show: that its tail was cut, or all of it replaced."""

    def __init__(self, verifier: Verifier, root: str | None = None) -> None:
        self.v = verifier
        self.root = root
        self.confirmed_to = 0
        self.judged = 0

    def acknowledgement(self, text: str, confirmed: Mapping[str, Any] | None) -> None:
        """Judge an acknowledgement; who vouches for the centre stands in the file, or is given as `root`."""
        v = self.v
        try:
            ack = parse(text.strip().encode())
            if "acknowledgement" in ack:
                confirmed, ack = ack, parse(ack["acknowledgement"].encode())
            said = ack["payload"]
            if (ack["purpose"], said["device"], said["stream"]) != ("ack", v.device, v.stream):
                raise Unreadable("another's")  # noqa: TRY301
            through, head = said["stored_through"], said["head"]
        except (Unreadable, KeyError, TypeError, ValueError):
            v.note("ack.unreadable")
            return
        if not self._vouched(ack, confirmed):
            v.note("ack.signature")
            return
        self.judged += 1
        if through > v.seq:
            v.note("ack.cut", seq=through, last=v.seq)
        elif through and v.hashes.get(through) != head:
            v.note("ack.differs", seq=through)
        else:
            self.confirmed_to = max(self.confirmed_to, through)

    def _vouched(self, ack: Plain, confirmed: Mapping[str, Any] | None) -> bool:
        """The root delegated the key that signed, for this purpose, at that time; all of it is judged."""
        if confirmed is None:
            return False
        root = confirmed["root"] if self.root is None else self.root
        keys: Plain = {}
        try:
            for text in confirmed["delegations"]:
                given = parse(text.encode())
                if root != confirmed["root"] or not signed(
                    given, "delegation", {kid_of(root): public_key(root)}
                ):
                    return False
                public = given["payload"]["public"]
                inside = given["issued"] <= ack["issued"] < given["expires"]
                if "ack" in given["payload"]["purposes"] and inside:
                    keys[kid_of(public)] = public_key(public)
            return signed(ack, "ack", keys)
        except (Unreadable, KeyError, TypeError, ValueError):
            return False

    def paper(self, text: str) -> None:
        """Judge what stands on a paper: its QR, or the code of its entry (8 hex digits or more)."""
        bare = "".join(text.split())
        if re.fullmatch("[0-9A-Fa-f]{8,64}", bare):
            self.judged += 1
            found = [seq for seq, hash_ in self.v.hashes.items() if hash_.startswith(bare.lower())]
            if not found:
                self.v.note("paper.cut", code=bare)
            self.confirmed_to = max([self.confirmed_to, *found])
            return
        try:
            facts = self._code(bare)
        except (Unreadable, ValueError, IndexError, KeyError, TypeError):
            self.v.note("paper.unreadable")
            return
        if facts is None:
            self.v.note("paper.signature")
            return
        self.judged += 1
        number, piastres, entry = facts[2], facts[5], facts[7].hex()
        if number not in self.v.money.numbers:
            self.v.note("paper.cut", code=number)
            return
        paid, amount = self.v.money.numbers[number]
        if amount != piastres or not self.v.hashes.get(paid, "").startswith(entry):
            self.v.note("paper.differs", number=number)
        else:
            self.confirmed_to = max(self.confirmed_to, paid)

    def _code(self, text: str) -> Any:
        """The facts of a receipt's QR, None when no key of this device signed it (docs/receipt-code.md)."""
        match = re.fullmatch(r"HTTPS://[A-Z0-9.-]+/R#([A-Z2-7]+)", text.upper())
        if match is None:
            raise Unreadable("no code")
        cose = base64.b32decode(match[1] + "=" * (-len(match[1]) % 8))
        (protected, _, payload, signature), _ = cbor(cose, 0)
        header, _ = cbor(protected, 0)
        key = self.v.device_keys.get(header[4].hex())
        message = b"\x84\x6aSignature1" + packed(protected) + b"\x40" + packed(payload)
        if header[1] != -8 or key is None or not holds(key, signature.hex(), message):
            return None
        return cbor(payload, 0)[0]


def signed(given: Plain, purpose: str, keys: Mapping[str, Ed25519PublicKey]) -> bool:
    """Whether a signed object is of this purpose and by one of these keys."""
    bare = {name: value for name, value in given.items() if name != "sig"}
    key = keys.get(given["kid"])
    if key is None or given["purpose"] != purpose or given["alg"] != "ed25519":
        return False
    return holds(key, given["sig"], b"kiosk-signed-1" + purpose.encode() + canonical(bare))


def cbor(data: bytes, at: int) -> tuple[Any, int]:
    """Read one CBOR value of the few kinds that a code has; returns it and where the next begins."""
    major, small = data[at] >> 5, data[at] & 31
    size = {24: 1, 25: 2, 26: 4, 27: 8}.get(small, 0)
    value = int.from_bytes(data[at + 1 : at + 1 + size], "big") if size else small
    at += 1 + size
    if major in (0, 1):
        return (value if major == 0 else -1 - value), at
    if major in (2, 3):
        part = data[at : at + value]
        return (part if major == 2 else part.decode()), at + value
    many = []
    for _ in range(value * (major - 3)):
        one, at = cbor(data, at)
        many.append(one)
    return (many if major == 4 else dict(zip(many[::2], many[1::2], strict=True))), at


def packed(data: bytes) -> bytes:
    """Bytes as CBOR writes them."""
    size = len(data)
    if size < 24:
        return bytes([0x40 | size]) + data
    return (bytes([0x58, size]) if size < 256 else b"\x59" + size.to_bytes(2, "big")) + data


def verify(
    path: Path, *, acks: list[str], papers: list[str], key: str | None, root: str | None
) -> tuple[Verifier, Outside]:
    """Verify a file with what is known from outside it."""
    verifier = Verifier(key)
    with path.open("rb") as file:
        verifier.read(file)
    outside = Outside(verifier, root)
    if verifier.confirmed is not None:
        outside.acknowledgement(str(verifier.confirmed.get("acknowledgement")), verifier.confirmed)
    for text in acks:
        outside.acknowledgement(text, verifier.confirmed)
    for text in papers:
        outside.paper(text)
    return verifier, outside


def main(arguments: list[str] | None = None) -> int:
    """Say in Arabic and English what was found."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path, help="the exported journal · ملف السجل")
    parser.add_argument(
        "--ack",
        action="append",
        default=[],
        type=Path,
        help="a later acknowledgement of the centre · رد أحدث من المركز",
    )
    parser.add_argument(
        "--receipt",
        action="append",
        default=[],
        help="text of a receipt's QR, or the code of its entry · نص كود إيصال أو بصمة قيده",
    )
    parser.add_argument(
        "--key", help="the device's key from the record of enrolment, hex · مفتاح الجهاز من سجل التسجيل"
    )
    parser.add_argument("--root", help="the root key of the authority, hex · المفتاح الأصلي للجهة")
    parser.add_argument("--json", action="store_true", help="machine-readable · ناتج JSON")
    given = parser.parse_args(arguments)
    try:
        acks = [path.read_text("utf-8") for path in given.ack]
        verifier, outside = verify(
            given.file, acks=acks, papers=given.receipt, key=given.key, root=given.root
        )
    except (OSError, UnicodeDecodeError, Unreadable) as error:
        sys.stderr.write(f"لا يُقرأ الملف · cannot be read: {error}\n")
        return 2
    if not verifier.device:
        sys.stderr.write("ليس ملف سجل · this is no exported journal\n")
        return 2
    _say(verifier, outside, as_json=given.json)
    return 5 if verifier.findings else 0


def _say(v: Verifier, outside: Outside, *, as_json: bool) -> None:
    if as_json:
        _out(json.dumps(_plain(v, outside), ensure_ascii=False, indent=2))
        return
    code = v.head.hex()[:10]
    _out(f"الجهاز {v.device}، القيود {v.entries}، آخرها {v.seq}، بصمته {code}")
    _out(f"Device {v.device}, {v.entries} entries, the last is {v.seq}, its hash {code}")
    if v.baseline:
        _out(f"يبدأ الملف من القيد {v.first}: ما قبله حُذف من الجهاز بعد حفظه في المركز، فاطلبه من المركز")
        _out(f"It begins with the baseline at {v.first}: what was before left the device; ask the centre")
    if v.trial:
        _out("جهاز تجريبي: لا يُعتد بإيصالاته\nA trial device: its receipts bind nobody")
    if v.pinned is None:
        keys = ", ".join(sorted(v.device_keys))
        _out(f"مفتاح الجهاز كما يقول الملف ({keys}): قارنه بسجل التسجيل (--key)")
        _out(
            f"The device's key is as the file says ({keys}): compare it with the record of enrolment (--key)"
        )
    for one in v.findings:
        _out(f"✗ {one.check}\n  {one.said(0)}\n  {one.said(1)}")
    for name in sorted(v.later):
        _out(f"نوع من إصدار أحدث، لم تُراجع إلا بصمته وتوقيعاته: {name}")
        _out(f"Of a later release, judged by hash and signatures only: {name}")
    if not v.findings:
        _out("لا خلل في الملف\nNothing is wrong in the file")
    if outside.confirmed_to == v.seq:
        _out(f"كامل حتى القيد {v.seq}، ويؤكده المركز أو إيصال")
        _out(f"Complete to seq {v.seq}, which the centre or a paper confirms")
        return
    _out(f"كامل حتى القيد {v.seq} فقط: ما بعده لا يُظهره إلا رد أحدث من المركز أو إيصال")
    _out(f"Complete only to seq {v.seq}: what may follow shows by a later acknowledgement or a receipt")


def _plain(v: Verifier, outside: Outside) -> Plain:
    findings = [
        {"check": one.check, **one.values, "ar": one.said(0), "en": one.said(1)} for one in v.findings
    ]
    return {
        "device": v.device,
        "stream": v.stream,
        "trial": v.trial,
        "entries": v.entries,
        "first": v.first,
        "complete_to": v.seq,
        "head": v.head.hex(),
        "confirmed_to": outside.confirmed_to,
        "later_types": sorted(v.later),
        "findings": findings,
    }


def _out(text: str) -> None:
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main())
