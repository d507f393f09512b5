"""What people are told about a checked receipt code: one sentence for each outcome, in both languages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo

from kiosk.core.bidi import ltr
from kiosk.core.dates import format_numeric_date
from kiosk.core.errors import Kind, Language
from kiosk.core.money import format_pounds
from kiosk.core.receipt_keys import KeyList
from kiosk.core.seal import Outcome, Verified


@dataclass(frozen=True)
class Answer:
    """Sentences of an outcome and how a command ends with it: 0, 3 (not to be relied on) or 5 (altered)."""

    ar: str
    en: str
    exit_code: int

    def text(self, language: Language) -> str:
        """The sentence of a language."""
        return self.ar if language == "ar" else self.en


ANSWERS: Mapping[Outcome, Answer] = {
    Outcome.GENUINE: Answer(
        "الإيصال صحيح: صدر من جهاز المركز وبياناته لم تتغير.",
        "The receipt is genuine: the centre's device issued it and nothing in it was changed.",
        0,
    ),
    Outcome.VOID: Answer(
        "الإيصال ملغى: صدر من جهاز المركز ثم أُلغي، فلا يثبت سدادًا.",
        "The receipt is void: the centre's device issued it and it was cancelled; it proves no payment.",
        int(Kind.REFUSED),
    ),
    Outcome.ALTERED: Answer(
        "الكود معدَّل: بياناته ليست كما وقّعها الجهاز. احتفظ بالورقة وبلّغ المركز.",
        "The code was altered: it does not say what the device signed. Keep the paper and tell the centre.",
        int(Kind.DAMAGED),
    ),
    Outcome.KEY_UNKNOWN: Answer(
        "قائمة المفاتيح التي لديك لا تعرف هذا الجهاز. حدّث القائمة ثم أعد التحقق.",
        "Your key list does not know this device. Update the list, then check again.",
        int(Kind.REFUSED),
    ),
    Outcome.KEY_REVOKED: Answer(
        "مفتاح هذا الجهاز أُلغي، ولم يؤكد المركز استلام هذا الإيصال. راجع المركز برقمه.",
        "This device's key was revoked and the centre has not confirmed this receipt. Ask it by the number.",
        int(Kind.REFUSED),
    ),
    Outcome.KEY_NOT_VALID_THEN: Answer(
        "تاريخ الإيصال خارج مدة صلاحية مفتاح الجهاز. راجع المركز برقم الإيصال.",
        "The receipt's date is outside the time for which the device's key was valid. Ask the centre.",
        int(Kind.REFUSED),
    ),
    Outcome.OTHER_HOST: Answer(
        "الكود يفتح موقعًا غير موقع المركز، فلا تعتمد عليه ولا تفتحه.",
        "The code opens a site that is not the centre's. Do not rely on it and do not open it.",
        int(Kind.REFUSED),
    ),
}


def describe(found: Verified, keys: KeyList, language: Language, zone: tzinfo) -> list[str]:
    """Say the outcome, what the receipt says where its signature holds, and how old the key list is.

    Times are shown in `zone`, because people compare them with the paper.
    """
    lines = [ANSWERS[found.outcome].text(language)]
    facts, key = found.facts, found.key
    arabic = language == "ar"
    if facts is not None and key is not None:
        amount = format_pounds(facts.amount, language)
        at = f"{facts.at.astimezone(zone):%d/%m/%Y %H:%M}"
        lines += (
            [
                f"رقم الإيصال: {ltr(facts.number)}",
                f"المبلغ: {amount}",
                f"نوع الخدمة أو المديونية: {ltr(facts.service)}",
                f"وقت الإصدار: {ltr(at)}",
                f"الجهة: {key.unit_name} – جهاز {ltr(key.device)}",
                f"كود التحقق: {ltr(found.check)}",
            ]
            if arabic
            else [
                f"Receipt: {facts.number}",
                f"Amount: {amount}",
                f"Service or debt: {facts.service}",
                f"Issued: {at}",
                f"Unit: {key.unit} – device {key.device}",
                f"Check code: {found.check}",
            ]
        )
    else:
        lines.append(f"موقع المركز: {ltr(keys.host)}" if arabic else f"The centre's site: {keys.host}")
    day = keys.issued.date()
    lines.append(
        f"قائمة المفاتيح بتاريخ {format_numeric_date(day)}." if arabic else f"Key list of {day:%Y-%m-%d}."
    )
    return lines
