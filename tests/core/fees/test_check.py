"""Every mistake in a fee file is named with its file and line, all of them at once."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.core.errors import KnownError
from kiosk.core.fees import check_fee_tables
from kiosk.core.fees.rules import KEYS, SPECS, Shape
from kiosk.core.marked import read_marked
from tests.core.fees.small import NAMES, build, parameter, row, service

FEE = parameter("fee", "100")
RATE = parameter("rate", "5%", "%")
BY_PLACE = parameter("by_place", "{city: 5, village: 2}")
BANDS = parameter("bands", "{<=10: 5, <=20: 9}")
MOST = parameter("most", "12", "instalments")
ALL = FEE + RATE + BY_PLACE + BANDS + MOST + parameter("low", "200") + parameter("high", "300")
ONE = "{account: fees, rule: FIXED(fee)}"


def found_in(parameters: str, *services: str) -> list[tuple[object, ...]]:
    tables, problems = build(parameters, *services)
    assert (tables is None) == bool(problems)
    assert all(problem.exit_code == 2 for problem in problems)
    return [(problem.code, problem.params["file"], problem.params["line"]) for problem in problems]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("{account: fees, rule: FIXD(fee)}", "fees.shape_unknown"),
        ("{account: fees, rule: DISCOUNT(rate)}", "fees.shape_unknown"),
        ("{account: fees, rule: FIXED(fe)}", "fees.parameter_unknown"),
        ("{account: fees, rule: FIXED(rate)}", "fees.argument_kind"),
        ("{account: fees, rule: FIXED()}", "fees.argument_missing"),
        ("{account: fees, rule: 'FIXED(fee, area=area_m2)'}", "fees.argument_unknown"),
        ("{account: fees, rule: 'FIXED(fee, fee)'}", "fees.argument_unknown"),
        ("{account: fees, rule: 'FIXED(by_place, by=town)'}", "fees.input_name_unknown"),
        ("{account: fees, rule: 'PER_UNIT(fee, units=cost)'}", "fees.input_kind"),
        ("{account: fees, rule: 'PER_UNIT(fee)'}", "fees.argument_missing"),
        ("{account: fees, rule: 'FIXED(fee, by=place)'}", "fees.table_shape"),
        ("{account: fees, rule: 'FIXED(by_place)'}", "fees.table_shape"),
        ("{account: fees, rule: 'FIXED(by_place, by=kind)'}", "fees.table_shape"),
        ("{account: fees, rule: 'BANDED(by_place, size=area_m2)'}", "fees.table_shape"),
        ("{account: fees, rule: 'FIXED(bands, by=place)'}", "fees.table_shape"),
        ("{account: fees, rule: 'FIXED(fee, limits=low..high)'}", "fees.schedule_outside"),
        ("{account: fees, rule: 'RANGE(low..high, schedule=by_place, by=place)'}", "fees.schedule_outside"),
        ("{account: fees, rule: 'RANGE(fee, schedule=fee)'}", "fees.argument_kind"),
        ("{account: fees, rule: 'PERIODIC(fee, every=week, count=units)'}", "fees.argument_kind"),
        ("{account: fees, rule: 'FREE_OR_FIXED(fee, free_when=place)'}", "fees.input_kind"),
        ("{account: fees, rule: 'FREE_OR_FIXED(fee, free_when=place:town)'}", "fees.option_unknown"),
        ("{account: fees, when: 'nothing', rule: FIXED(fee)}", "fees.input_name_unknown"),
        ("{account: fees, rule: 'PERCENT_OF_FEE(rate)'}", "fees.argument_missing"),
        ("{account: fees, rule: 'PERCENT_OF_FEE(rate, of=nothing)'}", "fees.line_unknown"),
        ("{account: fees, rule: 'PERCENT_OF_FEE(rate, of=rate)'}", "fees.cycle"),
        ("{account: fes, rule: FIXED(fee)}", "fees.account_unknown"),
        ("{rule: FIXED(fee)}", "fees.key_missing"),
        ("{account: trust, rule: FIXED(fee)}", "fees.account_kind"),
        ("{account: fees, rule: DEPOSIT(fee)}", "fees.account_kind"),
        ("{account: trust, rule: DEPOSIT(rate)}", "fees.argument_missing"),
        ("{rule: STAMPS(fee)}", "fees.key_missing"),
        ("{rule: STAMPS()}", "fees.argument_missing"),
        ("{rule: SAME_AS()}", "fees.argument_missing"),
        ("{rule: SAME_AS(BBB-01)}", "fees.same_as_unknown"),
        ("{rule: SAME_AS(AAA-01)}", "fees.cycle"),
        ("{rule: FREE}", "fees.key_missing"),
        ("{rule: FREE, ar: بلا رسم, en: Free, with: [DISCOUNT(rate)]}", "fees.modifier_here"),
        ("{account: trust, rule: DEPOSIT(fee), with: [PAID(amount=paid)]}", "fees.modifier_here"),
        (
            "{account: fees, rule: 'PERCENT_OF_FEE(rate, base=cost)', with: [DISCOUNT(rate)]}",
            "fees.modifier_here",
        ),
        ("{account: fees, rule: FIXED(fee), with: [FIXED(fee)]}", "fees.shape_unknown"),
        ("{account: fees, rule: FIXED(fee), with: [LATE(rate)]}", "fees.argument_missing"),
        (
            "{account: fees, rule: FIXED(fee), with: ['INSTALMENTS(count=units, every=month)']}",
            "fees.argument_missing",
        ),
        ("{account: fees, rule: FIXED(fee), colour: red}", "fees.key_unknown"),
        ("{account: fees, rule: [FIXED]}", "fees.rule_syntax"),
        ("{account: fees, rule: 'FIXED(12)'}", "fees.rule_syntax"),
        ("{account: fees}", "fees.key_missing"),
    ],
)  # fmt: skip
def test_a_bad_line_is_one_problem_at_its_place(line: str, code: str) -> None:
    assert found_in(ALL, service("AAA-01", line)) == [(code, "services.yaml", 6)]


def test_all_mistakes_are_found_together() -> None:
    lines = ["{account: fees, rule: NO(fee)}", ONE, "{account: fees, rule: FIXED(nothing)}"]
    assert found_in(FEE, service("AAA-01", *lines)) == [
        ("fees.shape_unknown", "services.yaml", 6),
        ("fees.parameter_unknown", "services.yaml", 8),
    ]


def test_tax_takes_no_discount() -> None:
    lines = [ONE, "{account: tax, rule: 'VAT(rate, of=fee)', with: [DISCOUNT(rate)]}"]
    assert found_in(ALL, service("AAA-01", *lines)) == [("fees.modifier_here", "services.yaml", 7)]


def test_each_of_two_lines_written_on_one_line_is_checked() -> None:
    bad = "{account: fees, id: x, rule: FIXED(by_place)}, {account: fees, id: y, rule: FIXED(bands)}"
    text = f"  AAA-01: {{basis: law, source: م, lines: [{bad}], example: {{}}}}\n"
    assert found_in(ALL, text) == [("fees.table_shape", "services.yaml", 2)] * 2


def test_a_mistake_in_shared_lines_is_told_once() -> None:
    services = [
        service("AAA-01", "{account: fees, rule: 'PERCENT_OF_FEE(rate, of=nothing)'}"),
        service("AAA-02", "{rule: SAME_AS(AAA-01)}"),
    ]
    assert found_in(ALL, *services) == [("fees.line_unknown", "services.yaml", 6)]


def test_a_line_twice_is_found() -> None:
    assert found_in(FEE, service("AAA-01", ONE, ONE)) == [("fees.line_twice", "services.yaml", 7)]


def test_circles_between_services_and_between_lines_are_found_once() -> None:
    services = [
        service("AAA-01", "{rule: SAME_AS(BBB-01)}"),
        service("BBB-01", "{rule: SAME_AS(CCC-01)}"),
        service("CCC-01", "{rule: SAME_AS(AAA-01)}"),
        service("DDD-01", "{rule: SAME_AS(AAA-01)}"),
    ]
    tables, problems = build(FEE, *services)
    assert tables is None
    assert [(problem.code, problem.params["path"]) for problem in problems] == [
        ("fees.cycle", "AAA-01 → BBB-01 → CCC-01 → AAA-01")
    ]
    lines = [
        '{id: x, account: fees, rule: "PERCENT_OF_FEE(rate, of=y)"}',
        '{id: y, account: fees, rule: "PERCENT_OF_FEE(rate, of=x)"}',
    ]
    assert found_in(RATE, service("AAA-01", *lines)) == [("fees.cycle", "services.yaml", 6)]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([row("1", "2026-01-01", ends="2026-03-31"), row("2", "2026-04-02")], "fees.rows_gap"),
        ([row("1", "2026-01-01", ends="2026-04-01"), row("2", "2026-04-01")], "fees.rows_overlap"),
        ([row("1", "2026-01-01"), row("2", "2026-04-01")], "fees.rows_overlap"),
        ([row("1", "2026-04-01", ends="2026-12-31"), row("2", "2026-01-01")], "fees.rows_overlap"),
        ([row("1", "2026-13-01")], "fees.value_kind"),
        ([row("1", "20260101")], "fees.value_kind"),
        ([row("1", "2026-05-01", ends="2026-04-30")], "fees.value_kind"),
        ([row("1,5")], "fees.value_kind"),
        ([row("14%")], "fees.value_kind"),
        ([row("-1")], "fees.value_kind"),
        ([row("1", basis="rumour")], "fees.value_kind"),
        ([row("{<=20: 1, <=10: 2}")], "fees.bands_order"),
        ([row("{<=10: 1, <=10.0: 2}")], "fees.bands_order"),
        ([row("{beyond: 1, <=10: 2}")], "fees.bands_order"),
        ([row("{<=ten: 1}")], "fees.value_kind"),
        ([row("{}")], "fees.value_kind"),
        (["{from: 2026-01-01, value: 1, basis: law}"], "fees.key_missing"),
        ([], "fees.key_missing"),
    ],
)
def test_a_bad_row_is_found(rows: list[str], code: str) -> None:
    quoted = [text.replace("1,5", "'1,5'") for text in rows]
    text = f"  fee:\n    ar: رسم\n    en: fee\n    unit: EGP\n    rows: [{', '.join(quoted)}]\n"
    tables, problems = build(text, service("AAA-01", "{ar: بلا, en: Free, rule: FREE}"))
    assert tables is None
    assert [problem.code for problem in problems] == [code]
    assert problems[0].params["file"] == "parameters.yaml"


def test_a_campaign_may_pause() -> None:
    rows = f"{row('1%', '2026-01-01', ends='2026-01-31')}, {row('2%', '2026-05-01', ends='2026-05-31')}"
    text = f"  off: {{ar: خ, en: off, unit: '%', campaign: yes, rows: [{rows}]}}\n"
    assert found_in(text, service("AAA-01", "{ar: بلا, en: Free, rule: FREE}")) == []


def test_an_example_that_gives_no_amount_is_a_mistake() -> None:
    files = [
        read_marked(NAMES, "names.yaml"),
        read_marked(f"parameters:\n{BY_PLACE}", "parameters.yaml"),
        read_marked(
            "services:\n"
            + service("AAA-01", '{account: fees, rule: "FIXED(by_place, by=place)"}', example="{place: city}")
            + service(
                "AAA-02", '{account: fees, rule: "FIXED(by_place, by=place)"}', example="{place: town}"
            ),
            "services.yaml",
        ),
    ]
    (problem,) = check_fee_tables(files)
    assert (problem.code, problem.params["service"]) == ("fees.example", "AAA-02")
    assert problem.params["file"] == "services.yaml"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("accounts: {a: {ar: أ, en: A, kind: gold}}", "fees.value_kind"),
        ("accounts: {a: {ar: أ, kind: revenue}}", "fees.key_missing"),
        ("inputs: {a: {type: float, ar: أ, en: A}}", "fees.value_kind"),
        ("inputs: {a: {type: choice, ar: أ, en: A}}", "fees.key_missing"),
        ("inputs: {a: {type: whole, ar: أ, en: A, options: [{code: x, ar: ا, en: X}]}}", "fees.value_kind"),
        ("inputs: {a: {type: whole, ar: أ, en: A, default: x}}", "fees.value_kind"),
        ("inputs: {a: {type: whole, ar: أ, en: A, max: -3}}", "fees.value_kind"),
        ("inputs: [a]", "fees.value_kind"),
        ("prices: {}", "fees.key_unknown"),
        ("just text", "fees.value_kind"),
        ("services: {AAA-01: {basis: law, source: م, lines: [], example: {}}}", "fees.key_missing"),
        ("services: {AAA-01: text}", "fees.value_kind"),
    ],
)
def test_a_bad_name_or_section_is_found(text: str, code: str) -> None:
    problems = check_fee_tables([read_marked(NAMES, "names.yaml"), read_marked(text, "more.yaml")])
    assert code in [problem.code for problem in problems]
    assert {problem.params["file"] for problem in problems} == {"more.yaml"}


def test_tables_without_a_version_are_refused() -> None:
    problems = check_fee_tables([read_marked("accounts: {}", "a.yaml")])
    assert [problem.code for problem in problems] == ["fees.key_missing"]


_WORDS = st.sampled_from(
    [*Shape, *KEYS, "fee", "rate", "by_place", "bands", "most", "place", "area_m2", "units", "cost", "agreed"]
)
_SIGNS = st.sampled_from(["(", ")", ",", "=", "..", ":", "[", "]", "month", "city", "last", "principal"])
_ARGUMENTS = st.tuples(st.sampled_from([*KEYS, ""]), _WORDS).map(lambda pair: "=".join(filter(None, pair)))
_CALLS = st.tuples(st.sampled_from(list(SPECS)), st.lists(_ARGUMENTS, max_size=4)).map(
    lambda call: f"{call[0]}({', '.join(call[1])})"
)


@settings(max_examples=250)
@given(_CALLS | st.lists(_WORDS | _SIGNS, max_size=10).map("".join), _CALLS)
def test_any_rule_is_sound_or_a_list_of_known_mistakes(rule: str, modifier: str) -> None:
    line = f"{{id: x, ar: بند, en: Line, account: fees, rule: '{rule}', with: ['{modifier}']}}"
    tables, problems = build(ALL, service("AAA-01", line))
    assert (tables is None) == bool(problems)
    assert all(isinstance(problem, KnownError) and problem.params["line"] for problem in problems)
