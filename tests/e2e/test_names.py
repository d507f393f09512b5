"""Names that are not names: from a file of debts over snapshot, search, screen and receipt to the centre."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import Qt
from PySide6.QtWidgets import QLabel

from central.check import check_all
from central.debts import import_debts, import_rows
from central.persons import read_person
from kiosk.core.bidi import strip_marks
from kiosk.core.debts.csv_check import DebtFileNotCleanError
from kiosk.core.debts.snapshot import DebtorRow
from kiosk.core.entries.payment import PaymentTaken
from kiosk.core.entries.registry import REGISTRY
from kiosk.core.errors import KnownError
from kiosk.core.wire import enrolment
from kiosk.core.wire.entry import parse_entry
from kiosk.desk.collect import Collection, Identity, collect, find_debtors, prepare_collection
from kiosk.desk.pay import Offer
from kiosk.desk.session import Session
from kiosk.documents.plain import plain_lines
from kiosk.documents.templates import document
from kiosk.documents.values import LONGEST
from kiosk.paperwork.origin import Origin, keep_origin
from kiosk.paperwork.receipts import receipt_of
from kiosk.store.debts.search import By
from tests.acts import begin
from tests.central.server import TestServer, running
from tests.central.test_debt_csv import ROW, written
from tests.desk.debts import charge, debt, debtor, load_debts
from tests.sync.enrolled import EnrolledDevice, debtor_row, make_enrolled, sync
from tests.ui.scenes import with_shift
from tests.ui.stage import Stage, make_template

SCRIPT = "<script>alert(1)</script>"
LONG = "م" * 10_000
TURNED = "\u202eأحمد\u202c \u2066evil\u2069"
ORIGIN = Origin("محافظة الجيزة", "الوحدة المحلية بالزاوية", "ج ط 4721", "receipts.example")
NUMBERS = ("29001011234564", "28506150201477", "29001010101234")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestServer]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(enrolment.SCRYPT, "n", 2)
        with running(tmp_path_factory.mktemp("central")) as started:
            started.add_people()
            started.add_data()
            yield started


@pytest.fixture(scope="module")
def device(server: TestServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EnrolledDevice]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(enrolment.SCRYPT, "n", 2)
        made = make_enrolled(tmp_path_factory.mktemp("names") / "device", server)
        made.add("TEL-1", "teller")
    yield made
    made.close()


def row_of(name: str, number: str) -> dict[str, str]:
    leased = {"lease_holder": "U-0101", "kind": "land_rent", "fund": "land_rent", "body": "unit"}
    return {**ROW, **leased, "debtor_name": name, "national_number": number, "amount": "90000"}


@pytest.mark.parametrize(
    ("name", "code"),
    [(LONG, "debt_file.text"), ("أحمد\x00", "debt_file.text"), ("أحمد\x1b[2J", "debt_file.text")],
)
def test_a_file_says_what_is_wrong_with_a_name_in_a_sentence_of_its_own_length(
    server: TestServer, tmp_path: Path, name: str, code: str
) -> None:
    with pytest.raises(DebtFileNotCleanError) as caught:
        import_debts(server.centre, written(tmp_path / "debts.csv", row_of(name, NUMBERS[0])))
    assert [one.code for one in caught.value.check.problems] == [code]
    said = str(caught.value.check.problems[0])
    assert len(said) < 500
    assert said.isprintable()


def test_half_a_letter_is_no_file_of_text(server: TestServer, tmp_path: Path) -> None:
    path = written(tmp_path / "debts.csv", row_of("@", NUMBERS[0]))
    path.write_bytes(path.read_bytes().replace(b"@", "\ud800".encode("utf-8", "surrogatepass")))
    with pytest.raises(KnownError, match=r"file\.not_utf8"):
        import_debts(server.centre, path)


def bring(server: TestServer, tmp_path: Path) -> None:
    """Two names in a file; one that no file may hold comes from a program that hands rows over."""
    rows = [
        {**row_of(name, NUMBERS[n]), "debtor_code": f"DB-{n}", "account": f"A-{n}"}
        for n, name in enumerate((SCRIPT, TURNED))
    ]
    import_debts(server.centre, written(tmp_path / "debts.csv", *rows))
    long: DebtorRow = replace(debtor_row("DB-2", "A-2", 90_000_00, NUMBERS[2]), name=LONG)
    import_rows(server.centre, [long])


def pays(session: Session, n: int) -> int:
    """The debtor pays 100.00 of his debt in cash; the seq of his receipt."""
    want = Collection(f"DB-{n}", 100_00, identity=Identity(By.NUMBER, NUMBERS[n]))
    return collect(session, prepare_collection(session, want), Offer(cash=100_00)).taken.receipt.seq


def test_a_name_travels_to_the_device_and_back_as_it_was_written(
    server: TestServer, device: EnrolledDevice, tmp_path: Path
) -> None:
    bring(server, tmp_path)
    session = device.unlock("TEL-1")
    assert sync(session).error is None
    begin(session)
    with session.store.transaction() as db:
        keep_origin(db, ORIGIN)
    for n, name in enumerate((SCRIPT, strip_marks(TURNED), LONG)):
        found = find_debtors(session, NUMBERS[n], By.NUMBER)
        assert [strip_marks(one.name) for one in found] == [name]
        paper = str(plain_lines(document(receipt_of(session, pays(session, n)))))
        assert "…" in paper if name is LONG else name in strip_marks(paper)
        assert name[: LONGEST + 1] not in paper or name is not LONG
    assert sync(session).error is None
    server.settle()
    assert device.at_centre() == device.here()
    paid = [parse_entry(data) for data, _ in device.at_centre()]
    bodies = [REGISTRY.decode(one.type, one.tv, one.body) for one in paid if one.type == "payment.taken"]
    payers = [body.payer.person for body in bodies if isinstance(body, PaymentTaken)]
    names = [read_person(server.centre, payer)[0]["payer_name"] for payer in payers]
    assert [strip_marks(one) for one in names] == [SCRIPT, strip_marks(TURNED), LONG]
    assert check_all(server.centre).disagreements == []
    assert not any(SCRIPT.encode() in data for data, _ in device.here()), "an entry names nobody"


@pytest.mark.parametrize(
    "name", [SCRIPT, "<b>أحمد</b>", TURNED, LONG], ids=["script", "bold", "turned", "long"]
)
def test_a_screen_shows_a_name_as_text(qapp: object, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "device"
    make_template(folder)
    stage = Stage(folder)
    try:
        with_shift(stage)
        owing = debtor("D1", debt("L-1", charge("rent", 300)), name=name, national=NUMBERS[0])
        stage.do(lambda session: load_debts(session, [owing]))
        stage.go("collect")
        stage.type(NUMBERS[0])
        stage.tap(stage.screen.go_button)
        labels = stage.screen.findChildren(QLabel)
        assert all(one.textFormat() == Qt.TextFormat.PlainText for one in labels if one.text())
        shown = [strip_marks(one.text()) for one in labels if one.isVisible()]
        assert any(one.startswith(strip_marks(name)[:60]) for one in shown), "as text, marks and all"
        assert stage.shell.minimumSizeHint().width() <= stage.shell.width() == 1024, "a name widens nothing"
    finally:
        stage.close()
