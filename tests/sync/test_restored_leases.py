"""After a restore devices say whose debts they hold: a debt of two holders is a case, and nothing is lost."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from central.backup import make_backup
from central.cases import list_cases
from central.debt_acts import end_lease, move_lease
from central.debts import import_rows
from central.folder import Folder
from central.restore import restore
from central.schema import case, debt, incident
from kiosk.store.debts.leases import held_leases
from tests.central.server import UNIT, Clock, running
from tests.sync.enrolled import debtor_row, load_centre_debts, make_enrolled, new_person, sync
from tools.steady_port import steady_port


@pytest.fixture(autouse=True)
def cheap_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    from kiosk.core.wire import enrolment

    monkeypatch.setitem(enrolment.SCRYPT, "n", 2)


def test_a_debt_that_two_hold_after_a_restore_is_a_case_and_no_lease_is_forgotten(tmp_path: Path) -> None:
    root, port = tmp_path / "lost", steady_port()
    with running(root, port=port) as server:
        server.add_people()
        server.add_data()
        load_centre_debts(server, 4)
        new_person(server, "COL-9", "collector")
        move_lease(server.centre, "L-1", "collector:COL-9", None, by="ADM-1")
        end_lease(server.centre, "L-2", by="ADM-1")
        move_lease(server.centre, "L-3", f"unit:{UNIT}", date(2026, 1, 1), by="ADM-1")
        device = make_enrolled(tmp_path / "device", server)
        session = device.unlock("SUP-1")
        source = make_backup(server.centre, root / "archive", off_machine=True).folder
        for account in ("L-1", "L-2", "L-3"):
            move_lease(server.centre, account, f"unit:{UNIT}", None, by="ADM-1")
        import_rows(server.centre, [debtor_row("DBT-99", "L-99", 5_000)])
        assert sync(session).error is None
        (held,), left_out = held_leases(session.store.db, 1 << 20)
        assert (held.to, held.holder, sorted(held.accounts), left_out) == (
            "unit",
            UNIT,
            ["L-1", "L-2", "L-3", "L-4", "L-99"],
            0,
        )
        assert held_leases(session.store.db, 10)[1] == 4
    restore(Folder(root / "centre"), source, now=Clock().now(), replace=True)
    with running(root, port=port) as server:
        assert sync(session).error is None
        with server.centre.storage.read() as db:
            found = {(one.kind, one.debt, one.charge, one.state) for one in list_cases(db)}
            before = {row.account: (row.leased_to, row.holder) for row in db.execute(select(debt))}
            noted = db.execute(
                select(incident.c.detail).where(incident.c.kind == "leases_forgotten")
            ).scalar()
        assert found == {
            ("leased_twice", "L-1", "E2", "open"),
            ("lease_forgotten", "L-2", "E2", "open"),
            ("lease_forgotten", "L-3", "E2", "open"),
        }
        assert (before["L-1"], before["L-2"][0]) == (("collector", "COL-9"), "none")
        assert noted == '{"not_shown": 0, "unknown_debts": 1}'
        assert sync(session).error is None
        with server.centre.storage.read() as db:
            assert len(db.execute(select(case)).all()) == 3
    device.close()
