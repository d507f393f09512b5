"""Who may do what, and that nobody checks himself."""

import pytest

from kiosk.core.errors import KnownError
from kiosk.core.roles import RIGHTS, Right, Role, may, require, require_checker

MONEY = (Right.SHIFT_OPEN, Right.PAYMENT_TAKE, Right.RECEIPT_VOID, Right.CASH_MOVE, Right.HANDOVER_GIVE)
CITIZENS = (Right.REQUEST_TAKE, Right.DEBT_FIND, Right.COPY_PRINT)


def code_of(roles: set[Role], right: Right) -> str:
    with pytest.raises(KnownError) as caught:
        require(roles, right)
    return caught.value.code


def test_every_right_is_held_by_someone_and_no_role_is_idle() -> None:
    assert set(RIGHTS) == set(Right)
    assert all(RIGHTS.values())
    assert set().union(*RIGHTS.values()) == set(Role)


@pytest.mark.parametrize("right", [*MONEY, *CITIZENS])
def test_a_technician_and_an_inspector_touch_neither_money_nor_citizens(right: Right) -> None:
    assert code_of({Role.TECHNICIAN}, right) == "roles.no_right"
    assert code_of({Role.INSPECTOR, Role.TECHNICIAN}, right) == "roles.no_right"


@pytest.mark.parametrize("right", [Right.VOID_APPROVE, Right.DIFFERENCE_APPROVE, Right.OVERRIDE_GRANT])
def test_approvals_belong_to_the_supervisor(right: Right) -> None:
    assert (
        code_of({Role.TELLER, Role.COLLECTOR, Role.TECHNICIAN, Role.INSPECTOR}, right)
        == "roles.supervisor_only"
    )
    require({Role.SUPERVISOR}, right)


def test_several_roles_add_up_and_no_role_has_nothing() -> None:
    require({Role.TECHNICIAN, Role.TELLER}, Right.PAYMENT_TAKE)
    assert code_of(set(), Right.SYNC) == "roles.no_right"
    assert code_of({Role.SUPERVISOR}, Right.DEVICE_SETUP) == "roles.technician_only"


def test_a_collector_collects_debts_and_takes_no_requests() -> None:
    assert may({Role.COLLECTOR}, Right.DEBT_FIND)
    assert may({Role.COLLECTOR}, Right.PAYMENT_TAKE)
    assert not may({Role.COLLECTOR}, Right.REQUEST_TAKE)


def test_roles_as_kept_in_the_journal_are_the_same() -> None:
    assert may({"teller"}, Right.PAYMENT_TAKE)  # type: ignore[arg-type]


def test_a_checker_is_another_person_with_the_right() -> None:
    require_checker("S1", "S2", {Role.SUPERVISOR}, Right.VOID_APPROVE)
    for checker, roles, code in (
        ("S1", {Role.SUPERVISOR}, "entry.same_person"),
        ("S2", {Role.TELLER}, "roles.supervisor_only"),
    ):
        with pytest.raises(KnownError) as caught:
            require_checker("S1", checker, roles, Right.VOID_APPROVE)
        assert caught.value.code == code
