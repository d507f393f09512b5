"""Policy is dated data with a source; what nobody decided is taken in its strictest meaning and marked."""

from datetime import date
from pathlib import Path

import pytest

from kiosk.core.errors import KnownError
from kiosk.core.policy import STRICTEST, Among, Component, Form33Mode, PartPayment, Policy
from kiosk.policy_files import default_policy, load_policy, read_policy
from kiosk.resources import read_resource

DAY = date(2026, 11, 24)
TEXT = read_resource("policy", "default.yaml")


def changed(old: str, new: str) -> str:
    assert TEXT.count(old) >= 1, old
    return TEXT.replace(old, new, 1)


def mistake(text: str) -> KnownError:
    with pytest.raises(KnownError) as error:
        read_policy(text, "p.yaml")
    return error.value


def line_of(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)


# ---- the shipped policy


def test_the_shipped_policy_says_what_is_known() -> None:
    policy = default_policy().on(DAY)
    assert policy.cash_limit == 500_00
    assert policy.highest_cash == 500_00
    assert policy.cash_rounding_step == 0
    assert "cash_limit" not in policy.samples


def test_every_value_has_a_source_and_a_date() -> None:
    policy = default_policy().on(DAY)
    for name, origin in policy.provenance.items():
        assert origin.source, name
        assert origin.start <= DAY, name


def test_open_questions_are_marked_as_samples() -> None:
    samples = set(default_policy().on(DAY).samples)
    for name in (
        "limit_inclusive",
        "cash_ceiling",
        "form33_mode",
        "among_debts",
        "cash_rounding_step",
        "hours_since_handover",
        "blind_count",
    ):
        assert name in samples


def test_every_kind_of_debt_of_the_domain_is_there() -> None:
    kinds = default_policy().on(DAY).debt_kinds
    assert len(kinds) == 14
    assert kinds["property_tax"].needs_mandate
    assert kinds["water"].needs_mandate
    assert all(kind.component_order == tuple(Component) for kind in kinds.values())
    assert [code for code, kind in kinds.items() if kind.part_payment is not PartPayment.ANY] == ["deposit"]


def test_a_kind_that_is_not_named_follows_the_default() -> None:
    policy = default_policy().on(DAY)
    assert policy.kind("nothing-like-it") == policy.debt_kinds["default"]
    assert policy.kind("waste").code == "waste"


# ---- unknown is strict


def test_unknown_hides_and_forbids() -> None:
    text = TEXT
    for name in STRICTEST:
        head, row = f"  {name}:\n", TEXT.split(f"  {name}:\n")[1]
        value = next(line for line in row.splitlines() if "- value:" in line)
        text = text.replace(head + row.split(value)[0] + value, f"{head}    - value: unknown", 1)
    policy = read_policy(text, "p.yaml").on(DAY)
    assert policy.blind_count
    assert not policy.limit_inclusive
    assert policy.highest_cash == 499_99
    assert (policy.soft_difference, policy.hard_difference, policy.change_left_cap) == (0, 0, 0)
    assert policy.form33_mode is Form33Mode.PAPER_ALONGSIDE
    assert policy.stale_debt_cap == 0
    assert set(STRICTEST) <= set(policy.samples)
    assert all(policy.provenance[name].unknown for name in STRICTEST)


def test_a_limit_without_a_strict_meaning_must_be_given() -> None:
    text = changed('- value: "20000.00"', "- value: unknown")
    error = mistake(text)
    assert (error.code, error.params["name"]) == ("policy.must_be_known", "cash_ceiling")


def test_strictest_names_only_settings() -> None:
    assert set(STRICTEST) <= set(Policy.__dataclass_fields__)


# ---- dates

TWO_LIMITS = changed(
    """    - value: "500.00"
      from: 2019-05-01
""",
    """    - value: "500.00"
      from: 2019-05-01
      to: 2026-12-31
      source: "old"
    - value: "200.00"
      from: 2027-02-01
      to: 2027-06-30
""",
)


@pytest.mark.parametrize(
    ("day", "limit", "expired"),
    [
        (date(2026, 12, 31), 500_00, False),
        (date(2027, 1, 15), 500_00, True),
        (date(2027, 2, 1), 200_00, False),
        (date(2027, 6, 30), 200_00, False),
        (date(2028, 1, 1), 200_00, True),
    ],
)
def test_a_value_holds_from_its_day_and_stays_marked_after_its_last(
    day: date, limit: int, *, expired: bool
) -> None:
    policy = read_policy(TWO_LIMITS, "p.yaml").on(day)
    assert policy.cash_limit == limit
    assert policy.provenance["cash_limit"].expired is expired


def test_a_dead_clock_still_finds_a_policy_so_that_a_shift_can_close() -> None:
    policy = default_policy().on(date(1970, 1, 1))
    assert policy.blind_count
    assert policy.difference_reasons
    assert any(row.enabled for row in policy.denominations)
    assert policy.kind("waste").code == "waste"


def test_a_coin_that_comes_later_is_not_counted_before() -> None:
    later = TEXT.replace(
        '    enabled: "no"\n    from: 2007-01-01', '    enabled: "no"\n    from: 2030-01-01', 1
    )
    codes = [row.code for row in read_policy(later, "p.yaml").on(DAY).denominations]
    assert "coin-2" not in codes
    assert "coin-2" in [row.code for row in read_policy(later, "p.yaml").on(date(2030, 1, 1)).denominations]


def test_a_second_row_of_a_code_is_a_later_version() -> None:
    row = TEXT[TEXT.index("  - code: coin-2") : TEXT.index("  - code: coin-1\n")]
    newer = row.replace('"no"', '"yes"').replace("2007-01-01", "2027-01-01")
    book = read_policy(TEXT.replace(row, row + newer, 1), "p.yaml")
    enabled = {
        day: next(row.enabled for row in book.on(day).denominations if row.code == "coin-2")
        for day in (DAY, date(2027, 1, 1))
    }
    assert enabled == {DAY: False, date(2027, 1, 1): True}


# ---- mistakes are named with file and line


@pytest.mark.parametrize(
    ("old", "new", "code", "name"),
    [
        ("  cash_limit:", "  cash_limti:", "policy.unexpected", "cash_limti"),
        ('"500.00"', '"5oo"', "policy.wrong_value", "cash_limit"),
        ('- value: "24"', '- value: "1.5"', "policy.wrong_value", "hours_since_handover"),
        ('- value: "yes"', '- value: "maybe"', "policy.wrong_value", "limit_inclusive"),
        ("- value: heaviest", "- value: biggest", "policy.wrong_value", "among_debts"),
        ("from: 2019-05-01", "from: May 2019", "policy.wrong_value", "from"),
        ("      sample: yes", "      sample: perhaps", "policy.wrong_value", "sample"),
        ('value: "200.00"', 'value: "0.00"', "policy.wrong_value", "value"),
        ("part_payment: any", "part_payment: some", "policy.wrong_value", "part_payment"),
        (
            "component_order: [costs, late, principal]",
            "component_order: [costs, late]",
            "policy.wrong_value",
            "component_order",
        ),
        ('burden_bp: "0"', 'burden_bp: "-3"', "policy.wrong_value", "burden_bp"),
        ("late_charge: none", "late_charge: {rate_bp: '100'}", "policy.missing", "grace_days"),
        ("  - code: default", "  - code: defualt", "policy.missing", "default"),
        ("    enabled:", "    enable:", "policy.unexpected", "enable"),
        ("    from_years:", "    years:", "policy.unexpected", "years"),
        ("settings:", "setings:", "policy.unexpected", "setings"),
    ],
)
def test_a_mistake_is_named(old: str, new: str, code: str, name: str) -> None:
    text = changed(old, new)
    error = mistake(text)
    assert (error.code, error.params["name"]) == (code, name)
    assert error.params["file"] == "p.yaml"
    if code != "policy.missing":
        at = TEXT[: TEXT.index(old)].count("\n") + 1
        below = at + 1 if old.endswith(":") else at  # a block is marked where its value begins
        assert at <= int(str(error.params["line"])) <= below


def test_a_missing_setting_and_a_missing_source_are_named() -> None:
    start, end = TEXT.index("  blind_count:"), TEXT.index("  cash_rounding_step:")
    error = mistake(TEXT[:start] + TEXT[end:])
    assert (error.code, error.params["name"]) == ("policy.missing", "blind_count")
    error = mistake(changed('      source: "set locally; no published figure"\n', ""))
    assert (error.code, error.params["name"]) == ("policy.missing", "source")
    assert error.params["line"] == line_of(TEXT, '- value: "20000.00"')


@pytest.mark.parametrize(
    "second",
    [
        '    - {value: "1.00", from: 2019-05-01, source: s}',
        '    - {value: "1.00", from: 2018-01-01, source: s}',
        '    - {value: "1.00", from: 2020-01-01, to: 2019-12-31, source: s}',
    ],
)
def test_periods_in_the_wrong_order_are_refused(second: str) -> None:
    text = changed("  limit_inclusive:", second + "\n  limit_inclusive:")
    error = mistake(text)
    assert (error.code, error.params["name"]) == ("policy.dates_overlap", "cash_limit")
    assert error.params["line"] == line_of(text, second.strip())


def test_limits_that_contradict_each_other_are_refused() -> None:
    assert mistake(changed('"5.00"\n      from: 2026-07-01', '"50.01"\n      from: 2026-07-01')).code == (
        "policy.limits_crossed"
    )
    assert mistake(changed('"20000.00"', '"499.99"')).code == "policy.limits_crossed"


def test_a_policy_without_any_coin_or_note_is_refused() -> None:
    text = TEXT.replace('enabled: "yes"', 'enabled: "no"')
    assert mistake(text).params["name"] == "denominations"


def test_a_late_charge_is_read_with_its_cap() -> None:
    text = changed("late_charge: none", "late_charge: {rate_bp: '1200', grace_days: '60', cap_bp: '10000'}")
    late = read_policy(text, "p.yaml").on(DAY).debt_kinds["default"].late
    assert late is not None
    assert (late.rate_bp, late.grace_days, late.cap_bp) == (1200, 60, 10_000)
    uncapped = read_policy(text.replace("'10000'", "none"), "p.yaml").on(DAY).debt_kinds["default"].late
    assert uncapped is not None
    assert uncapped.cap_bp is None


def test_a_file_is_read_from_disk_and_named_in_mistakes(tmp_path: Path) -> None:
    path = tmp_path / "unit.yaml"
    path.write_text(changed("- value: heaviest", "- value: oldest"), encoding="utf-8")
    assert load_policy(path).on(DAY).among_debts is Among.OLDEST
    path.write_text("settings: 5", encoding="utf-8")
    with pytest.raises(KnownError) as error:
        load_policy(path)
    assert error.value.params["file"] == "unit.yaml"
    with pytest.raises(KnownError) as error:
        load_policy(tmp_path / "none.yaml")
    assert error.value.code == "file.missing"
