"""How `kiosk card` says what became of an attempt, as JSON keys and in words."""

from collections.abc import Sequence
from typing import Any

from kiosk.core.bidi import ltr
from kiosk.core.card_terminal import Step
from kiosk.core.cards import State
from kiosk.core.errors import InBoth, Language
from kiosk.core.money import format_pounds
from kiosk.desk.card import Paid
from kiosk.store.queries.cards import Attempt

_STEPS = {
    Step.CONNECTING: ("نتصل بالماكينة…", "Connecting to the terminal…"),
    Step.PRESENT_CARD: (
        "اطلب من المواطن تمرير البطاقة على الماكينة.",
        "Ask the citizen to present the card.",
    ),
    Step.TYPING: (
        "اطلب من المواطن كتابة رقمه السري على الماكينة.",
        "Ask for the secret number on the terminal.",
    ),
    Step.ASKING_BANK: ("الماكينة تسأل البنك…", "The terminal asks the bank…"),
    Step.REMOVE_CARD: ("اطلب من المواطن سحب البطاقة.", "Ask the citizen to take the card out."),
    Step.WORKING: ("الماكينة تعمل…", "The terminal is at work…"),
}
_ENDS = {
    State.COMPLETED: InBoth("تم الدفع بالبطاقة.", "Paid by card."),
    State.APPROVED: InBoth("وافقت الماكينة.", "The terminal approved."),
    State.DECLINED: InBoth(
        "الماكينة رفضت. لم يُخصم شيء من البطاقة.", "The terminal refused. Nothing was charged."
    ),
    State.NOT_DONE: InBoth("لم تتم العملية. لم يُخصم شيء.", "It was not done. Nothing was charged."),
}
_DOUBT = InBoth(
    "لا نعرف هل خُصم المبلغ. لا تحصّل مرة أخرى: لا بالبطاقة ولا نقدًا.",
    "It is not known whether the card was charged. Do not take the money again, by card or cash.",
)
_REVERSED = InBoth(
    "ردّت الماكينة المبلغ على البطاقة. ألغِ الإيصال الآن.",
    "The terminal put the money back. Void the receipt now.",
)


def said_step(step: Step) -> tuple[str, str]:
    """How far the terminal is, in Arabic and English."""
    return _STEPS[step]


def attempt_plain(one: Attempt) -> dict[str, Any]:
    """An attempt as JSON keys."""
    return {
        "attempt": one.seq,
        "kind": one.kind,
        "state": one.state.value,
        "why": one.why,
        "terminal": one.terminal,
        "piastres": one.piastres,
        "reference": one.reference,
        "counter_before": one.counter,
        "trace": one.trace,
        "receipt_no": one.receipt_no,
        "staff": one.staff,
    }


def ended_plain(paid: Paid) -> dict[str, Any]:
    """How an attempt stands now, and the receipt that it became."""
    return {**attempt_plain(paid.attempt), "receipt": paid.taken.number if paid.taken else None}


def ended_text(paid: Paid, language: Language) -> str:
    """The same in words."""
    one = paid.attempt
    words = _ENDS.get(one.state, _DOUBT)
    if one.kind == "reversal" and one.state is State.APPROVED:
        words = _REVERSED
    said = [words.ar if language == "ar" else words.en]
    if paid.taken is not None:
        label = "الإيصال" if language == "ar" else "Receipt"
        said.append(f"{label} {ltr(paid.taken.number) if language == 'ar' else paid.taken.number}")
    if words is _DOUBT:
        command = f"kiosk card resolve {one.seq}"
        said.append(f"احسمها بالأمر {ltr(command)}." if language == "ar" else f"Settle it: {command}")
    return "\n".join(said)


def open_plain(found: Sequence[Attempt]) -> dict[str, Any]:
    """Those that are open."""
    return {"count": len(found), "open": [attempt_plain(one) for one in found]}


def open_text(found: Sequence[Attempt], language: Language) -> str:
    """One line each."""
    if not found:
        return "لا توجد عملية بطاقة مفتوحة." if language == "ar" else "No card payment is open."
    return "\n".join(_line(one, language) for one in found)


def _line(one: Attempt, language: Language) -> str:
    amount = format_pounds(one.piastres, language)
    if language == "en":
        return f"{one.seq}  {one.terminal}  {one.reference}  {amount}  {one.state.value} ({one.why})"
    states = {
        State.PREPARED: "لم تُرسل",
        State.SENT: "أُرسلت ولم يُعرف الرد",
        State.APPROVED: "خُصم المبلغ ولم يصدر الإيصال",
        State.UNKNOWN: "لا نعرف هل خُصم المبلغ: اسأل الماكينة",
        State.PERSON: "لا نعرف هل خُصم المبلغ: اقرأ سجل الماكينة",
    }
    head = f"{one.seq}  {one.terminal}  {one.reference}"
    return f"{ltr(head)}  {amount}  {states[one.state]}"
