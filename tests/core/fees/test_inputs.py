"""What is typed for a fee is read exactly, or refused with the reason."""

from fractions import Fraction

import pytest

from kiosk.core.errors import KnownError
from kiosk.core.fees.inputs import FeeInput, InputType, read_input
from kiosk.core.fees.label import Label

CITY = (("city", Label("مدينة", "City")), ("village", Label("قرية", "Village")))


def asked(kind: InputType, minimum: int | None = None, maximum: int | None = None) -> FeeInput:
    bounds = [None if bound is None else Fraction(bound) for bound in (minimum, maximum)]
    options = CITY if kind is InputType.CHOICE else ()
    return FeeInput("x", kind, Label("بيان", "Input"), None, options, None, bounds[0], bounds[1])


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (InputType.WHOLE, "٣", Fraction(3)),
        (InputType.DECIMAL, "62.5", Fraction(125, 2)),
        (InputType.MONEY, "1,000.00", 100000),
        (InputType.CHOICE, "city", "city"),
        (InputType.YES_NO, "نعم", True),
        (InputType.YES_NO, "No", False),
        (InputType.ACCOUNT, " د/114 ", "د/114"),
        (InputType.TEXT, "مقايسة 7", "مقايسة 7"),
    ],
)
def test_each_type_is_read(kind: InputType, text: str, value: object) -> None:
    assert read_input(asked(kind), text) == value


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [
        (InputType.WHOLE, "2.0", "fees.input_not_whole"),
        (InputType.WHOLE, "two", "fees.input_not_number"),
        (InputType.WHOLE, "-1", "fees.input_not_number"),
        (InputType.WHOLE, "0", "fees.input_too_small"),
        (InputType.DECIMAL, "1e5", "fees.input_not_number"),
        (InputType.DECIMAL, "0.00", "fees.input_too_small"),
        (InputType.MONEY, "-5", "fees.input_not_money"),
        (InputType.MONEY, "1.005", "fees.input_not_money"),
        (InputType.MONEY, "0", "fees.input_too_small"),
        (InputType.CHOICE, "town", "fees.choice_unknown"),
        (InputType.YES_NO, "maybe", "fees.yes_no"),
        (InputType.TEXT, " ", "fees.text_bad"),
        (InputType.TEXT, "a\nb", "fees.text_bad"),
        (InputType.ACCOUNT, "7" * 65, "fees.text_bad"),
    ],
)
def test_what_does_not_fit_is_refused(kind: InputType, text: str, code: str) -> None:
    with pytest.raises(KnownError) as caught:
        read_input(asked(kind), text)
    assert (caught.value.code, caught.value.exit_code) == (code, 2)


def test_bounds_are_inclusive() -> None:
    definition = asked(InputType.WHOLE, 0, 60)
    assert read_input(definition, "0") == 0
    assert read_input(definition, "60") == 60
    with pytest.raises(KnownError, match="above"):
        read_input(definition, "61")


def test_money_bounds_are_pounds() -> None:
    definition = asked(InputType.MONEY, 10, 20)
    assert read_input(definition, "20") == 2000
    with pytest.raises(KnownError, match=r"20\.00"):
        read_input(definition, "20.01")
    with pytest.raises(KnownError, match=r"10\.00"):
        read_input(definition, "9.99")
