"""The shipped tables: all 94 services have a rule that computes, and amounts worked out by hand agree."""

import re
from collections.abc import Iterator
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.core.errors import KnownError
from kiosk.core.fees import Basis, FeeInput, InputType, Quote
from kiosk.core.fees.rules import Phase, Shape
from kiosk.core.fees.values import show_number
from kiosk.fee_tables import check_fee_folder, shipped_fee_tables

TABLES = shipped_fee_tables()
ON = date(2026, 11, 24)
FAMILIES = {
    "BLD": 12, "REC": 6, "SHP": 6, "OCC": 8, "UTL": 6, "SAF": 4, "LND": 10, "CRT": 4, "CMP": 4, "PTX": 4,
    "VIT": 8, "SOC": 4, "TRF": 3, "PAS": 2, "JUS": 2, "NOT": 4, "PAY": 4, "NUC": 3,
}  # fmt: skip


def examples() -> Iterator[tuple[str, dict[str, str]]]:
    for code in TABLES.services():
        for example in TABLES.service(code).examples:
            yield code, dict(example)


def test_the_shipped_files_hold_no_mistake() -> None:
    assert check_fee_folder() == []


def test_every_service_of_the_catalogue_has_a_rule_and_an_example() -> None:
    wanted = {f"{family}-{n:02d}" for family, count in FAMILIES.items() for n in range(1, count + 1)}
    assert len(wanted) == 94
    assert set(TABLES.services()) == wanted
    assert {code for code, _ in examples()} == wanted


def test_every_shape_of_the_grammar_is_in_use() -> None:
    lines = [line for code in TABLES.services() for line in TABLES.service(code).lines]
    terms = [term.shape for line in lines for term in (line.rule, *line.modifiers)]
    assert set(Shape) - set(terms) == {Shape.SAME_AS}  # written out while reading
    assert [line.id for line in TABLES.service("CRT-02").lines] == [
        line.id for line in TABLES.service("CRT-01").lines
    ]


@pytest.mark.parametrize(("code", "example"), list(examples()))
def test_every_example_computes_and_its_lines_add_up(code: str, example: dict[str, str]) -> None:
    quote = TABLES.quote(code, example, ON)
    assert quote.lines or quote.ledger
    adds_up(quote)


def adds_up(quote: Quote) -> None:
    assert quote.total == sum(line.amount for line in quote.lines) == quote.revenue + quote.deposits
    assert [line.phase for line in quote.lines] == sorted(line.phase for line in quote.lines)
    assert 0 <= quote.due_today <= quote.total
    for line in quote.lines:
        assert (line.amount < 0) <= (line.phase in (Phase.DISCOUNT, Phase.PAID))
        account = TABLES.accounts.get(line.account)
        assert line.account == "" or account is not None
        assert line.refundable == (account is not None and account.kind == "trust")
        if line.plan:
            own = line.amount + sum(other.amount for other in quote.lines if other.belongs_to == line.id)
            assert sum(part.amount for part in line.plan) == own


CHARGE = "reconciliation_payment=charge area_m2=140 price_zone=zone_2"
BY_HAND: list[tuple[str, str, list[int]]] = [
    # city 200.00; stamp 2.00; martyr stamp 5.00
    ("BLD-01", "place=city", [20000, 200, 500]),
    # 3.00 × 175.5 = 526.50; 14 % = 73.71; stamps
    ("BLD-02", "area_m2=175.5", [52650, 7371, 200, 500]),
    # exam 10; 2 % of 850,000 = 17,000; 50 × 3 floors = 150; 3 % of 17,000 = 510; stamps
    ("BLD-03", "construction_cost=850,000 floors=3 place=city", [1000, 1700000, 15000, 51000, 200, 500]),
    # exam 10; 2 % of 300,000 = 6,000; 25 × 2 = 50; elevation 50 × 2 = 100; 3 % of 6,000 = 180; stamps
    ("BLD-04", "construction_cost=300,000 floors=2 place=village",
     [1000, 600000, 5000, 10000, 18000, 200, 500]),
    # exam 10; 2 % of 45,250.75 = 905.015 → 905.02; stamps
    ("BLD-05", "works_value=45,250.75", [1000, 90502, 200, 500]),
    # exam 10; 2.50 × 120.33 = 300.825 → 300.83; stamps
    ("BLD-07", "area_m2=120.33", [1000, 30083, 200, 500]),
    # 10 % of 17,010.05 = 1,701.005 → 1,701.01; stamps
    ("BLD-08", "original_licence_fee=17,010.05", [170101, 200, 500]),
    # 5 × 4 pages; stamps
    ("BLD-10", "pages=4", [2000, 200, 500]),
    # lift 500; 150 × 2 years; stamps
    ("BLD-11", "years=2", [50000, 30000, 200, 500]),
    # the band up to 250 in a city
    ("REC-01", "area_m2=250 place=city", [50000]),
    # 250.01 is in the next band: city 1,000 and village 250
    ("REC-01", "area_m2=250.01 place=city", [100000]),
    ("REC-01", "area_m2=250.01 place=village", [25000]),
    # beyond 4,000 one flat value
    ("REC-01", "area_m2=4000.01 place=village", [500000]),
    # 25 % of 75,333.30 = 18,833.325 → 18,833.33, a deposit
    ("REC-02", "estimated_reconciliation_value=75,333.30", [1883333]),
    # 500 × 140 = 70,000; 25 % off = 17,500; deposit of 17,500 paid before: 35,000 left
    ("REC-03", f"{CHARGE} charge_terms=at_once_discounted seriousness_paid=17,500",
     [7000000, -1750000, -1750000]),
    # inspection 500; food in a city, 62.5 m2 is in the band up to 200: 8,000; stamps
    ("SHP-01", "place=city activity_class=food area_m2=62.5", [50000, 800000, 200, 500]),
    # renewal of a craft in a city 600; stamps
    ("SHP-05", "place=city activity_class=craft", [60000, 200, 500]),
    # 20 × 6.5 m2 × 3 months = 390; stamps; deposit 500
    ("OCC-01", "area_m2=6.5 road_grade=second period_months=3", [39000, 200, 500, 50000]),
    # 1.50 × 10 m2 × 15 days = 225; deposit 1,000
    ("OCC-03", "area_m2=10 days=15", [22500, 100000]),
    # 60 × 12.4 m = 744; deposit 350 × 12.4 = 4,340
    ("OCC-06", "length_m=12.4 surface=asphalt", [74400, 434000]),
    # removal 250; 20 × 5 days = 100; fine of the record 300
    ("OCC-07", "days=5 fine_ordered=300 seizure_record_number=44", [25000, 10000, 30000]),
    # the company's estimate; stamps
    ("UTL-01", "quoted_amount=6,430.25 quote_reference=118", [643025, 200, 500]),
    # 1.25 × 210.25 = 262.8125 → 262.81; 14 % of 262.81 = 36.7934 → 36.79; martyr 5; development 6
    ("UTL-06", "area_m2=210.25", [26281, 3679, 500, 600]),
    # free when an official body asks
    ("SAF-01", "", [10000]),
    ("SAF-01", "official_request=yes", [0]),
    # 12.5 feddan is in the band up to 100: 5,500; inspection 500 × 12.5 = 6,250
    ("LND-01", "land_kind=farm area_feddans=12.5", [550000, 625000]),
    # village, 300 m2 in the band up to 1,000: 4,000; inspection 6 × 300 = 1,800
    ("LND-01", "land_kind=built place=village area_m2=300", [400000, 180000]),
    # 10 × 3 months
    ("LND-10", "waste_class=home months=3", [3000]),
    # 50 × 5 months, half off for a micro-project
    ("LND-10", "waste_class=micro months=5", [25000, -12500]),
    # worship is exempt
    ("LND-10", "waste_class=worship months=12", [0]),
    # 45 × 1, then 25 × 2
    ("VIT-01", "first_issue=first copies=1", [4500]),
    ("VIT-01", "first_issue=next copies=2", [5000]),
    # special card 175 and the late fine 100
    ("VIT-05", "id_speed=special late_renewal=yes", [17500, 10000]),
    # 1,598 cc up to 1,600 and a model after 2015: 700; development 10; stamps
    ("TRF-01", "engine_cc=1598 model_year=2018", [70000, 1000, 200, 500]),
    # in two days 1,300; development 20
    ("PAS-01", "passport_speed=fast", [130000, 2000]),
    # special power 20; 5 × 2 sheets; stamps
    ("NOT-01", "agency_kind=special sheets=2", [2000, 1000, 200, 500]),
    # date proof 15 + 5
    ("NOT-02", "", [1500, 500]),
    # 145 m2 in the second of four tiers
    ("NOT-03", "area_m2=145", [100000]),
    # 1.5 % of 1,234,567.89 = 18,518.51835 → 18,518.52; stamps
    ("NUC-02", "value=1,234,567.89", [1851852, 200, 500]),
    # 130 m2 in the band up to 500; stamps
    ("NUC-03", "area_m2=130", [800000, 200, 500]),
]  # fmt: skip
"""Service, inputs, and the printed lines in piastres, worked out on paper from the rows of the files."""


@pytest.mark.parametrize(("code", "inputs", "amounts"), BY_HAND)
def test_amounts_worked_out_by_hand_agree(code: str, inputs: str, amounts: list[int]) -> None:
    quote = TABLES.quote(code, dict(word.split("=", 1) for word in inputs.split()), ON)
    assert [line.amount for line in quote.lines] == amounts
    assert quote.total == sum(amounts)


@pytest.mark.parametrize(
    ("day", "shop_lines"),
    [
        (date(2026, 1, 19), [50000, 800000, 200, 500]),
        (date(2026, 1, 20), [50000, 800000, -400000, 200, 500]),
        (date(2026, 6, 30), [50000, 800000, -400000, 200, 500]),
        (date(2026, 7, 1), [50000, 800000, 200, 500]),
    ],
)
def test_the_discount_on_shop_licences_keeps_its_dates(day: date, shop_lines: list[int]) -> None:
    inputs = {"place": "city", "activity_class": "food", "area_m2": "62.5", "governorate_discount": "yes"}
    assert [line.amount for line in TABLES.quote("SHP-01", inputs, day).lines] == shop_lines


def test_a_debt_goes_to_the_ledger_with_its_account_number() -> None:
    inputs = {"account_number": "31-0044-17", "tax_use": "home", "timely_return": "yes", "prepaid": "yes"}
    (item,) = TABLES.quote("PTX-01", inputs, ON).ledger
    assert (item.debt, item.late, item.late_cap, item.discounts) == (
        "31-0044-17",
        "0%",
        "principal",
        ("25%", "5%"),
    )


def test_no_value_is_official_unless_a_law_or_decree_is_named() -> None:
    named = re.compile("القانون|قرار")
    for parameter in TABLES.parameters.values():
        for row in parameter.rows:
            assert not row.basis.official or named.search(row.source), parameter.name
    for code in TABLES.services():
        fees = TABLES.service(code)
        assert not fees.basis.official or named.search(fees.source), code


def test_every_sample_value_reaches_the_line_and_the_quote() -> None:
    for code, example in examples():
        quote = TABLES.quote(code, example, ON)
        for line in quote.lines:
            used = [source.basis for source in line.sources]
            assert line.sample or Basis.SAMPLE not in used, (code, line.id)
        bases = [*(line.basis for line in quote.lines), *(item.basis for item in quote.ledger)]
        assert quote.sample == (Basis.SAMPLE in bases)
        assert quote.sample == ("قيمة تجريبية" in quote.marks("ar"))


def typed(definition: FeeInput) -> st.SearchStrategy[str]:
    """What a person may type for an input, inside its bounds."""
    low = definition.minimum or Fraction(0)
    high = definition.maximum or Fraction(1_000_000)
    if definition.type is InputType.CHOICE:
        return st.sampled_from(definition.codes)
    if definition.type is InputType.YES_NO:
        return st.sampled_from(["yes", "no"])
    if definition.type is InputType.WHOLE:
        return st.integers(max(1, int(low)), int(high)).map(str)
    if definition.type in (InputType.DECIMAL, InputType.MONEY):
        hundredths = st.integers(max(1, int(low * 100)), int(high * 100))
        return hundredths.map(lambda n: show_number(Fraction(n, 100)))
    return st.text("0123456789/-دم", min_size=1, max_size=12)


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, dict[str, str]]:
    code = draw(st.sampled_from(TABLES.services()))
    return code, {definition.name: draw(typed(definition)) for definition in TABLES.inputs(code)}


@settings(max_examples=400, suppress_health_check=[HealthCheck.data_too_large])
@given(requests())
def test_random_requests_add_up_or_are_refused_with_a_reason(request: tuple[str, dict[str, str]]) -> None:
    code, inputs = request
    refused = ""
    try:
        adds_up(TABLES.quote(code, inputs, ON))
    except KnownError as error:
        refused = error.code
    assert refused in ("", "fees.instalments_many", "fees.paid_more")


@given(requests())
@settings(max_examples=100, suppress_health_check=[HealthCheck.data_too_large])
def test_an_input_that_is_required_is_missed(request: tuple[str, dict[str, str]]) -> None:
    code, inputs = request
    for definition in TABLES.inputs(code):
        if definition.required:
            rest = {name: value for name, value in inputs.items() if name != definition.name}
            with pytest.raises(KnownError) as caught:
                TABLES.quote(code, rest, ON)
            assert caught.value.code in ("fees.input_missing", "fees.paid_more", "fees.instalments_many")
