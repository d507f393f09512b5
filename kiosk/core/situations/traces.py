"""Situations of recorded exchanges of devices."""

from kiosk.core.errors import Kind, Situation

SITUATIONS = {
    "trace.damaged": Situation(
        Kind.INPUT,
        ar="سطر {line} في ملف التسجيل {file} غير مفهوم: {value}.",
        remedy_ar="أعد التسجيل من جديد، ولا تعدّل الملف بيدك.",
        en="Line {line} of the recording {file} cannot be understood: {value}.",
        remedy_en="Record again, and do not edit the file by hand.",
    ),
    "trace.hidden_answer": Situation(
        Kind.INPUT,
        ar="في ملف التسجيل {file} رد محجوب عند الثانية {at}، فلا يمكن إعادة تشغيله.",
        remedy_ar="أعد تشغيل تسجيل آخر، أو سجّل من جهاز المحاكاة.",
        en="The recording {file} has a hidden answer at second {at}, so it cannot be played again.",
        remedy_en="Play another recording, or record from the simulator.",
    ),
}
