"""What the walk left behind, read from the journal, the centre and the paper; and what of it is wrong."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import zxingcpp
from PIL import Image

from kiosk.core.entries.body import Body
from kiosk.core.entries.operations import PrintCopied, PrintDone, PrintFailed
from kiosk.core.entries.payment import Card, Cash, DebtsFor, PaymentTaken, ReceiptIssued
from kiosk.core.entries.registry import REGISTRY
from kiosk.core.entries.request import RequestTaken
from kiosk.core.receipt_keys import PURPOSE as KEY_LIST
from kiosk.core.receipt_keys import KeyList, open_key_list
from kiosk.core.seal import Outcome, open_seal
from kiosk.core.wire.entry import parse_entry
from kiosk.desk.reference import Reference
from kiosk.desk.session import Session
from kiosk.devices.simulators.zvt_records import TerminalRecords
from kiosk.documents.arrange import arrange
from kiosk.documents.pdf import paint_pdf
from kiosk.documents.style import PAGES
from kiosk.documents.templates import document, watermark
from kiosk.paperwork.receipts import receipt_of
from kiosk.store.queries.cards import open_attempts
from kiosk.store.queries.queue import queue
from kiosk.store.store import Store
from kiosk.store.sync_state import centre_of, quarantined, setting
from kiosk.sync.downlink import SIGNED_KEY_LIST
from tools.demo.place import OUTPUT, TELLER, Place

SUMMARY = "summary.json"
QR_CODE = zxingcpp.barcode_formats_from_str("QRCode")  # noise of a code can look like bars of another kind


class Findings:
    """The device's data after the walk. It is read with the store's own keys; no entry is written."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.entries: list[tuple[int, object]] = []
        with Store.open(place.device, TELLER, place.secrets[TELLER]) as store:
            for record in store.journal.records():
                entry = parse_entry(record.data)
                self.entries.append((record.seq, REGISTRY.decode(entry.type, entry.tv, entry.body)))
            waits = queue(store.db)
            self.journal = {
                "entries": waits.entries,
                "acknowledged": waits.acknowledged,
                "waiting": waits.waiting,
                "quarantined": len(quarantined(store.db)),
            }
            self.cards_open = len(open_attempts(store.db))
            self.keys = _keys(store)
            self._write_pages(store)

    def of(self, kind: type[Body]) -> list[Any]:
        """The entries of a kind, in order."""
        return [body for _, body in self.entries if isinstance(body, kind)]

    def summary(self, steps: Sequence[dict[str, Any]], server: dict[str, Any] | None) -> dict[str, Any]:
        """What `summary.json` says. `server`: what the centre says that it holds, None when it is away."""
        payments, receipts = self.of(PaymentTaken), [one.number for one in self.of(ReceiptIssued)]
        tenders: Counter[str] = Counter()
        for payment in payments:
            for one in payment.tenders:
                tenders[one.kind] += one.applied if isinstance(one, Cash) else one.piastres
        outcomes = Counter(one.outcome for one in self.of(PrintFailed))
        return {
            "requests": len(self.of(RequestTaken)),
            "collections": sum(isinstance(one.what_for, DebtsFor) for one in payments),
            "receipts": {
                "count": len(receipts),
                "first": receipts[0] if receipts else None,
                "last": receipts[-1] if receipts else None,
            },
            "tender_piastres": dict(sorted(tenders.items())),
            "journal": self.journal,
            "server": {
                "entries": server["entries"] if server else 0,
                "piastres": server["piastres"] if server else 0,
            },
            "prints": {
                "confirmed": len(self.of(PrintDone)) + len(self.of(PrintCopied)),
                "uncertain": outcomes["uncertain"],
                "failed": outcomes["failed"],
            },
            "terminal": self._terminal(),
            "steps": list(steps),
            "data_dir": _relative(self.place.device),
        }

    def _terminal(self) -> dict[str, Any]:
        """What the terminal's own record says that it charged, and what is recorded here (piastres)."""
        charged = TerminalRecords(self.place.terminal_record).charged()
        paid = [one for payment in self.of(PaymentTaken) for one in payment.tenders if isinstance(one, Card)]
        return {
            "charged": sorted(charged.values()),
            "recorded": sorted(one.piastres for one in paid),
            "open": self.cards_open,
        }

    def wrong(self, summary: dict[str, Any], server: dict[str, Any] | None) -> Iterator[str]:
        """What did not happen as it must; nothing when all is well."""
        if summary["requests"] < 1 or summary["collections"] < 1:
            yield "no request, or no collection"
        serials = [one.serial for one in self.of(ReceiptIssued)]
        if serials != list(range(1, len(serials) + 1)) or len(serials) < 2:
            yield f"the receipts are not numbered without a gap: {serials}"
        taken = sum(one.total for one in self.of(PaymentTaken))
        if sum(summary["tender_piastres"].values()) != taken:
            yield "the tenders are not what was paid"
        if summary["terminal"]["charged"] != summary["terminal"]["recorded"]:
            yield f"the payment terminal and the device differ: {summary['terminal']}"
        if summary["terminal"]["open"]:
            yield "a card payment has not ended"
        if summary["prints"]["uncertain"] or summary["prints"]["failed"]:
            yield f"prints were not confirmed: {summary['prints']}"
        yield from self._wrong_on_paper()
        if server is not None:
            yield from self._wrong_at_the_centre(server, taken)

    def _wrong_at_the_centre(self, server: dict[str, Any], taken: int) -> Iterator[str]:
        journal = self.journal
        if journal["waiting"] or journal["acknowledged"] != journal["entries"]:
            yield f"entries wait: {journal}"
        if server["entries"] != journal["entries"] or server["applied"] != server["entries"]:
            yield f"the centre has {server['entries']} entries, the device {journal['entries']}"
        if server["piastres"] != taken:
            yield f"the centre has {server['piastres']} piastres, the device {taken}"
        if journal["quarantined"] or server["quarantined"] or server["incidents"]:
            yield "the centre put something aside"

    def _wrong_on_paper(self) -> Iterator[str]:
        """Each receipt's code, read from the printed dots, must be genuine and say what the journal says."""
        printed = []
        for sheet in sorted(self.place.paper.glob("*.png")):
            for code in zxingcpp.read_barcodes(Image.open(sheet), formats=QR_CODE):
                found = open_seal(code.text, self.keys)
                if found.outcome is not Outcome.GENUINE or found.facts is None:
                    yield f"{sheet.name}: its code is {found.outcome.value}"
                else:
                    printed.append((found.facts.number, found.facts.amount))
        payments = {seq: body for seq, body in self.entries if isinstance(body, PaymentTaken)}
        written = [(one.number, payments[one.payment.seq].total) for one in self.of(ReceiptIssued)]
        if printed != written:
            yield f"on paper are {printed}, in the journal {written}"

    def _write_pages(self, store: Store) -> None:
        """The receipts as A5 pages for the file."""
        folder = self.place.output / "pdf"
        folder.mkdir(exist_ok=True)
        session = Session(store, Reference(store.db))
        for seq, body in self.entries:
            if isinstance(body, ReceiptIssued):
                paper = receipt_of(session, seq)
                laid = arrange(document(paper), PAGES["A5"])
                page = paint_pdf(laid, made=paper.issued, watermark=watermark(paper))
                (folder / f"{body.number}.pdf").write_bytes(page)


def write_summary(output: Path, summary: dict[str, Any]) -> None:
    """Write `summary.json`."""
    text = json.dumps(summary, ensure_ascii=False, indent=2) + "\n"
    (output / SUMMARY).write_text(text, encoding="utf-8")


def _keys(store: Store) -> KeyList:
    now, centre = datetime.now(UTC), centre_of(store.db)
    assert centre is not None, "an enrolled device"
    signed = str(setting(store.db, SIGNED_KEY_LIST)).encode()
    return open_key_list(signed, trusted=centre.authority(now).keys(KEY_LIST), now=now)


def _relative(folder: Path) -> str:
    root = OUTPUT.parent
    return str(folder.relative_to(root)) if folder.is_relative_to(root) else str(folder)
