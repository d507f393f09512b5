"""The reasons that acts on receipts and outages name by code, with the words that people see."""

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.core.bidi import excerpt
from kiosk.core.errors import KnownError


@dataclass(frozen=True)
class Words:
    """A reason in both languages."""

    ar: str
    en: str


OUTAGE_CAUSES: Mapping[str, Words] = {
    "no_network": Words("لا توجد شبكة", "no network"),
    "payment_service": Words("خدمة الدفع الحكومية متوقفة", "the payment service is down"),
    "terminal_fault": Words("ماكينة الدفع معطلة", "the payment terminal is broken"),
    "no_power": Words("انقطاع الكهرباء", "no power"),
    "other": Words("سبب آخر", "another cause"),
}
"""Why electronic collection is down."""

VOID_REASONS: Mapping[str, Words] = {
    "wrong_amount": Words("مبلغ خطأ", "wrong amount"),
    "wrong_person": Words("الشخص خطأ", "wrong person"),
    "wrong_item": Words("الخدمة أو المديونية خطأ", "wrong service or debt"),
    "wrong_tender": Words("طريقة الدفع خطأ", "wrong tender"),
    "taken_twice": Words("تحصيل مكرر", "taken twice"),
    "citizen_withdrew": Words("المواطن تراجع", "the citizen withdrew"),
    "spoiled_paper": Words("الورقة تالفة", "the paper was spoiled"),
    "other": Words("سبب آخر", "another reason"),
}
"""Why a receipt is voided."""

PAPER_REASONS: Mapping[str, Words] = {
    "device_down": Words("الجهاز معطل", "the device was down"),
    "no_power": Words("انقطاع الكهرباء", "no power"),
    "printer_down": Words("الطابعة معطلة", "the printer was down"),
    "device_stopped": Words("الجهاز موقوف عن التحصيل", "the device was stopped from taking money"),
    "other": Words("سبب آخر", "another reason"),
}
"""Why a payment was receipted on the paper book."""


def known_reason(code: str, reasons: Mapping[str, Words]) -> str:
    """Return a code that is in the list. Raises KnownError `reason.unknown`, which names the list."""
    if code not in reasons:
        raise KnownError("reason.unknown", reason=excerpt(code), known=", ".join(reasons))
    return code
