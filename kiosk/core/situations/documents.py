"""Situations of receipt and slip templates: YAML that people may edit."""

from kiosk.core.errors import Kind, Situation

SITUATIONS = {
    "template.unknown_word": Situation(
        Kind.INPUT,
        ar="{file} سطر {line}: الكلمة {word} غير معروفة هنا. المتاح: {allowed}.",
        remedy_ar="صحح الكلمة أو احذفها.",
        en="{file} line {line}: the word {word} is not known here. Known: {allowed}.",
        remedy_en="Correct it or remove it.",
    ),
    "template.unknown_field": Situation(
        Kind.INPUT,
        ar="{file} سطر {line}: لا توجد خانة باسم {field} في بيانات هذا المستند.",
        remedy_ar="راجع أسماء الخانات في docs/paper/README.md.",
        en="{file} line {line}: this document has no field called {field}.",
        remedy_en="See the names of the fields in docs/paper/README.md.",
    ),
    "template.missing": Situation(
        Kind.INPUT,
        ar="{file} سطر {line}: الخانة {key} ناقصة أو مكتوبة على شكل آخر.",
        remedy_ar="أضفها كما في القوالب الموجودة في resources/templates.",
        en="{file} line {line}: {key} is missing or has another shape.",
        remedy_en="Add it the way the templates in resources/templates do.",
    ),
}
