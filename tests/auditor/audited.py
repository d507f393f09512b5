"""Exported journals of real devices for the tests of the auditor's verifier, loaded from its one file."""

import importlib.util
import sys
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from kiosk.core.wire.export_journal import Written
from kiosk.desk.session import Session
from kiosk.sync.audit import export_plain
from tests.acts import Day, begin, owe
from tests.quality.tree import ROOT

SCRIPT = ROOT / "resources" / "auditor" / "verify_journal.py"
PROGRAM = (
    *(
        "ask",
        "pay",
        "debt",
        "ask",
        "pay",
        "void",
        "hand",
        "x",
        "outage",
        "ask",
        "pay",
        "debt",
        "outage",
        "close",
    ),
    *("ask", "pay", "debt", "ask", "pay", "x", "ask", "pay", "x", "x", "x"),
)
"""A day that uses every act with money; the last shift stays open."""


@cache
def auditor() -> ModuleType:
    """The verifier, loaded from its file as an auditor's Python would."""
    spec = importlib.util.spec_from_file_location("verify_journal", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@dataclass
class Audited:
    """An exported journal in memory, to be tampered with."""

    lines: list[bytes]
    receipts: list[str] = field(default_factory=list)

    @property
    def data(self) -> bytes:
        return b"".join(self.lines)

    @property
    def entries(self) -> list[int]:
        """The places of entries among the lines."""
        return [n for n, line in enumerate(self.lines) if line.startswith(b'{"entry":')]

    def line_of(self, kind: str) -> int:
        """The first line with an entry of this type."""
        return next(n for n in self.entries if f'"type":"{kind}"'.encode() in self.lines[n])


def work(session: Session) -> list[str]:
    """Do the whole program; the receipts that stand."""
    owe(session)
    begin(session)
    day = Day(session, [], [])
    for act in PROGRAM:
        day.do(act)
    return day.receipts


def export(session: Session, root: Path) -> tuple[Path, Written]:
    store = session.store
    root.mkdir(exist_ok=True)
    return export_plain(
        store.db,
        store.device_signer.key.public_key(),
        device=store.device_signer.by,
        stream=store.unlocked.stream,
        root=root,
    )


def audit(
    data: bytes,
    *,
    acks: tuple[str, ...] = (),
    papers: tuple[str, ...] = (),
    key: str | None = None,
    root: str | None = None,
) -> tuple[Any, Any]:
    """Verify bytes as a file; (verifier, what is known from outside)."""
    module = auditor()
    verifier = module.Verifier(key)
    verifier.read(iter(data.splitlines(keepends=True)))
    outside = module.Outside(verifier, root)
    if verifier.confirmed is not None:
        outside.acknowledgement(str(verifier.confirmed.get("acknowledgement")), verifier.confirmed)
    for text in acks:
        outside.acknowledgement(text, verifier.confirmed)
    for text in papers:
        outside.paper(text)
    return verifier, outside


def checks(data: bytes, **more: Any) -> list[str]:
    """Names of the checks that failed, in order, each once."""
    verifier, _ = audit(data, **more)
    return list(dict.fromkeys(one.check for one in verifier.findings))
