"""`kiosk-central run`, `status` and `journal export`: the server itself, and what it holds."""

import json
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click
from cryptography import x509
from sqlalchemy import Connection, func, select, true

from central.archives import OLD, newest_archive
from central.centre import Centre, Settings
from central.commands.base import centre_in, emit, folder_option, output_options
from central.export import export_branches, export_journal, write_acknowledgement
from central.folder import Folder, read_file
from central.keys import TLS_CHAIN
from central.pauses import pauses
from central.readmission import waiting_devices
from central.renewals import certificates_end
from central.safe import newest_evidence
from central.safe_sources import sources
from central.scan_store_check import store_in_use
from central.schema import case, dataset, device, heartbeat, incident, payment, quarantine, stream
from central.serving import Serving, Way, check_loopback, listen, listen_unix
from central.storage import epoch_of, sum_of
from kiosk.core.money import Piastres, format_money
from kiosk.core.wire.times import utc_text

_AR = {
    "head": "الأجهزة {0} · القيود {1} · المحصَّل {2} ج.م · قيود تنتظر قرارًا {3} · تعارضات {4} · حالات {5}",
    "old": "! آخر نسخة احتياطية تُعتمد: {0}. خذ نسخة: kiosk-central backup",
    "never": "! لا توجد نسخة احتياطية تُعتمد. خذ نسخة: kiosk-central backup",
    "silent": "! لا يُثبت شيئًا الآن: {0}. راجع: kiosk-central safe show",
    "scans": "! مخزن الصور فيه مشكلة: {0}. راجع: kiosk-central scans check",
    "back": "! عاد {0} بعد استرجاع وينتظر قرارًا: kiosk-central device readmit",
    "ends": "! تنتهي صلاحية {0} {1} في {2}: جدّد توقيعها",
    "row": "{0}  {1}  {2}  القيود {3}  آخر اتصال {4}",
    "paused": "  - أوقف {0} إرسال {1} منذ {2}",
    "everything": "كل شيء",
    "images": "الصور",
    "until": " حتى {0}",
    "no": "لم يتصل بعد",
    "active": "يعمل",
    "frozen": "موقوف",
    "retired": "خارج الخدمة",
}
_EN = {
    "head": "devices {0} · entries {1} · EGP {2} collected · entries waiting {3} · incidents {4} · cases {5}",
    "old": "! The last back-up that counts is of {0}. Make one: kiosk-central backup",
    "never": "! There is no back-up that counts. Make one: kiosk-central backup",
    "silent": "! Proves nothing now: {0}. See kiosk-central safe show",
    "scans": "! The store of scans ails: {0}. See kiosk-central scans check",
    "back": "! {0} came back after a restore and waits for a person: kiosk-central device readmit",
    "ends": "! {0} {1} runs out at {2}: sign it again",
    "row": "{0}  {1}  {2}  entries {3}  last heard {4}",
    "paused": "  - {0} held back {1} since {2}",
    "everything": "everything",
    "images": "scans",
    "until": " until {0}",
    "no": "never",
    "active": "active",
    "frozen": "frozen",
    "retired": "retired",
}
WARN_BEFORE = timedelta(days=14)
"""Signed data that runs out within this time is named by `status`."""


@click.command(name="run")
@folder_option
@click.option("--host", default="127.0.0.1", show_default=True, help="عنوان الاستماع · address to listen on")
@click.option("--port", default=8443, show_default=True, type=click.IntRange(0, 65535),
              help="المنفذ · port")  # fmt: skip
@click.option("--unix", type=click.Path(path_type=Path, dir_okay=False), metavar="SOCKET",
              help="خلف بروكسي على نفس الجهاز: ملف السوكت · behind a proxy: the socket it asks")  # fmt: skip
@click.option("--behind-proxy", is_flag=True,
              help="بلا TLS، خلف بروكسي على نفس الجهاز · no TLS, behind a proxy on this machine")  # fmt: skip
@click.option("--log-requests", is_flag=True, help="سطر لكل طلب · one line a request, with who asked")
@click.option("--receipt-host", default=Settings.receipt_host, show_default=True,
              help="موقع التحقق من الإيصالات · site that checks receipts")  # fmt: skip
@output_options
def run_server(
    folder: Path,
    host: str,
    port: int,
    unix: Path | None,
    behind_proxy: bool,
    log_requests: bool,
    receipt_host: str,
) -> None:
    """تشغيل خادم المركز · run the central server."""
    settings = Settings(receipt_host=receipt_host)
    way = Way(proxied=behind_proxy or unix is not None, log=log_requests)
    if unix is None and behind_proxy:
        check_loopback(host)
    with (
        centre_in(folder, settings) as centre,
        listen_unix(unix) if unix is not None else listen(host, port) as listening,
    ):
        arguments: list[str] = click.get_current_context().obj

        def started(address: str) -> None:
            _say_started(arguments, address, centre.keys.code)

        try:
            Serving(centre, listening, started, way).serve_until_stopped()
        finally:
            if unix is not None:
                unix.unlink(missing_ok=True)


def _say_started(arguments: list[str], address: str, code: str) -> None:
    """Say that the server listens: one line, at once, for whoever started it."""
    if "--json" in arguments:
        click.echo(json.dumps({"address": address, "ca_code": code}))
    else:
        click.echo(f"Serving {address}" if "--english" in arguments else f"الخادم يعمل: {address}")
    sys.stdout.flush()


@click.command(name="status")
@folder_option
@output_options
def status(folder: Path) -> None:
    """ما عند المركز الآن · what the centre holds."""
    with centre_in(folder) as centre, centre.storage.read() as db:
        held = store_in_use(centre)
        rows = db.execute(
            select(device, stream.c.stored, stream.c.applied, heartbeat.c.received)
            .join(stream, stream.c.stream == device.c.stream)
            .outerjoin(heartbeat, heartbeat.c.device == device.c.code)
            .order_by(device.c.code)
        ).all()
        money = db.execute(
            select(func.count(), sum_of(payment.c.total)).where(payment.c.voided.is_(None))
        ).one()
        waiting = {quarantine: quarantine.c.state == "open", incident: true(), case: case.c.state == "open"}
        counts = {
            table.name: db.execute(select(func.count()).select_from(table).where(counted)).scalar_one()
            for table, counted in waiting.items()
        }
        paused, ends = pauses(db), certificates_end(db)
        payload = {
            "epoch": epoch_of(db),
            "entries": sum(row.stored for row in rows),
            "applied": sum(row.applied for row in rows),
            "payments": money[0],
            "piastres": money[1],
            "quarantined": counts["quarantine"],
            "incidents": counts["incident"],
            "cases": counts["debt_case"],
            "expiring": [
                *_expiring(db, utc_text(centre.now() + WARN_BEFORE)),
                *_expiring_papers(centre.folder, centre.now() + WARN_BEFORE),
            ],
            "backup": _backup(centre, db),
            "safe": {f"{one.kind} {one.name}": one.problem or None for one in sources(db)},
            "scans": held.payload(),
            "readmitted": list(db.execute(waiting_devices()).scalars()),
            "devices": [_device(row, paused.get(row.code, []), ends[row.code]) for row in rows],
        }
    emit(payload, _text(payload, _AR), _text(payload, _EN))


def _backup(centre: Centre, db: Connection) -> dict[str, Any]:
    """Of when the newest evidence is that entries are elsewhere too, and whether that is too long ago."""
    at = newest_evidence(db, newest_archive(db))
    old = at is None or centre.now() - at > OLD
    return {"last": utc_text(at) if at is not None else None, "old": old}


def _expiring(db: Connection, until: str) -> list[dict[str, Any]]:
    """The newest version of each dataset that runs out by then: to be signed again."""
    newest = (
        select(dataset.c.name, dataset.c.scope, func.max(dataset.c.version).label("version"))
        .group_by(dataset.c.name, dataset.c.scope)
        .subquery()
    )
    rows = db.execute(
        select(dataset.c.name, dataset.c.scope, dataset.c.valid_until)
        .join(newest, (newest.c.name == dataset.c.name) & (newest.c.scope == dataset.c.scope)
              & (newest.c.version == dataset.c.version))
        .where(dataset.c.valid_until < until)
        .order_by(dataset.c.valid_until)
    )  # fmt: skip
    return [{"dataset": name, "scope": scope, "valid_until": ends} for name, scope, ends in rows]


def _expiring_papers(folder: Folder, until: datetime) -> list[dict[str, Any]]:
    """The server's own certificate, and the list of revoked ones, when they run out by then: a device, or a
    proxy, then turns everybody away.
    """
    ends = {}
    if folder.key(TLS_CHAIN).exists():
        chain = x509.load_pem_x509_certificates(read_file(folder.key(TLS_CHAIN)))
        ends[TLS_CHAIN] = chain[0].not_valid_after_utc
    if folder.revoked.exists():
        ends[folder.revoked.name] = x509.load_pem_x509_crl(read_file(folder.revoked)).next_update_utc or until
    return [
        {"dataset": name, "scope": "tls", "valid_until": utc_text(end)}
        for name, end in ends.items()
        if end < until
    ]


def _device(row: Any, paused: list[dict[str, Any]], certificate_until: str) -> dict[str, Any]:
    return {
        "device": row.code,
        "unit": row.unit,
        "state": row.state,
        "stored": row.stored,
        "applied": row.applied,
        "heard": row.received,
        "certificate_until": certificate_until,
        "paused": paused,
    }


def _text(payload: dict[str, Any], say: dict[str, str]) -> str:
    names = ("quarantined", "incidents", "cases")
    money = format_money(Piastres(payload["piastres"]))
    devices, last = payload["devices"], payload["backup"]["last"]
    lines = [say["head"].format(len(devices), payload["entries"], money, *(payload[name] for name in names))]
    if payload["backup"]["old"]:
        lines.append(say["old"].format(last) if last else say["never"])
    lines += [say["silent"].format(name) for name, problem in payload["safe"].items() if problem]
    if payload["scans"]["problem"]:
        lines.append(say["scans"].format(payload["scans"]["problem"]))
    lines += [say["back"].format(one) for one in payload["readmitted"]]
    lines += [
        say["ends"].format(one["dataset"], one["scope"], one["valid_until"]) for one in payload["expiring"]
    ]
    for one in devices:
        heard = one["heard"] or say["no"]
        lines.append(say["row"].format(one["device"], one["unit"], say[one["state"]], one["stored"], heard))
        lines += [_paused(pause, say) for pause in one["paused"]]
    return "\n".join(lines)


def _paused(pause: dict[str, Any], say: dict[str, str]) -> str:
    """Who held back what on a device, since when, and until when where that was said."""
    what = say["images" if pause["what"] == "scans" else "everything"]
    said = say["paused"].format(pause["staff"] or "-", what, pause["since"])
    return said + (say["until"].format(pause["until"]) if pause["until"] else "")


@click.group(name="journal")
def journal() -> None:
    """سجلات الأجهزة · journals of devices."""


@journal.command(name="export")
@click.argument("device_code")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="ملف · file")
@folder_option
@output_options
def journal_export(device_code: str, out: Path, folder: Path) -> None:
    """نسخة من سجل جهاز للمراجع · a device's journal for an auditor."""
    with centre_in(folder) as centre:
        entries = export_journal(centre, device_code, out)
        branches = [str(path) for path in export_branches(centre, device_code, out)]
    also = "".join(f"\n{path}" for path in branches)
    emit(
        {"device": device_code, "entries": entries, "file": str(out), "branches": branches},
        f"كُتب {entries} قيد في {out}." + (f" وفروع تعارض السجل:{also}" if also else ""),
        f"{entries} entries are written to {out}." + (f" Branches that contradict it:{also}" if also else ""),
    )


@journal.command(name="acknowledge")
@click.argument("device_code")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="ملف · file")
@folder_option
@output_options
def journal_acknowledge(device_code: str, out: Path, folder: Path) -> None:
    """ما عند المركز من سجل جهاز، موقَّعًا للمراجع · what the centre holds of a device, signed for an auditor."""
    with centre_in(folder) as centre:
        held = write_acknowledgement(centre, device_code, out)
    emit(
        {"device": device_code, "stored_through": held, "file": str(out)},
        f"عند المركز حتى القيد {held}، وكُتب ذلك موقَّعًا في {out}.",
        f"The centre holds up to entry {held}; the signed statement is in {out}.",
    )
