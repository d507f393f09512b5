"""Situations of text that is searched for."""

from kiosk.core.errors import Kind, Situation

SITUATIONS = {
    "search.nothing_typed": Situation(
        Kind.INPUT,
        ar="لا يوجد في الكلام المكتوب حرف أو رقم للبحث عنه.",
        remedy_ar="اكتب الاسم أو جزءًا منه، أو الرقم.",
        en="There is no letter or digit to search for.",
        remedy_en="Type a name, a part of one, or a number.",
    ),
}
