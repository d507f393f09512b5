"""Situations of the policy file: a setting that is missing, misspelt, or of the wrong shape."""

from kiosk.core.errors import Kind, Situation

SITUATIONS = {
    "policy.missing": Situation(
        Kind.INPUT,
        ar="{file} سطر {line}: الخانة {name} ناقصة.",
        remedy_ar="أضف الخانة وقيمتها، أو اكتب unknown لو القيمة لم تُحدد بعد وكان ذلك مسموحًا.",
        en="{file} line {line}: {name} is missing.",
        remedy_en="Add it with its value, or write unknown where nobody has decided and that is allowed.",
    ),
    "policy.unexpected": Situation(
        Kind.INPUT,
        ar="{file} سطر {line}: الخانة {name} غير معروفة.",
        remedy_ar="راجع كتابة الاسم. الأسماء المعروفة هنا: {known}.",
        en="{file} line {line}: {name} is not a known name.",
        remedy_en="Check the spelling. Known here: {known}.",
    ),
    "policy.wrong_value": Situation(
        Kind.INPUT,
        ar="{file} سطر {line}: القيمة {value} للخانة {name} غير مقبولة.",
        remedy_ar="اكتب مثلًا {expected}.",
        en="{file} line {line}: {value} is not a value for {name}.",
        remedy_en="Write, for example, {expected}.",
    ),
    "policy.must_be_known": Situation(
        Kind.INPUT,
        ar="{file} سطر {line}: لا يصح أن تكون {name} غير محددة (unknown).",
        remedy_ar="اكتب لها قيمة، ولو تجريبية مع sample: yes.",
        en="{file} line {line}: {name} cannot be unknown.",
        remedy_en="Give it a value, a sample one with sample: yes if need be.",
    ),
    "policy.dates_overlap": Situation(
        Kind.INPUT,
        ar="{file} سطر {line}: مدتان متداخلتان للخانة {name} أو ترتيب المدد مقلوب.",
        remedy_ar="رتب المدد من الأقدم للأحدث، واجعل نهاية كل مدة قبل بداية التي بعدها.",
        en="{file} line {line}: two periods of {name} overlap or stand in the wrong order.",
        remedy_en="Write the oldest first, and end each period before the next begins.",
    ),
    "policy.limits_crossed": Situation(
        Kind.INPUT,
        ar="{file} سطر {line}: الحد {lower} أكبر من الحد {upper} يوم {day}.",
        remedy_ar="اجعل {lower} أقل من {upper} أو مساويًا له.",
        en="{file} line {line}: {lower} is above {upper} on {day}.",
        remedy_en="Make {lower} no greater than {upper}.",
    ),
}
