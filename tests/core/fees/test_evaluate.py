"""Order of evaluation, rounding of each line, modifiers, and the sum of the printed lines."""

from datetime import date

import pytest

from kiosk.core.errors import KnownError
from kiosk.core.fees.basis import Basis
from kiosk.core.fees.rules import Phase
from tests.core.fees.small import ON, amounts, parameter, quote_one, row, service, sound

FEE = parameter("fee", "100")
HALF = parameter("half", "50%", "%")
MONTHLY = parameter("late", "2%", "%")


def test_lines_are_worked_out_and_printed_in_the_order_of_the_rules() -> None:
    """100 base, 10 % off, 5 % of what is left, 14 % tax on both, stamp 2, deposit 50.

    100.00 − 10.00 = 90.00; 5 % = 4.50; 14 % of 94.50 = 13.23; the file has the lines upside down.
    """
    parameters = (
        FEE
        + parameter("off", "10%", "%")
        + parameter("share", "5%", "%")
        + parameter("rate", "14%", "%")
        + parameter("stamp_a", "2", more=", account: stamp")
        + parameter("trust_a", "50")
    )
    quote = quote_one(
        parameters,
        [
            "{account: trust, rule: DEPOSIT(trust_a)}",
            "{rule: STAMPS(stamp_a)}",
            '{account: tax, rule: "VAT(rate, of=[fee, share])"}',
            '{account: other, rule: "PERCENT_OF_FEE(share, of=fee)"}',
            "{account: fees, rule: FIXED(fee), with: [DISCOUNT(off)]}",
        ],
    )
    assert amounts(quote) == [
        ("fee", 10000),
        ("fee.off", -1000),
        ("share", 450),
        ("rate", 1323),
        ("stamp_a", 200),
        ("trust_a", 5000),
    ]
    assert [line.phase for line in quote.lines] == sorted(Phase(line.phase) for line in quote.lines)
    assert (quote.total, quote.revenue, quote.deposits) == (15973, 10973, 5000)
    assert quote.lines[1].belongs_to == "fee"
    assert [line.account for line in quote.lines] == ["fees", "fees", "other", "tax", "stamp", "trust"]


def test_each_line_is_rounded_on_its_own() -> None:
    """0.5 % of 1.00 is half a piastre, twice: each line rounds up to 0.01, so two lines make 0.02."""
    parameters = parameter("one", "0.5%", "%") + parameter("two", "0.5%", "%")
    lines = [f'{{account: fees, rule: "PERCENT({name}, base=cost)"}}' for name in ("one", "two")]
    quote = quote_one(parameters, lines, {"cost": "1"})
    assert amounts(quote) == [("one", 1), ("two", 1)]
    assert quote.total == 2


def test_a_discount_is_rounded_half_up_and_printed_as_its_own_line() -> None:
    """50 % of 0.25 is 12.5 piastres: 13 off, 12 left."""
    quote = quote_one(
        parameter("fee", "0.25") + HALF, ["{account: fees, rule: FIXED(fee), with: [DISCOUNT(half)]}"]
    )
    assert amounts(quote) == [("fee", 25), ("fee.half", -13)]


def test_discounts_follow_each_other_and_never_go_below_zero() -> None:
    """100 − 50 % = 50; then 80 off leaves 0, not −30."""
    parameters = FEE + HALF + parameter("eighty", "80")
    lines = ["{account: fees, rule: FIXED(fee), with: [DISCOUNT(half), DISCOUNT(eighty)]}"]
    assert amounts(quote_one(parameters, lines)) == [
        ("fee", 10000),
        ("fee.half", -5000),
        ("fee.eighty", -5000),
    ]


PERIODS = f"{row('50%', '2026-02-01', ends='2026-03-31')}, {row('25%', '2026-06-01', ends='2026-06-30')}"
CAMPAIGN = f"  half: {{ar: خصم, en: half, unit: '%', campaign: yes, rows: [{PERIODS}]}}\n"


@pytest.mark.parametrize(
    ("day", "off"),
    [
        (date(2026, 1, 31), 0),
        (date(2026, 2, 1), 5000),
        (date(2026, 3, 31), 5000),
        (date(2026, 4, 1), 0),
        (date(2026, 6, 1), 2500),
        (date(2026, 6, 30), 2500),
        (date(2026, 7, 1), 0),
    ],
)
def test_a_dated_discount_counts_on_its_first_and_last_day_only(day: date, off: int) -> None:
    lines = ["{account: fees, rule: FIXED(fee), with: [DISCOUNT(half)]}"]
    quote = quote_one(FEE + CAMPAIGN, lines, on=day)
    assert quote.total == 10000 - off
    assert not quote.expired


def test_a_discount_waits_for_its_condition() -> None:
    lines = ['{account: fees, rule: FIXED(fee), with: ["DISCOUNT(half, when=agreed)"]}']
    assert quote_one(FEE + HALF, lines).total == 10000
    assert quote_one(FEE + HALF, lines, {"agreed": "yes"}).total == 5000


def test_a_late_charge_is_a_line_of_its_own_up_to_its_cap() -> None:
    """2 % × 3 months of 100 = 6; × 80 months = 160, capped at the principal 100; none without months."""
    late_rule = "LATE(late, every=month, count=late_months, cap=principal)"
    lines = [f'{{account: fees, rule: FIXED(fee), with: ["{late_rule}"]}}']
    assert amounts(quote_one(FEE + MONTHLY, lines)) == [("fee", 10000)]
    late = quote_one(FEE + MONTHLY, lines, {"late_months": "3"})
    assert amounts(late) == [("fee", 10000), ("fee.late", 600)]
    assert quote_one(FEE + MONTHLY, lines, {"late_months": "80"}).total == 20000


def test_a_late_charge_may_be_capped_by_a_value() -> None:
    """2 % × 80 of 100 = 160; capped at 30 % of 100, or at 12.50."""
    for cap, unit, charge in (("30%", "%", 3000), ("12.50", "EGP", 1250)):
        lines = [
            '{account: fees, rule: FIXED(fee), with: ["LATE(late, every=month, count=late_months, cap=top)"]}'
        ]
        quote = quote_one(FEE + MONTHLY + parameter("top", cap, unit), lines, {"late_months": "80"})
        assert amounts(quote) == [("fee", 10000), ("fee.late", charge)]


def test_what_was_paid_before_is_taken_off_and_never_more_than_is_due() -> None:
    lines = ["{account: fees, rule: FIXED(fee), with: [PAID(amount=paid)]}"]
    assert amounts(quote_one(FEE, lines)) == [("fee", 10000)]
    assert amounts(quote_one(FEE, lines, {"paid": "40"})) == [("fee", 10000), ("fee.paid", -4000)]
    with pytest.raises(KnownError) as caught:
        quote_one(FEE, lines, {"paid": "100.01"})
    assert caught.value.code == "fees.paid_more"


def test_an_exempt_line_is_printed_as_nothing() -> None:
    lines = ['{account: fees, rule: FIXED(fee), with: ["EXEMPT(when=place:village)", DISCOUNT(half)]}']
    exempt = quote_one(FEE + HALF, lines, {"place": "village"})
    assert amounts(exempt) == [("fee", 0)]
    assert exempt.lines[0].marks("ar") == ("معفى",)
    assert quote_one(FEE + HALF, lines, {"place": "city"}).total == 5000


def test_a_cap_holds_before_discounts() -> None:
    """10 × 50 m2 = 500, capped at 300, half of it off: 150."""
    parameters = parameter("rate", "10", "EGP/m2") + parameter("top", "300") + HALF
    lines = ['{account: fees, rule: "PER_M2(rate, area=area_m2)", with: [CAP(top), DISCOUNT(half)]}']
    assert amounts(quote_one(parameters, lines, {"area_m2": "50"})) == [
        ("rate", 30000),
        ("rate.half", -15000),
    ]


def test_a_plan_divides_what_is_left_of_its_line() -> None:
    """100 − 40 paid = 60 over 3 quarters; nothing of it is due today."""
    parameters = FEE + parameter("most", "4", "instalments")
    plan_rule = "INSTALMENTS(count=units, every=quarter, limit=most)"
    lines = [f"{{account: fees, rule: FIXED(fee), with: [PAID(amount=paid), '{plan_rule}']}}"]
    quote = quote_one(parameters, lines, {"paid": "40", "units": "3"})
    plan = quote.lines[0].plan
    assert [(part.due, part.amount) for part in plan] == [
        (date(2026, 10, 1), 2000),
        (date(2027, 1, 1), 2000),
        (date(2027, 4, 1), 2000),
    ]
    assert (quote.total, quote.due_today) == (6000, 0)
    with pytest.raises(KnownError) as caught:
        quote_one(parameters, lines, {"units": "5"})
    assert caught.value.code == "fees.instalments_many"


def test_a_debt_is_left_to_the_ledger_with_its_terms() -> None:
    parameters = MONTHLY + HALF + parameter("most", "12", "instalments") + parameter("first", "20%", "%")
    terms = [
        "LATE(late, every=month, cap=principal)",
        "DISCOUNT(half, when=agreed)",
        "INSTALMENTS(count=units, every=month, down=first, limit=most)",
    ]
    rule = "DEBT(account_number, every=month, balance=cost)"
    lines = [f"{{ar: إيجار, en: Rent, account: fees, rule: '{rule}', with: {terms}}}"]
    quote = quote_one(
        parameters, lines, {"account_number": "7", "cost": "100", "units": "2", "agreed": "yes"}
    )
    (item,) = quote.ledger
    assert quote.lines == ()
    assert quote.total == 0
    assert (item.debt, item.every, item.late, item.late_cap) == ("7", "month", "2%", "principal")
    assert item.discounts == ("50%",)
    assert [part.amount for part in item.plan] == [2000, 4000, 4000]


def test_a_line_whose_condition_fails_is_absent_and_counts_as_nothing() -> None:
    parameters = FEE + parameter("share", "5%", "%")
    lines = [
        "{account: fees, rule: FIXED(fee), when: 'place:city'}",
        '{account: other, rule: "PERCENT_OF_FEE(share, of=fee)"}',
    ]
    assert amounts(quote_one(parameters, lines, {"place": "city"})) == [("fee", 10000), ("share", 500)]
    assert amounts(quote_one(parameters, lines, {"place": "village"})) == [("share", 0)]


def test_a_share_of_a_share_is_worked_out_whatever_the_order_in_the_file() -> None:
    """10 % of 100 = 10; 50 % of that = 5."""
    parameters = FEE + HALF + parameter("tenth", "10%", "%")
    lines = [
        '{account: other, rule: "PERCENT_OF_FEE(half, of=tenth)"}',
        '{account: other, rule: "PERCENT_OF_FEE(tenth, of=fee)"}',
        "{account: fees, rule: FIXED(fee)}",
    ]
    assert dict(amounts(quote_one(parameters, lines))) == {"fee": 10000, "tenth": 1000, "half": 500}


def test_same_as_takes_the_lines_of_another_service_and_adds_its_own() -> None:
    tables = sound(
        FEE + parameter("more", "7"),
        service("AAA-01", "{account: fees, rule: FIXED(fee)}", basis="decree"),
        service("AAA-02", "{rule: SAME_AS(AAA-01)}", "{account: fees, rule: FIXED(more)}", basis="press"),
        service("AAA-03", "{rule: SAME_AS(AAA-02)}"),
    )
    quote = tables.quote("AAA-03", {}, ON)
    assert amounts(quote) == [("fee", 10000), ("more", 700)]
    assert [line.basis for line in quote.lines] == [Basis.DECREE, Basis.PRESS]


def test_a_sample_value_marks_everything_that_rests_on_it() -> None:
    parameters = (
        parameter("fee", "100", basis="sample")
        + parameter("share", "5%", "%")
        + parameter("off", "10%", "%")
        + parameter("clean", "3")
    )
    quote = quote_one(
        parameters,
        [
            "{account: fees, rule: FIXED(fee), with: [DISCOUNT(off)]}",
            "{account: fees, rule: FIXED(clean)}",
            '{account: other, rule: "PERCENT_OF_FEE(share, of=fee)"}',
        ],
    )
    assert [(line.id, line.sample) for line in quote.lines] == [
        ("fee", True),
        ("clean", False),
        ("fee.off", True),
        ("share", True),
    ]
    assert quote.sample
    assert quote.marks("ar") == ("قيمة تجريبية",)
    assert quote.marks("en") == ("sample value",)


def test_a_sample_discount_marks_the_share_of_what_it_left() -> None:
    parameters = FEE + parameter("off", "10%", "%", basis="sample") + parameter("share", "5%", "%")
    lines = [
        "{account: fees, rule: FIXED(fee), with: [DISCOUNT(off)]}",
        '{account: other, rule: "PERCENT_OF_FEE(share, of=fee)"}',
    ]
    assert [line.sample for line in quote_one(parameters, lines).lines] == [False, True, True]


def test_an_official_value_under_an_unconfirmed_rule_is_not_official() -> None:
    tables = sound(FEE, service("AAA-01", "{account: fees, rule: FIXED(fee)}", basis="press"))
    (line,) = tables.quote("AAA-01", {}, ON).lines
    assert line.basis is Basis.PRESS
    assert not line.basis.official
    assert line.marks("ar") == ("غير مؤكدة رسميًا",)


def test_an_amount_fixed_by_its_own_document_carries_the_reference() -> None:
    lines = ["{ar: مقايسة, en: Estimate, account: other, rule: 'QUOTE(amount=cost, reference=reference)'}"]
    (line,) = quote_one("", lines, {"cost": "12.50", "reference": "م 9"}).lines
    assert (line.amount, line.reference, line.basis) == (1250, "م 9", None)


def test_a_fine_in_a_notice_must_lie_within_the_law() -> None:
    parameters = parameter("low", "50") + parameter("high", "500")
    lines = ["{ar: غرامة, en: Fine, account: fees, rule: 'FINE(amount=cost, limits=low..high)'}"]
    assert quote_one(parameters, lines, {"cost": "500"}).total == 50000
    for typed in ("49.99", "500.01"):
        with pytest.raises(KnownError) as caught:
            quote_one(parameters, lines, {"cost": typed})
        assert (caught.value.code, caught.value.exit_code) == ("fees.outside_limits", 2)


def test_a_deposit_is_trust_money_and_never_revenue() -> None:
    lines = ["{account: trust, rule: 'DEPOSIT(quarter, base=cost)'}"]
    quote = quote_one(parameter("quarter", "25%", "%"), lines, {"cost": "10"})
    assert (quote.revenue, quote.deposits, quote.lines[0].refundable) == (0, 250, True)


def test_an_absurd_amount_is_refused_before_it_reaches_a_receipt() -> None:
    lines = ['{account: fees, rule: "PER_M2(rate, area=area_m2, times=units)"}']
    with pytest.raises(KnownError) as caught:
        quote_one(parameter("rate", "9000000", "EGP/m2"), lines, {"area_m2": "100000", "units": "1000"})
    assert caught.value.code == "fees.amount_too_large"


@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        ({}, "fees.input_missing"),
        ({"place": "city", "aera": "3"}, "fees.input_unknown"),
        ({"place": "town"}, "fees.choice_unknown"),
    ],
)
def test_inputs_must_be_there_known_and_right(inputs: dict[str, str], code: str) -> None:
    parameters = parameter("fee", "{city: 1, village: 2}")
    with pytest.raises(KnownError) as caught:
        quote_one(parameters, ['{account: fees, rule: "FIXED(fee, by=place)"}'], inputs)
    assert (caught.value.code, caught.value.exit_code) == (code, 2)


def test_an_unknown_service_has_no_fee() -> None:
    with pytest.raises(KnownError, match="ZZZ-99"):
        sound(FEE, service("AAA-01", "{account: fees, rule: FIXED(fee)}")).quote("ZZZ-99", {}, ON)


def test_inputs_say_when_they_are_wanted() -> None:
    parameters = FEE + HALF + parameter("rate", "1", "EGP/m2")
    tables = sound(
        parameters,
        service(
            "AAA-01",
            '{account: fees, when: "place:city", rule: "PER_M2(rate, area=area_m2)", '
            'with: ["DISCOUNT(half, when=agreed)"]}',
            '{account: fees, when: "kind:a", rule: FIXED(fee), with: ["LATE(half, count=late_months)"]}',
        ),
    )
    found = {definition.name: definition for definition in tables.inputs("AAA-01")}
    assert list(found) == ["place", "area_m2", "agreed", "kind", "late_months"]
    assert found["place"].required
    assert [[str(part) for part in way] for way in found["area_m2"].needed_when] == [["place:city"]]
    assert not found["area_m2"].required
    assert not found["late_months"].required
