"""The auditor's verifier, written apart, follows card payments, reversals and what two persons found."""

from pathlib import Path

from kiosk.desk.card_complete import complete_card
from kiosk.desk.card_resolve import Finding
from kiosk.desk.card_reverse import close_day
from kiosk.desk.reports import report_x
from tests.auditor.audited import audit, export
from tests.desk.cards import desk, found, reverse, void
from tests.desk.conftest import Trial
from tests.desk.conftest import template as template
from tests.desk.conftest import trial as trial
from tests.desk.till import open_till


def test_a_day_with_cards_a_reversal_and_a_finding_holds(trial: Trial, tmp_path: Path) -> None:
    session = open_till(trial)
    with desk() as made:
        made.pay(session, 75_00)
        paid = made.pay(session)
        assert paid.taken is not None
        reverse(session, made, paid.taken.number)
        void(session, paid.taken.number)
        made.behave("takes-back")
        left = made.pay(session).attempt
        finding = Finding(charged=True, approver="SUP-1", trace=4, receipt_no=4, piastres=120_00)
        complete_card(session, found(session, left, finding))
        made.well()
        close_day(session, made.zvt.end_of_day())
    report_x(session)
    path, _ = export(session, tmp_path / "out")
    verifier, _ = audit(path.read_bytes())
    assert verifier.findings == []
    assert verifier.totals["card"] == 75_00 + 120_00 + 120_00
    assert verifier.totals["card_voided"] == 120_00
