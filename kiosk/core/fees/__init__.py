"""Fees: the rules of the services as data, their dated values, and quotes worked out from them.

`FeeTables.services()`, `FeeTables.inputs(service)` and `FeeTables.quote(service, inputs, on)` are the way
in; the tables come from `kiosk.fee_tables` (files) or `tables_from_plain` (a signed dataset, already
verified).
"""

from kiosk.core.fees.basis import Basis
from kiosk.core.fees.inputs import Condition, FeeInput, InputType
from kiosk.core.fees.quote import LedgerItem, Quote, QuoteLine
from kiosk.core.fees.tables import FeeTables, build_fee_tables, check_fee_tables, tables_from_plain

__all__ = [
    "Basis",
    "Condition",
    "FeeInput",
    "FeeTables",
    "InputType",
    "LedgerItem",
    "Quote",
    "QuoteLine",
    "build_fee_tables",
    "check_fee_tables",
    "tables_from_plain",
]
