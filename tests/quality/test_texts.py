"""No file holds a secret, a path of somebody's machine or the address of a package registry."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.quality.tree import Source, bites, dotted, expect_none, findings, python_files, text_files

GOLDEN = "test keys, never trusted"
"""Golden vectors below tests/data need fixed keys; the file says so with these words."""

_NAME = r"[\w-]*(?:secret|passw|passphrase|private|token|pin|key|seed)[\w-]*"
LITERAL_KEY = re.compile(
    rf"(?i)(?<![\w-]){_NAME}[\"']?\s*(?::[\w\s|]*=|[:=])\s*[rb]{{0,2}}[\"']?"
    r"(?:[0-9a-f]{32,}|(?=[A-Za-z0-9+/_-]*\d)(?=[A-Za-z0-9+/_-]*[A-Z])[A-Za-z0-9+/_-]{40,}={0,2})(?![\w-])"
)
PEM = re.compile("-----BEGIN " + r"[A-Z0-9 ]*PRIVATE KEY-----")
PLAIN = re.compile(r"(^|_)(password|passphrase|pin|secret)$", re.IGNORECASE)

# Put together from pieces, so that this file does not hold what it forbids.
MACHINE_PATHS = re.compile(
    r"(?<![\w.~*)}-])/(?:" + "|".join(["wo" + "rk", "ro" + "ot", "ho" + "me"]) + r")/(?!\.\.\.)"
)
_HOST_PIECES = (
    ("pypi", ".org"),
    ("python", "hosted.org"),
    ("npmjs", ".org"),
    ("npmjs", ".com"),
    ("deb.", "debian.org"),
    ("proxy.", "golang.org"),
    ("crates", ".io"),
    ("--index", "-url"),
    ("--extra-index", "-url"),
    ("--trusted", "-host"),
    ("--find", "-links "),
)
HOSTS = re.compile("|".join(re.escape("".join(pieces)) for pieces in _HOST_PIECES))


def holds_secrets(source: Source) -> Iterator[str]:
    if source.under("tests/data") and GOLDEN in source.text:
        return
    for number, line in enumerate(source.text.splitlines(), 1):
        if PEM.search(line) or LITERAL_KEY.search(line):
            yield f"{source.path}:{number}: a secret in plain text"


def holds_passwords(source: Source) -> Iterator[str]:
    """In code that ships, no name of a secret is given a literal."""
    for node in ast.walk(source.tree):
        pairs: list[tuple[str, ast.expr | None]] = []
        if isinstance(node, ast.Assign):
            pairs = [(dotted(target).rpartition(".")[2], node.value) for target in node.targets]
        elif isinstance(node, ast.AnnAssign):
            pairs = [(dotted(node.target).rpartition(".")[2], node.value)]
        elif isinstance(node, ast.keyword):
            pairs = [(node.arg or "", node.value)]
        for name, value in pairs:
            literal = isinstance(value, ast.Constant) and isinstance(value.value, str | bytes) and value.value
            if literal and PLAIN.search(name):
                yield source.at(node, f"{name} is given a literal")


def names_a_machine(source: Source) -> Iterator[str]:
    for number, line in enumerate(source.text.splitlines(), 1):
        for pattern in (MACHINE_PATHS, HOSTS):
            if found := pattern.search(line):
                yield f"{source.path}:{number}: {found.group()} belongs to one machine"


def test_no_file_holds_a_secret() -> None:
    expect_none(findings(holds_secrets, text_files()))


def test_no_password_is_written_in_code_that_ships() -> None:
    expect_none(findings(holds_passwords, python_files("kiosk", "central", "installer", "tools")))


def test_no_file_names_a_machine_or_a_registry() -> None:
    expect_none(findings(names_a_machine, text_files()))


HEX, BASE64 = "0123456789abcdef" * 2, "Qm9vb" + "GtleTEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MA" + "=="


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN " + "PRIVATE KEY-----",
        "-----BEGIN " + "EC PRIVATE KEY-----",
        "device_key" + f" = '{HEX}'",
        "PIN" + f': str = "{HEX}"',
        '"secret"' + f': "{BASE64}"',
        "api_token" + f"={BASE64}",
    ],
)
def test_a_secret_is_found(text: str) -> None:
    assert bites(holds_secrets, "installer/unit.conf", text)
    assert bites(holds_secrets, "tests/data/vectors.json", text)
    assert not bites(holds_secrets, "tests/data/vectors.json", f"# {GOLDEN}\n{text}")


@pytest.mark.parametrize(
    "text",
    [
        f"    --hash=sha256:{HEX}",
        "key = derive(password, salt)",
        "key = 'receipt.printed'",
        f"expected_hash = '{HEX}'",
        "primary_key: the_name_of_a_long_column_that_holds_the_serial",
    ],
)
def test_an_ordinary_value_is_left_alone(text: str) -> None:
    assert not bites(holds_secrets, "kiosk/core/a.py", text)


def test_a_password_in_code_is_found() -> None:
    for code in ("password = 'letmein'", "unlock(pin='1234')", "class A:\n    secret: bytes = b'abc'"):
        assert bites(holds_passwords, "kiosk/store/slots.py", code)
    for code in ("password = ''", "pin = read()", "pin_label = 'الرقم السري'"):
        assert not bites(holds_passwords, "kiosk/store/slots.py", code)


def test_a_machine_or_a_registry_is_found() -> None:
    for text in (
        "see /wo" + "rk/notes",
        "cd '/ho" + "me/ali/kiosk'",
        "https://pypi" + ".org/simple",
        "--index" + "-url x",
    ):
        assert bites(names_a_machine, "docs/a.md", text)
    for text in ("src/work/file", "at home/work", "docs/root/", "--no-emit-index-url", "$HOME/kiosk"):
        assert not bites(names_a_machine, "docs/a.md", text)
