"""Mutants of what nobody may read, and of what must be gone."""

from tools.mutants.model import Mutant

PRIVACY_MUTANTS: tuple[Mutant, ...] = (
    Mutant(
        8,
        "the-key-of-the-certificate-passes-through-a-file-as-it-is",
        "kiosk/link/certificate.py",
        "BestAvailableEncryption(passphrase)",
        '__import__("cryptography.hazmat.primitives.serialization", fromlist=["x"]).NoEncryption()',
        ("tests/link/test_certificate.py",),
    ),
    Mutant(
        8,
        "a-crash-report-quotes-what-the-error-says",
        "kiosk/core/crash_text.py",
        'said = f" {at.code}" if isinstance(at, KnownError) else ""',
        'said = f" {at.code}" if isinstance(at, KnownError) else f" {at}"',
        ("tests/privacy/test_reports.py",),
    ),
    Mutant(
        8,
        "the-log-writes-whatever-is-filled-in",
        "kiosk/log_files.py",
        "if isinstance(value, str) and _CODE.fullmatch(value):",
        "if isinstance(value, str):",
        ("tests/privacy/test_reports.py",),
    ),
    Mutant(
        8,
        "a-recording-keeps-the-text-that-is-printed",
        "kiosk/devices/redaction_escpos.py",
        'return self._take("text" if end else "unknown", max(1, end))',
        "return self._keep(max(1, end))",
        ("tests/devices/test_traces.py",),
    ),
    Mutant(
        8,
        "an-erased-key-stays-in-the-freed-bytes-of-its-page",
        "kiosk/store/retention.py",
        '"PRAGMA secure_delete = ON"',
        '"PRAGMA secure_delete = OFF"',
        ("tests/desk/test_privacy.py",),
    ),
    Mutant(
        8,
        "the-centre-keeps-what-a-device-erased",
        "central/ledger.py",
        "elif isinstance(body, PersonErased) and not hold:",
        "elif isinstance(body, PersonErased) and hold:",
        ("tests/sync/test_erasure.py",),
    ),
    Mutant(
        3,
        "a-record-is-erased-without-an-entry-and-nobody-notices",
        "kiosk/store/verify.py",
        "for one in sorted(keyless - erased))",
        "for one in sorted(keyless & set()))",
        ("tests/store/test_verify.py",),
    ),
)
