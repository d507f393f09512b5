"""Situations of the service catalogue: mistakes in its files, and data that is damaged or not there."""

from kiosk.core.errors import Kind, Situation


def _written(ar: str, remedy_ar: str, en: str, remedy_en: str) -> Situation:
    """A mistake in a file of the catalogue, at a line."""
    return Situation(
        Kind.INPUT,
        ar=f"{{file}} سطر {{line}}: {ar}",
        remedy_ar=remedy_ar,
        en=f"{{file}} line {{line}}: {en}",
        remedy_en=remedy_en,
    )


def _unknown(thing_ar: str, place_ar: str, thing_en: str, place_en: str) -> Situation:
    return _written(
        f"{thing_ar} {{name}} غير معروف.",
        f"اختر من {place_ar} أو أضفه هناك؛ أقرب اسم مكتوب: {{nearest}}",
        f"there is no {thing_en} {{name}}.",
        f"Choose from {place_en} or add it there; the nearest one is {{nearest}}.",
    )


_SHAPE = {
    "catalogue.unknown_key": _written(
        "الخانة {key} غير معروفة هنا.",
        "صحح اسمها؛ أقرب اسم: {nearest}",
        "the key {key} is not known here.",
        "Mend its name; the nearest one is {nearest}.",
    ),
    "catalogue.missing_key": _written(
        "الخانة {key} ناقصة.", "أضف الخانة {key}.", "the key {key} is missing.", "Add the key {key}."
    ),
    "catalogue.not_a_map": _written(
        "المطلوب هنا خانات تحت بعضها، لا كلمة واحدة.",
        "اكتب كل خانة في سطر على شكل اسم ثم نقطتين ثم قيمة.",
        "keys are wanted here, not a single word or a list.",
        "Write one key a line, each with a colon and its value.",
    ),
    "catalogue.not_a_list": _written(
        "الخانة {key} قائمة، وليست كلمة واحدة.",
        "اكتب كل عنصر في سطر يبدأ بشرطة.",
        "the key {key} takes a list.",
        "Write each item on a line that begins with a dash.",
    ),
    "catalogue.not_a_word": _written(
        "قيمة {key} فارغة أو ليست كلمة واحدة.",
        "اكتب القيمة بعد النقطتين في السطر نفسه.",
        "the value of {key} is empty or not a single value.",
        "Write the value after the colon, on the same line.",
    ),
    "catalogue.not_whole": _written(
        "القيمة {value} في {key} ليست رقمًا صحيحًا لا يقل عن {least}.",
        "اكتب الأرقام وحدها.",
        "the value {value} of {key} is not a whole number of at least {least}.",
        "Write digits only.",
    ),
    "catalogue.not_yes_no": _written(
        "القيمة {value} في {key} ليست yes ولا no.",
        "اكتب yes أو no.",
        "the value {value} of {key} is neither yes nor no.",
        "Write yes or no.",
    ),
    "catalogue.not_a_date": _written(
        "القيمة {value} ليست تاريخًا.",
        "اكتب التاريخ على شكل 2026-11-24.",
        "{value} is not a date.",
        "Write it like 2026-11-24.",
    ),
    "catalogue.unknown_word": _written(
        "الكلمة {word} غير معروفة في {key}؛ أقرب كلمة: {nearest}",
        "اكتب واحدة من: {known}",
        "the word {word} is not known for {key}; the nearest one is {nearest}.",
        "Write one of: {known}.",
    ),
    "catalogue.missing_arabic": _written(
        "النص العربي ناقص.", "اكتب النص بعد ar:", "the Arabic text is missing.", "Write it after ar:"
    ),
    "catalogue.missing_english": _written(
        "النص الإنجليزي ناقص.", "اكتب النص بعد en:", "the English text is missing.", "Write it after en:"
    ),
    "catalogue.arabic_has_latin": _written(
        "في النص العربي حروف لاتينية: {found} في «{text}».",
        "اكتبها بالعربية أو احذفها.",
        "the Arabic text has Latin letters: {found} in “{text}”.",
        "Write them in Arabic or remove them.",
    ),
    "catalogue.arabic_has_digits": _written(
        "في النص العربي رقم مكتوب هكذا {found} في «{text}».",
        "اكتب الأرقام بالشكل 0-9 حتى تظهر كلها متشابهة.",
        "the Arabic text has the digit {found} in “{text}”.",
        "Write digits as 0-9, so that all look alike.",
    ),
    "catalogue.arabic_in_latin": _written(
        "النص العربي {text} ليس فيه حروف عربية.",
        "اكتب النص العربي بعد ar: والإنجليزي بعد en:",
        "the Arabic text {text} has no Arabic letters.",
        "Write the Arabic text after ar: and the English one after en:",
    ),
    "catalogue.english_in_arabic": _written(
        "النص الإنجليزي «{text}» فيه حروف عربية.",
        "اكتب النص الإنجليزي وحده بعد en:",
        "the English text “{text}” has Arabic letters.",
        "Write English only after en:",
    ),
    "catalogue.hidden_mark": _written(
        "في النص علامة لا تُرى أو مدّة: «{text}».",
        "امسح السطر واكتبه بيدك بلا لصق.",
        "the text “{text}” holds an invisible mark or a stretch sign.",
        "Erase the line and type it by hand, without pasting.",
    ),
    "catalogue.version_label": _written(
        "رقم النسخة {value} فيه علامات غير مسموحة.",
        "اكتب أرقامًا أو حروفًا لاتينية بينها نقط أو شرطات، حتى 20 علامة.",
        "the version label {value} has characters that are not allowed.",
        "Use digits, Latin letters, points and dashes, at most 20 of them.",
    ),
}

_CODES = {
    "catalogue.unknown_family": _unknown("الباب", "families.yaml", "family", "families.yaml"),
    "catalogue.unknown_entity": _unknown("اسم الجهة", "entities.yaml", "entity", "entities.yaml"),
    "catalogue.unknown_mode": _written(
        "طريقة العمل {name} غير معروفة.",
        "اترك الطرق المعروفة وحدها؛ أقرب اسم: {nearest}",
        "there is no counter mode {name}.",
        "Keep to the known ones; the nearest is {nearest}.",
    ),
    "catalogue.unknown_paper": _unknown("المستند", "papers.yaml", "paper", "papers.yaml"),
    "catalogue.unknown_field": _unknown("الحقل", "fields.yaml", "shared field", "fields.yaml"),
    "catalogue.unknown_group": _unknown("اسم المجموعة", "groups.yaml", "group of fields", "groups.yaml"),
    "catalogue.unknown_gate": _unknown("اسم الشرط السابق", "gates.yaml", "gate", "gates.yaml"),
    "catalogue.unknown_service": _unknown("كود الخدمة", "services", "service", "the folder services"),
    "catalogue.duplicate_service": _written(
        "الكود {name} مستعمل من قبل في {other} سطر {other_line}.",
        "أعط الخدمة الجديدة كودًا آخر.",
        "the code {name} is already used in {other} line {other_line}.",
        "Give the new service another code.",
    ),
    "catalogue.duplicate_field": _written(
        "الحقل {name} موجود مرتين في النموذج.",
        "احذف إحدى المرتين، أو غير اسم أحدهما.",
        "the field {name} is in the form twice.",
        "Remove one of them or rename it.",
    ),
    "catalogue.duplicate_paper": _written(
        "المستند {name} مكتوب مرتين.",
        "احذف أحد السطرين.",
        "the paper {name} is listed twice.",
        "Remove one of the two lines.",
    ),
    "catalogue.service_code": _written(
        "كود الخدمة {name} ليس ثلاثة حروف لاتينية كبيرة ثم شرطة ثم رقمين أو ثلاثة.",
        "اكتبه مثل BLD-03.",
        "the service code {name} is not three capitals, a dash and two or three digits.",
        "Write it like BLD-03.",
    ),
    "catalogue.file_name": _written(
        "اسم الملف لا يطابق كود الخدمة.",
        "سمِّ الملف {name}.",
        "the file is not named after its service.",
        "Name the file {name}.",
    ),
    "catalogue.field_name": _written(
        "اسم الحقل {name} فيه علامات غير مسموحة.",
        "اكتبه بحروف لاتينية صغيرة وأرقام وشرطة سفلية، مثل area_m2.",
        "the field name {name} has characters that are not allowed.",
        "Use small Latin letters, digits and underscores, like area_m2.",
    ),
    "catalogue.option_code": _written(
        "كود الاختيار {name} فيه علامات غير مسموحة.",
        "اكتبه بحروف لاتينية صغيرة وأرقام، مثل city.",
        "the code {name} of an option has characters that are not allowed.",
        "Use small Latin letters and digits, like city.",
    ),
    "catalogue.unused_code": _written(
        "الكود {name} لا تستعمله أي خدمة.",
        "احذفه، أو اكتبه في الخدمة التي تحتاجه.",
        "no service uses the code {name}.",
        "Remove it, or name it in the service that needs it.",
    ),
}

_RULES = {
    "catalogue.choice_without_options": _written(
        "الحقل من نوع choice وليس له اختيارات.",
        "أضف options: وتحتها كل اختيار بكوده ونصه.",
        "a field of type choice has no options.",
        "Add options: and below it each option with its code and text.",
    ),
    "catalogue.key_of_other_type": _written(
        "الخانة {key} لا تناسب حقلًا من نوع {type}.",
        "احذفها؛ فهي للأنواع: {types}",
        "the key {key} does not fit a field of type {type}.",
        "Remove it; it belongs to the types {types}.",
    ),
    "catalogue.limits_crossed": _written(
        "الحد الأدنى {low} أكبر من الحد الأقصى {high}.",
        "صحح أحدهما.",
        "the smallest value {low} is above the largest {high}.",
        "Mend one of the two.",
    ),
    "catalogue.always_personal": _written(
        "حقل من نوع {type} بيانه شخصي دائمًا.",
        "احذف السطر personal: no.",
        "a field of type {type} is always personal.",
        "Remove the line personal: no.",
    ),
    "catalogue.condition_syntax": _written(
        "الشرط {text} غير مفهوم عند: {rest}",
        "اكتبه مثل place = city and kind in (shop, kiosk).",
        "the condition {text} cannot be understood at: {rest}",
        "Write it like place = city and kind in (shop, kiosk).",
    ),
    "catalogue.condition_unknown_field": _written(
        "الشرط يسأل عن حقل {name} وهو ليس في هذا النموذج؛ أقرب حقل: {nearest}",
        "صحح اسم الحقل أو أضفه قبل هذا السطر.",
        "the condition asks for the field {name}, which this form does not have; nearest: {nearest}.",
        "Mend the name, or add the field above this line.",
    ),
    "catalogue.condition_later_field": _written(
        "الشرط يسأل عن الحقل {name} وهو يأتي بعده أو هو نفسه.",
        "انقل الحقل {name} إلى ما قبل هذا السطر.",
        "the condition asks for the field {name}, which comes later or is the field itself.",
        "Move {name} above this line.",
    ),
    "catalogue.condition_value": _written(
        "القيمة {value} ليست من اختيارات الحقل {name}.",
        "اكتب واحدة من: {options}",
        "{value} is not an option of the field {name}.",
        "Write one of: {options}.",
    ),
    "catalogue.condition_field_type": _written(
        "لا يُبنى شرط على الحقل {name} لأن نوعه {type}.",
        "ابنِ الشرط على حقل نوعه choice أو yes_no.",
        "no condition can be made on the field {name}: its type is {type}.",
        "Use a field of type choice or yes_no.",
    ),
    "catalogue.condition_governorate": _written(
        "كود المحافظة {value} ليس رقمين.",
        "اكتبه برقمين مثل 02.",
        "the governorate code {value} is not two digits.",
        "Write two digits, like 02.",
    ),
    "catalogue.conditional_without_days": _written(
        "القبول المشروط ليس له مهلة.",
        "أضف days: وبعدها عدد أيام استكمال المستندات.",
        "the conditional acceptance has no deadline.",
        "Add days: and the days allowed for the missing papers.",
    ),
    "catalogue.later_without_days": _written(
        "المستند {paper} يُستكمل لاحقًا، والخدمة ليس لها مهلة استكمال.",
        "أضف conditional: وتحتها days و basis، أو احذف later: yes.",
        "the paper {paper} may follow later, but the service sets no deadline.",
        "Add conditional: with days and basis, or remove later: yes.",
    ),
    "catalogue.days_without_later": _written(
        "للخدمة مهلة استكمال وليس فيها مستند يُستكمل لاحقًا.",
        "أضف later: yes للمستندات التي تُستكمل، أو احذف conditional.",
        "the service sets a deadline, but none of its papers may follow later.",
        "Add later: yes to the papers that may, or remove conditional.",
    ),
    "catalogue.gate_without_key": _written(
        "الشرط السابق لا يذكر خدمة ولا مستندًا.",
        "أضف after: بأكواد الخدمات أو proof: بأكواد المستندات.",
        "the gate names neither a service nor a paper.",
        "Add after: with codes of services, or proof: with codes of papers.",
    ),
    "catalogue.gate_circle": _written(
        "خدمات تنتظر كل منها الأخرى: {path}",
        "احذف واحدًا من الشروط السابقة في هذه الدائرة.",
        "these services wait for each other: {path}",
        "Remove one of the gates in this circle.",
    ),
    "catalogue.time_limit_field": _written(
        "المدة تبدأ من {name} وهو ليس حقل تاريخ في النموذج؛ أقرب حقل: {nearest}",
        "اكتب بعد from: اسم حقل من نوع date.",
        "the period starts at {name}, which is no date field of the form; nearest: {nearest}.",
        "Write the name of a field of type date after from:",
    ),
    "catalogue.tender_needed": _written(
        "الخدمة {mode} للتحصيل ولا تذكر طريقة دفع.",
        "اكتب في tenders: cash أو slip أو كليهما.",
        "a service of mode {mode} names no way to pay.",
        "Write cash, slip or both in tenders:",
    ),
    "catalogue.tender_not_here": _written(
        "الخدمة {mode} لا يُحصَّل فيها مال هنا، وفيها طريقة دفع.",
        "اكتب tenders: []",
        "a service of mode {mode} takes no money here, but names a way to pay.",
        "Write tenders: []",
    ),
}

_FEES = {
    "catalogue.fee_missing": _written(
        "الخدمة {name} ليس لها رسم في جدول الرسوم.",
        "أضفها في ملفات الرسوم، ولو كانت مجانية.",
        "the fee tables do not know the service {name}.",
        "Add it to the fee files, even when it is free.",
    ),
    "catalogue.fee_of_no_service": _written(
        "في جدول الرسوم خدمة {name} ليست في دليل الخدمات؛ أقرب كود: {nearest}",
        "صحح الكود في ملفات الرسوم، أو أضف ملف الخدمة.",
        "the fee tables have the service {name}, which the catalogue does not; nearest: {nearest}.",
        "Mend the code in the fee files, or add the file of the service.",
    ),
    "catalogue.fee_input_missing": _written(
        "حساب الرسم يحتاج الحقل {name} من نوع {type}، وهو ليس في النموذج.",
        "أضف الحقل {name} إلى fields.",
        "the fee needs the field {name} of type {type}, which the form does not have.",
        "Add the field {name} to fields.",
    ),
    "catalogue.fee_input_type": _written(
        "الحقل {name} نوعه {type}، وحساب الرسم يحتاجه من نوع {wanted}.",
        "غير نوع الحقل، أو صحح ملف الرسوم.",
        "the field {name} has type {type}, but the fee needs {wanted}.",
        "Change the type of the field, or mend the fee file.",
    ),
    "catalogue.fee_input_choices": _written(
        "اختيارات الحقل {name} ليست هي اختيارات جدول الرسوم؛ المختلف: {different}",
        "اجعل الأكواد واحدة في المكانين.",
        "the options of the field {name} differ from those of the fee: {different}",
        "Make the codes alike in both places.",
    ),
    "catalogue.fee_input_personal": _written(
        "الحقل {name} بيان شخصي، وحساب الرسم يحتاجه.",
        "اجعل الحقل غير شخصي، أو غير ملف الرسوم.",
        "the field {name} is personal, but the fee needs it.",
        "Make it not personal, or change the fee file.",
    ),
    "catalogue.fee_input_optional": _written(
        "حساب الرسم لا يتم بغير الحقل {name}، وهو اختياري في النموذج.",
        "احذف required: no من الحقل.",
        "the fee cannot be worked out without the field {name}, which the form leaves optional.",
        "Remove required: no from the field.",
    ),
    "catalogue.fee_without_tender": _written(
        "للخدمة {name} رسم، ولا تذكر طريقة دفع.",
        "اكتب في tenders: cash أو slip أو كليهما.",
        "the service {name} has a fee, but names no way to pay.",
        "Write cash, slip or both in tenders:",
    ),
}

_USE = {
    "catalogue.no_service": Situation(
        Kind.INPUT,
        ar="لا توجد خدمة بالكود {name}.",
        remedy_ar="ابحث عنها باسمها: kiosk catalogue search",
        en="There is no service with the code {name}.",
        remedy_en="Look for it by name: kiosk catalogue search",
    ),
    "catalogue.nothing_found": Situation(
        Kind.INPUT,
        ar="لا توجد خدمة فيها: {text}",
        remedy_ar="جرّب كلمة واحدة من اسم الخدمة، أو اعرض القائمة: kiosk catalogue list",
        en="No service has: {text}",
        remedy_en="Try one word of its name, or list them all: kiosk catalogue list",
    ),
    "catalogue.not_clean": Situation(
        Kind.INPUT,
        ar="في ملفات الدليل أخطاء عددها {count}، أولها: {first}",
        remedy_ar="اعرضها كلها بالأمر kiosk catalogue check ثم صححها.",
        en="The files of the catalogue have {count} mistakes; the first: {first}",
        remedy_en="Show them all with kiosk catalogue check, then mend them.",
    ),
    "catalogue.key_file": Situation(
        Kind.INPUT,
        ar="الملف {path} ليس مفتاح توقيع خاصًا بلا كلمة مرور.",
        remedy_ar="استعمل مفتاحًا من نوع Ed25519 محفوظًا على شكل PEM.",
        en="The file {path} is not a private signing key without a password.",
        remedy_en="Use an Ed25519 key kept as PEM (PKCS8).",
    ),
    "catalogue.valid_days": Situation(
        Kind.INPUT,
        ar="مدة السريان {days} يوم خارج الحدود.",
        remedy_ar="اكتب عدد أيام من 1 إلى 3650.",
        en="A validity of {days} days is out of bounds.",
        remedy_en="Write a number of days from 1 to 3650.",
    ),
    "catalogue.newer_format": Situation(
        Kind.INPUT,
        ar="دليل الخدمات مكتوب بشكل أحدث ({found}) مما يقرؤه هذا البرنامج ({known}).",
        remedy_ar="حدّث البرنامج، واعمل بالدليل السابق حتى ذلك.",
        en="The catalogue has a newer form ({found}) than this program reads ({known}).",
        remedy_en="Update the program; until then work with the catalogue before it.",
    ),
    "catalogue.damaged": Situation(
        Kind.DAMAGED,
        ar="دليل الخدمات تالف: {detail}",
        remedy_ar="اطلب نسخة جديدة من المركز، واعمل بالدليل السابق.",
        en="The catalogue is damaged: {detail}",
        remedy_en="Ask the centre for a new copy and work with the one before it.",
    ),
}

SITUATIONS = {**_SHAPE, **_CODES, **_RULES, **_FEES, **_USE}
