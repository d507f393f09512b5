"""Situations of files that people hand to the program: missing, unreadable, badly written."""

from kiosk.core.errors import Kind, Situation

SITUATIONS = {
    "file.missing": Situation(
        Kind.ENVIRONMENT,
        ar="الملف {path} غير موجود.",
        remedy_ar="راجع اسم الملف ومكانه.",
        en="The file {path} does not exist.",
        remedy_en="Check its name and place.",
    ),
    "file.unreadable": Situation(
        Kind.ENVIRONMENT,
        ar="تعذرت قراءة الملف {path}: {reason}",
        remedy_ar="راجع أن الملف سليم وأن لك صلاحية قراءته.",
        en="The file {path} cannot be read: {reason}",
        remedy_en="Check that it is sound and that you may read it.",
    ),
    "file.not_utf8": Situation(
        Kind.INPUT,
        ar="الملف {path} ليس مكتوبًا بترميز UTF-8.",
        remedy_ar="احفظ الملف من جديد بترميز UTF-8. من إكسل اختر CSV UTF-8.",
        en="The file {path} is not written in UTF-8.",
        remedy_en="Save it again as UTF-8. From Excel choose CSV UTF-8.",
    ),
    "yaml.syntax": Situation(
        Kind.INPUT,
        ar="{file} سطر {line}: كتابة الملف غير مفهومة ({detail}).",
        remedy_ar="راجع المسافات في أول السطر وعلامة النقطتين : وعلامات التنصيص في هذا السطر والذي قبله.",
        en="{file} line {line}: the file cannot be understood ({detail}).",
        remedy_en="Check the indentation, the colon and the quotation marks on this line and the one before.",
    ),
    "yaml.duplicate_key": Situation(
        Kind.INPUT,
        ar="{file} سطر {line}: الخانة {key} مكررة.",
        remedy_ar="احذف إحدى المرتين.",
        en="{file} line {line}: the key {key} is written twice.",
        remedy_en="Remove one of the two.",
    ),
}
