"""Imports run one way; Qt and POSIX-only modules stay in the places made for them."""

import re
import sys
from collections.abc import Iterator
from pathlib import PurePosixPath

import pytest

from tests.quality.tree import ROOT, Source, bites, expect_none, file_names, findings, imports, python_files

MIDDLE = ("desk", "documents", "devices", "sync", "provisioning")
TOP = (
    "app",
    "app_disk",
    "app_payment",
    "app_printing",
    "app_reports",
    "app_sync",
    "commands",
    "trial_data",
    "__main__",
)
EDGE = ("resources", "governorates", "fee_tables")
"""Modules that read shipped files for the pure core, and every `kiosk/*_files.py`: between core and rest."""

_BELOW_UI = {"core", "edge", "store"}
MAY_IMPORT: dict[str, set[str]] = {
    "core": {"core"},
    "edge": {"core", "edge"},
    "store": _BELOW_UI,
    "link": {"core", "link"},
    **{name: {*_BELOW_UI, name} for name in MIDDLE},
    **{name: {*_BELOW_UI, "link", name} for name in ("sync", "provisioning")},
    "paperwork": {*_BELOW_UI, *MIDDLE, "paperwork"},
    "ui": {*_BELOW_UI, *MIDDLE, "paperwork", "ui"},
    "top": {*_BELOW_UI, *MIDDLE, "paperwork", "link", "ui", "top"},
    "central": {"core", "central"},
}

CORE_LIBRARIES = {"cbor2", "cryptography", "orjson", "rfc8785", "stdnum", "yaml"}
"""The only libraries that pure rules may use: each computes, none touches the machine."""

QT_PAPER = "kiosk/documents/paper.py"
"""The one module of the documents that may use QtGui: it lays out the text of the paper bitmap."""

POSIX_ONLY = {"fcntl", "termios", "pty", "resource", "pwd", "grp", "tty"}
POSIX_BY_NATURE = ("tests", "tools", "benchmarks", "kiosk/devices/simulators")
"""Never run on a Windows kiosk. The simulators are pseudo-terminals, which Windows does not have."""


def layer_of(module: str) -> str | None:
    """The layer of a module of the product: `top`, `edge`, a package's name; '' for the bare package."""
    parts = module.split(".")
    if parts[0] == "central":
        return "central"
    if parts[0] != "kiosk":
        return None
    if len(parts) == 1 or parts[1].startswith("__version"):
        return ""
    if parts[1] in TOP:
        return "top"
    return "edge" if parts[1] in EDGE or parts[1].endswith("_files") else parts[1]


def breaks_direction(source: Source) -> Iterator[str]:
    layer = layer_of(source.module)
    if not layer:
        return
    if layer not in MAY_IMPORT:
        yield f"{source.path}:1: no layer is declared for kiosk.{layer}"
        return
    for node, name in imports(source):
        target = layer_of(name)
        if target and target not in MAY_IMPORT[layer]:
            yield source.at(node, f"{layer} must not import {name}")
        if name.split(".")[0] in ("tests", "tools", "benchmarks"):
            yield source.at(node, f"the product must not import {name}")


def breaks_core_libraries(source: Source) -> Iterator[str]:
    for node, name in imports(source):
        top = name.split(".")[0]
        if top not in sys.stdlib_module_names and top != "kiosk" and top not in CORE_LIBRARIES:
            yield source.at(node, f"the pure core must not use the library {top}")


def breaks_qt(source: Source) -> Iterator[str]:
    if source.under("tests", "benchmarks", "tools"):
        return
    for node, name in imports(source):
        if name.split(".")[0] not in ("PySide6", "shiboken6"):
            continue
        module = name.split(".")[1] if "." in name else ""
        if source.under("kiosk/ui") or (source.under("kiosk/app.py") and module == "QtCore"):
            continue
        if source.path == QT_PAPER and module in ("QtGui", "QtCore"):
            continue
        yield source.at(node, f"{name}: Qt belongs in kiosk/ui")


def breaks_posix(source: Source) -> Iterator[str]:
    if source.under(*POSIX_BY_NATURE):
        return
    for node, name in imports(source):
        if name.split(".")[0] in POSIX_ONLY:
            twin = source.path.replace("_posix.py", "_windows.py")
            if twin == source.path or twin not in file_names():
                yield source.at(node, f"{name} is POSIX only: name the module x_posix.py beside x_windows.py")


def test_imports_run_one_way() -> None:
    expect_none(findings(breaks_direction, python_files("kiosk", "central")))


def test_the_core_uses_only_libraries_that_compute() -> None:
    expect_none(findings(breaks_core_libraries, python_files("kiosk/core")))


def test_qt_stays_in_the_screens() -> None:
    expect_none(findings(breaks_qt, python_files()))


def test_posix_modules_have_a_windows_twin() -> None:
    expect_none(findings(breaks_posix, python_files()))


def test_every_folder_with_code_is_a_package() -> None:
    alone = {PurePosixPath("."), PurePosixPath("resources/auditor")}
    folders = {PurePosixPath(source.path).parent for source in python_files()} - alone
    expect_none([str(folder) for folder in sorted(folders) if not (ROOT / folder / "__init__.py").is_file()])


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("kiosk/core/money.py", "from kiosk.store import journal"),
        ("kiosk/core/money.py", "from kiosk.resources import read_text"),
        ("kiosk/core/money.py", "def f():\n    import kiosk.desk.pay"),
        ("kiosk/core/money.py", "from ..store import journal"),
        ("kiosk/core/wire/frame.py", "from ...ui import window"),
        ("kiosk/fee_tables.py", "import kiosk.store.schema"),
        ("kiosk/core/money.py", "from kiosk.policy_files import read_policy"),
        ("kiosk/store/journal.py", "from kiosk.desk import pay"),
        ("kiosk/desk/pay.py", "from kiosk.devices import printers"),
        ("kiosk/sync/uplink.py", "from kiosk import desk"),
        ("kiosk/devices/port.py", "from kiosk.ui import theme"),
        ("kiosk/ui/pay.py", "from kiosk.commands import words"),
        ("kiosk/desk/pay.py", "from tests import conftest"),
        ("kiosk/newcomer/thing.py", "import re"),
        ("central/api.py", "from kiosk.store import journal"),
    ],
)
def test_a_wrong_direction_is_found(path: str, code: str) -> None:
    assert bites(breaks_direction, path, code)


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (
            "kiosk/desk/pay.py",
            "from kiosk import __version__\nfrom kiosk.core import money\nimport kiosk.store",
        ),
        ("kiosk/governorates.py", "from kiosk.resources import read_resource"),
        ("kiosk/commands/words.py", "from kiosk.ui import window"),
        ("central/api.py", "from kiosk.core.wire import frame"),
        ("kiosk/core/wire/frame.py", "from ..money import parse_money"),
    ],
)
def test_a_right_direction_is_left_alone(path: str, code: str) -> None:
    assert not bites(breaks_direction, path, code)


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("kiosk/documents/layout.py", "from PySide6.QtGui import QImage"),
        (QT_PAPER, "from PySide6.QtWidgets import QLabel"),
        ("kiosk/app.py", "from PySide6.QtWidgets import QApplication"),
        ("kiosk/core/money.py", "import PySide6"),
    ],
)
def test_qt_in_a_wrong_place_is_found(path: str, code: str) -> None:
    assert bites(breaks_qt, path, code)
    assert not bites(breaks_qt, "kiosk/ui/window.py", code)


def test_a_posix_module_without_a_twin_is_found() -> None:
    for path in ("kiosk/store/lock.py", "kiosk/store/no_such_posix.py"):
        assert bites(breaks_posix, path, "import fcntl")
    assert not bites(breaks_posix, "kiosk/devices/simulators/printer.py", "import pty")


def test_a_library_that_touches_the_machine_is_found_in_the_core() -> None:
    assert bites(breaks_core_libraries, "kiosk/core/money.py", "import requests")
    assert not bites(breaks_core_libraries, "kiosk/core/marked.py", "import yaml\nimport re")


def test_the_layers_here_are_those_that_contributors_read() -> None:
    rule = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    listed = re.search(r"\{([^}]*)\}", rule)
    assert listed
    assert tuple(re.findall(r"`(\w+)`", listed.group(1))) == MIDDLE
