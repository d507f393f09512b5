"""The plain form survives canonical JSON, which sorts keys, and gives the same quotes back."""

import json
from datetime import date
from typing import Any

import pytest
import rfc8785

from kiosk.core.errors import KnownError
from kiosk.core.fees import FeeTables, tables_from_plain
from kiosk.fee_tables import shipped_fee_tables

ON = date(2026, 11, 24)


def quotes(tables: FeeTables) -> list[dict[str, Any]]:
    return [
        tables.quote(code, example, ON).to_plain()
        for code in tables.services()
        for example in tables.service(code).examples
    ]


def test_the_shipped_tables_survive_canonical_json() -> None:
    shipped = shipped_fee_tables()
    as_bytes = rfc8785.dumps(shipped.to_plain())
    back = tables_from_plain(json.loads(as_bytes))
    assert quotes(back) == quotes(shipped)
    assert rfc8785.dumps(back.to_plain()) == as_bytes


def test_a_quote_is_texts_integers_and_flags() -> None:
    for quote in quotes(shipped_fee_tables()):
        assert json.loads(rfc8785.dumps(quote)) == quote


@pytest.mark.parametrize(
    "plain",
    [
        {},
        {"format": 2},
        {"format": 1},
        {"format": 1, "table": 5},
        {"format": 1, "table": {"version": "1", "from": "2026-01-01"}, "services": {"A": {}}},
    ],
)
def test_anything_else_is_a_damaged_dataset(plain: dict[str, Any]) -> None:
    with pytest.raises(KnownError) as caught:
        tables_from_plain(plain)
    assert (caught.value.code, caught.value.exit_code) == ("fees.dataset", 5)
