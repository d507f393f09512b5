"""Situations of the fee tables: mistakes in the rule files, and in what is typed to work out a fee."""

from kiosk.core.errors import Kind, Situation


def _in_file(ar: str, remedy_ar: str, en: str, remedy_en: str) -> Situation:
    return Situation(
        Kind.INPUT,
        ar="{file} سطر {line}: " + ar,
        remedy_ar=remedy_ar,
        en="{file} line {line}: " + en,
        remedy_en=remedy_en,
    )


_OF_FILES = {
    "fees.rule_syntax": _in_file(
        "القاعدة {rule} غير مكتوبة كما يجب، والخطأ عند {at}.",
        "اكتبها على شكل SHAPE(name, key=name) كما في docs/fees.md.",
        "the rule {rule} is not well written; it goes wrong at {at}.",
        "Write it as SHAPE(name, key=name), as in docs/fees.md.",
    ),
    "fees.shape_unknown": _in_file(
        "لا توجد قاعدة باسم {shape}.",
        "اختر واحدة من: {known}.",
        "there is no rule called {shape}.",
        "Choose one of: {known}.",
    ),
    "fees.argument_unknown": _in_file(
        "القاعدة {shape} لا تأخذ {argument}.",
        "اكتب فقط ما تأخذه: {known}.",
        "{shape} does not take {argument}.",
        "Write only what it takes: {known}.",
    ),
    "fees.argument_missing": _in_file(
        "القاعدة {shape} ينقصها {argument}.",
        "أضف {argument} بين القوسين.",
        "{shape} lacks {argument}.",
        "Add {argument} between the brackets.",
    ),
    "fees.argument_kind": _in_file(
        "القيمة {text} لا تصلح للخانة {argument} في {shape}.",
        "المطلوب هنا: {expected}.",
        "{text} does not fit {argument} of {shape}.",
        "What is wanted here: {expected}.",
    ),
    "fees.modifier_here": _in_file(
        "التعديل {modifier} لا يستعمل مع {shape}.",
        "احذفه من هذا البند أو انقله إلى البند الذي يخصه.",
        "{modifier} cannot be used with {shape}.",
        "Remove it from this line or move it to the line that it belongs to.",
    ),
    "fees.parameter_unknown": _in_file(
        "القيمة {name} غير موجودة في ملف القيم.",
        "أضفها إلى resources/fees/parameters.yaml بتاريخها ومصدرها، أو صحح الاسم.",
        "the parameter {name} is not in the file of parameters.",
        "Add it to resources/fees/parameters.yaml with its date and source, or correct the name.",
    ),
    "fees.input_name_unknown": _in_file(
        "البيان {name} غير معرف.",
        "عرّفه في resources/fees/inputs.yaml أو صحح الاسم.",
        "the input {name} is not defined.",
        "Define it in resources/fees/inputs.yaml or correct the name.",
    ),
    "fees.input_kind": _in_file(
        "البيان {name} من نوع {type} ولا يصلح للخانة {argument}.",
        "استعمل بيانًا من نوع: {expected}.",
        "the input {name} is of type {type} and does not fit {argument}.",
        "Use an input of type: {expected}.",
    ),
    "fees.option_unknown": _in_file(
        "الاختيار {option} ليس من اختيارات {name}.",
        "استعمل أحد هذه: {known}.",
        "{option} is not one of the choices of {name}.",
        "Use one of: {known}.",
    ),
    "fees.line_unknown": _in_file(
        "لا يوجد في هذه الخدمة بند اسمه {name}.",
        "اكتب الاسم كما في خانة id للبند المقصود.",
        "this service has no line called {name}.",
        "Write the name as in the id of the line that is meant.",
    ),
    "fees.line_twice": _in_file(
        "البند {name} مكرر في هذه الخدمة.",
        "أعط أحد البندين id آخر.",
        "the line {name} occurs twice in this service.",
        "Give one of them another id.",
    ),
    "fees.service_twice": _in_file(
        "الخدمة {service} مكتوبة مرتين.",
        "احذف إحدى المرتين.",
        "the service {service} is written twice.",
        "Remove one of the two.",
    ),
    "fees.same_as_unknown": _in_file(
        "القاعدة تشير إلى الخدمة {service} وليس لها رسوم هنا.",
        "صحح كود الخدمة بعد SAME_AS.",
        "the rule points to the service {service}, which has no fees here.",
        "Correct the service code after SAME_AS.",
    ),
    "fees.cycle": _in_file(
        "الحساب يدور في حلقة: {path}.",
        "اقطع الحلقة: بند واحد منها لازم يحسب من غير الباقي.",
        "the calculation goes round in a circle: {path}.",
        "Break it: one of these must be worked out without the others.",
    ),
    "fees.account_unknown": _in_file(
        "حساب الإيراد {name} غير موجود.",
        "أضفه إلى resources/fees/accounts.yaml أو صحح الاسم.",
        "there is no revenue account {name}.",
        "Add it to resources/fees/accounts.yaml or correct the name.",
    ),
    "fees.account_kind": _in_file(
        "الحساب {name} لا يصلح لبند {shape}.",
        "التأمين المسترد يقيد في حساب أمانات (trust) فقط، وغيره لا يقيد فيه.",
        "the account {name} does not fit a line of {shape}.",
        "Refundable deposits go to a trust account, and nothing else does.",
    ),
    "fees.key_missing": _in_file(
        "ينقص {key}.",
        "أضف الخانة {key}.",
        "{key} is missing.",
        "Add the key {key}.",
    ),
    "fees.key_unknown": _in_file(
        "الخانة {key} غير معروفة هنا.",
        "الخانات المعروفة: {known}.",
        "the key {key} is not known here.",
        "The known keys are: {known}.",
    ),
    "fees.value_kind": _in_file(
        "القيمة {text} غير مفهومة.",
        "المطلوب: {expected}.",
        "{text} cannot be understood.",
        "What is wanted: {expected}.",
    ),
    "fees.rows_gap": _in_file(
        "القيمة {name} بلا سطر من {from_date} إلى {to_date}.",
        "صحح التاريخين، أو اكتب campaign: yes إن كانت تسري في فترات متقطعة.",
        "the parameter {name} has no row from {from_date} to {to_date}.",
        "Correct the dates, or write campaign: yes when it applies in separate periods.",
    ),
    "fees.rows_overlap": _in_file(
        "القيمة {name} لها سطران يوم {date}.",
        "اجعل كل سطر ينتهي قبل أن يبدأ الذي بعده، ورتبها من الأقدم إلى الأحدث.",
        "the parameter {name} has two rows on {date}.",
        "Let each row end before the next begins, oldest first.",
    ),
    "fees.bands_order": _in_file(
        "الشرائح غير مرتبة: {second} بعد {first}.",
        "رتب الشرائح من الأصغر إلى الأكبر بلا تكرار.",
        "the bands are not in order: {second} after {first}.",
        "Order them from small to large, each once.",
    ),
    "fees.table_shape": _in_file(
        "جدول القيمة {name} لا يناسب القاعدة: {found}.",
        "المطلوب هنا: {expected}.",
        "the table of {name} does not suit the rule: {found}.",
        "What is wanted here: {expected}.",
    ),
    "fees.example": _in_file(
        "مثال الخدمة {service} لا يمكن حسابه: {reason}",
        "صحح المثال أو القاعدة حتى يعطي المثال مبلغًا.",
        "the example of {service} cannot be worked out: {reason}",
        "Correct the example or the rule until the example gives an amount.",
    ),
    "fees.schedule_outside": _in_file(
        "القيمة {name} فيها {amount} وهو خارج الحدود {limits}.",
        "صحح الجدول: القانون لا يسمح بقيمة خارج هذه الحدود.",
        "the parameter {name} holds {amount}, outside the limits {limits}.",
        "Correct the table: the law allows no value outside them.",
    ),
}

_OF_QUOTES = {
    "fees.service_unknown": Situation(
        Kind.INPUT,
        ar="لا توجد رسوم مسجلة للخدمة {service}.",
        remedy_ar="راجع كود الخدمة، مثل BLD-01.",
        en="There are no fees on record for the service {service}.",
        remedy_en="Check the code of the service, like BLD-01.",
    ),
    "fees.input_unknown": Situation(
        Kind.INPUT,
        ar="حساب رسوم {service} لا يأخذ البيان {name}.",
        remedy_ar="اكتب kiosk fee {service} --keys لعرض البيانات المطلوبة.",
        en="The fee of {service} does not take {name}.",
        remedy_en="Type kiosk fee {service} --keys for what it takes.",
    ),
    "fees.input_missing": Situation(
        Kind.INPUT,
        ar="ينقص بيان: {label} ({name}).",
        remedy_ar="اكتب {name} ثم علامة = ثم القيمة.",
        en="Something is missing: {label} ({name}).",
        remedy_en="Write {name}, then =, then the value.",
    ),
    "fees.input_not_number": Situation(
        Kind.INPUT,
        ar="{label}: القيمة {text} ليست رقمًا.",
        remedy_ar="اكتب رقمًا موجبًا بالأرقام فقط، مثل 120 أو 120.50.",
        en="{label}: {text} is not a number.",
        remedy_en="Write a positive number in digits only, like 120 or 120.50.",
    ),
    "fees.input_not_whole": Situation(
        Kind.INPUT,
        ar="{label}: القيمة {text} ليست عددًا صحيحًا.",
        remedy_ar="اكتب عددًا صحيحًا بلا كسور، مثل 3.",
        en="{label}: {text} is not a whole number.",
        remedy_en="Write a whole number, like 3.",
    ),
    "fees.input_not_money": Situation(
        Kind.INPUT,
        ar="{label}: القيمة {text} ليست مبلغًا.",
        remedy_ar="اكتب المبلغ بالجنيه، مثل 1,000.00.",
        en="{label}: {text} is not an amount of money.",
        remedy_en="Write the amount in pounds, like 1,000.00.",
    ),
    "fees.input_too_small": Situation(
        Kind.INPUT,
        ar="{label}: القيمة {text} أقل من المسموح ({limit}).",
        remedy_ar="راجع القيمة واكتبها من جديد.",
        en="{label}: {text} is below what is allowed ({limit}).",
        remedy_en="Check the value and type it again.",
    ),
    "fees.input_too_large": Situation(
        Kind.INPUT,
        ar="{label}: القيمة {text} أكبر من المسموح ({limit}).",
        remedy_ar="راجع القيمة واكتبها من جديد.",
        en="{label}: {text} is above what is allowed ({limit}).",
        remedy_en="Check the value and type it again.",
    ),
    "fees.choice_unknown": Situation(
        Kind.INPUT,
        ar="{label}: {text} ليس من الاختيارات.",
        remedy_ar="اختر واحدًا من: {known}.",
        en="{label}: {text} is not one of the choices.",
        remedy_en="Choose one of: {known}.",
    ),
    "fees.yes_no": Situation(
        Kind.INPUT,
        ar="{label}: {text} ليست نعم ولا لا.",
        remedy_ar="اكتب yes أو no.",
        en="{label}: {text} is neither yes nor no.",
        remedy_en="Write yes or no.",
    ),
    "fees.text_bad": Situation(
        Kind.INPUT,
        ar="{label}: النص فارغ أو طويل أو فيه علامات لا تكتب.",
        remedy_ar="اكتب الرقم أو المرجع كما هو في الورقة، حتى {limit} حرفًا.",
        en="{label}: the text is empty, too long or holds marks that cannot be typed.",
        remedy_en="Write the number or reference as it stands on the paper, up to {limit} characters.",
    ),
    "fees.no_row": Situation(
        Kind.INPUT,
        ar="لا توجد قيمة مسجلة لـ {label} في {date}.",
        remedy_ar="أول قيمة مسجلة تبدأ {first}. اختر تاريخًا بعده، أو أضف القيمة القديمة.",
        en="There is no value on record for {label} on {date}.",
        remedy_en="The first one starts {first}. Choose a later date, or add the older value.",
    ),
    "fees.beyond_table": Situation(
        Kind.INPUT,
        ar="{label}: القيمة {text} أكبر من آخر شريحة في الجدول ({last}).",
        remedy_ar="راجع القيمة، فإن كانت صحيحة فأبلغ المركز أن الجدول ينتهي عند {last}.",
        en="{label}: {text} is beyond the last band of the table ({last}).",
        remedy_en="Check the value; when it is right, tell the centre that the table ends at {last}.",
    ),
    "fees.outside_limits": Situation(
        Kind.INPUT,
        ar="{label}: المبلغ {amount} خارج الحدود المقررة ({limits}).",
        remedy_ar="راجع المبلغ في الإخطار أو الجدول، ولا تحصله قبل تصحيحه.",
        en="{label}: the amount {amount} is outside the limits set ({limits}).",
        remedy_en="Check the amount in the notice or the table, and collect it only once corrected.",
    ),
    "fees.instalments_many": Situation(
        Kind.INPUT,
        ar="{label}: عدد الأقساط {count} أكبر من المسموح ({limit}).",
        remedy_ar="اختر عدد أقساط لا يزيد على {limit}.",
        en="{label}: {count} instalments are more than allowed ({limit}).",
        remedy_en="Choose no more than {limit}.",
    ),
    "fees.amount_too_large": Situation(
        Kind.INPUT,
        ar="{label}: المبلغ الناتج أكبر من أي مبلغ معقول.",
        remedy_ar="راجع المساحة والعدد والقيمة التي كتبتها.",
        en="{label}: the amount comes out larger than any sensible one.",
        remedy_en="Check the area, the count and the value that were typed.",
    ),
    "fees.paid_more": Situation(
        Kind.INPUT,
        ar="{label}: ما سبق سداده {paid} أكبر من المستحق {amount}.",
        remedy_ar="راجع المبلغ المسدد. الزيادة ترد بطلب رد ولا تخصم هنا.",
        en="{label}: {paid} was paid before, more than the {amount} due.",
        remedy_en="Check what was paid. An excess is returned by a refund request, not here.",
    ),
}

_OF_DATASETS = {
    "fees.dataset": Situation(
        Kind.DAMAGED,
        ar="جدول الرسوم المستلم لا يمكن قراءته: {detail}",
        remedy_ar="استعمل النسخة السابقة واطلب من المركز إرسال الجدول من جديد.",
        en="The fee table received cannot be read: {detail}",
        remedy_en="Keep the previous one and ask the centre to send the table again.",
    ),
}

SITUATIONS: dict[str, Situation] = {**_OF_FILES, **_OF_QUOTES, **_OF_DATASETS}
