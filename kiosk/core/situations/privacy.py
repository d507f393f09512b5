"""Situations of personal data: erasing by law or because its time is over, and what a device may keep."""

from kiosk.core.errors import Kind, Situation

SITUATIONS = {
    "privacy.nothing_due": Situation(
        Kind.REFUSED,
        ar="لا بيانات أشخاص انتهت مدة حفظها على هذا الجهاز.",
        remedy_ar="لا شيء مطلوب. الأمر kiosk privacy due يبيّن المدد.",
        en="No personal data on this device is past its time.",
        remedy_en="Nothing to do. kiosk privacy due shows the times.",
    ),
    "privacy.nobody": Situation(
        Kind.INPUT,
        ar="لا بيانات على هذا الجهاز لصاحب هذا الرقم.",
        remedy_ar="راجع الرقم. ما عند المركز يُمحى عند المركز.",
        en="This device holds no record of this number.",
        remedy_en="Check the number. What the centre holds is erased there.",
    ),
    "privacy.too_many": Situation(
        Kind.REFUSED,
        ar="لصاحب هذا الرقم {count} سجلًا، والقيد الواحد يكفي {limit}.",
        remedy_ar="أبلغ المركز: المحو يتم هناك.",
        en="This number has {count} records; one entry names at most {limit}.",
        remedy_en="Tell the centre: it is erased there.",
    ),
    "verify.erased_without_entry": Situation(
        Kind.DAMAGED,
        ar="مفتاح بيانات الشخص {person} مُحي بلا قيد يقول لماذا.",
        remedy_ar="أبلغ المركز والمشرف: المحو لا يكون إلا بقيد.",
        en="The key of the record {person} was destroyed without an entry that says why.",
        remedy_en="Tell the centre and the supervisor: nothing is erased without an entry.",
    ),
    "verify.not_erased": Situation(
        Kind.DAMAGED,
        ar="بيانات الشخص {person} مُحيت بقيد، ومفتاحها موجود على الجهاز.",
        remedy_ar="أبلغ المركز: رجع إلى الجهاز ما مُحي منه.",
        en="An entry erased the record {person}, but its key is on this device.",
        remedy_en="Tell the centre: what was erased has come back.",
    ),
}
