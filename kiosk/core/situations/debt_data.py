"""Situations of debt data: a snapshot that comes, a search in it, a file of debts with mistakes, drafts."""

from kiosk.core.errors import Kind, Situation


def _file(ar: str, remedy_ar: str, en: str, remedy_en: str) -> Situation:
    """A mistake at a line of a file."""
    return Situation(
        Kind.INPUT,
        ar=f"{{file}} سطر {{line}}: {ar}",
        remedy_ar=remedy_ar,
        en=f"{{file}} line {{line}}: {en}",
        remedy_en=remedy_en,
    )


_DATA = {
    "debt_data.query_empty": Situation(
        Kind.INPUT,
        ar="لم يُكتب شيء للبحث عنه.",
        remedy_ar="اكتب الرقم القومي أو المحمول أو رقم الحساب أو الاسم.",
        en="There is nothing to search for.",
        remedy_en="Type the national number, mobile, account number or name.",
    ),
    "debt_data.twice": Situation(
        Kind.DAMAGED,
        ar="في بيانات المديونيات الجديدة كود مكرر: {which}",
        remedy_ar="البيانات السابقة ما زالت تعمل. اطلب نسخة صحيحة من المركز.",
        en="The new debt data has a code twice: {which}",
        remedy_en="The data before it stays in use. Ask the centre for a correct version.",
    ),
    "debt_data.overtaken": Situation(
        Kind.REFUSED,
        ar="بدأ تحميل آخر لبيانات المديونيات قبل أن ينتهي هذا.",
        remedy_ar="انتظر حتى ينتهي التحميل الآخر، ثم أعد المحاولة إن لزم.",
        en="Another load of debt data began before this one ended.",
        remedy_en="Wait for the other to end, then try again if it is still needed.",
    ),
    "debt_data.not_newer": Situation(
        Kind.REFUSED,
        ar="بيانات المديونيات رقم {version} ليست أحدث من المستخدمة رقم {before}.",
        remedy_ar="ابقَ على البيانات المستخدمة، أو اطلب نسخة أحدث من المركز.",
        en="Debt data version {version} is not newer than version {before} in use.",
        remedy_en="Keep the data in use, or ask the centre for a newer version.",
    ),
    "debt_data.beyond_journal": Situation(
        Kind.DAMAGED,
        ar="بيانات المديونيات تذكر القيد رقم {seq} من سجل هذا الجهاز، وآخر قيد فيه {last}.",
        remedy_ar="أوقف التحصيل وأبلغ المركز: قد يكون الجهاز عاد إلى نسخة قديمة.",
        en="The debt data counts entry {seq} of this device's journal, whose last entry is {last}.",
        remedy_en="Stop collecting and tell the centre: the device may have gone back to an older copy.",
    ),
    "debt_data.counts_less": Situation(
        Kind.REFUSED,
        ar="بيانات المديونيات حسبت تحصيل هذا الجهاز حتى القيد {seq} فقط، وما قبل {counted} حُذف بعد أن حُسب.",
        remedy_ar="ابقَ على البيانات الحالية، واطلب من المركز نسخة أحدث.",
        en="The debt data counts collections here up to entry {seq} only; up to {counted} they were dropped.",
        remedy_en="Keep the data in use, and ask the centre for a newer version.",
    ),
    "debt_data.altered": Situation(
        Kind.DAMAGED,
        ar="بيانات المديونيات على الجهاز تغيرت بعد تحميلها.",
        remedy_ar="أوقف التحصيل، وحمّل نسخة جديدة من المركز، وأبلغ المشرف.",
        en="The debt data on the device was changed after it was loaded.",
        remedy_en="Stop collecting, load a new version from the centre, and tell the supervisor.",
    ),
    "debt_data.from_centre": Situation(
        Kind.REFUSED,
        ar="هذا جهاز عمل حقيقي، والمديونيات تصله من المركز.",
        remedy_ar="حدّث البيانات من الشبكة أو الفلاشة. ملفات المديونيات للأجهزة التجريبية فقط.",
        en="This device is not a trial: its debts come from the centre.",
        remedy_en="Bring newer data by net or USB. Files of debts are for trial devices only.",
    ),
    "debt_data.as_of_future": Situation(
        Kind.INPUT,
        ar="تاريخ بيانات المديونيات {as_of} لم يأتِ بعد.",
        remedy_ar="راجع التاريخ المكتوب وتاريخ الجهاز.",
        en="The date of the debt data, {as_of}, is still to come.",
        remedy_en="Check the date typed and the date of this device.",
    ),
    "draft.too_large": Situation(
        Kind.INPUT,
        ar="المكتوب في النموذج أكبر من أن يُحفظ مسودة: {size} بايت والحد {limit}.",
        remedy_ar="اختصر النصوص الطويلة، أو أكمل الطلب الآن.",
        en="The form is too large to be kept as a draft: {size} bytes of {limit}.",
        remedy_en="Shorten the long texts, or finish the request now.",
    ),
}

_WHOLE_FILE = {
    "debt_file.not_clean": Situation(
        Kind.INPUT,
        ar="لم يُحمّل شيء من {file}. عدد الأخطاء {count}، أولها: {first_ar}",
        remedy_ar="صحّح الأخطاء كلها ثم أعد التحميل.",
        en="Nothing of {file} was loaded. Mistakes: {count}. The first: {first_en}",
        remedy_en="Mend all of them, then load it again.",
    ),
    "debt_file.changed": Situation(
        Kind.INPUT,
        ar="تغير الملف {file} أثناء تحميله.",
        remedy_ar="أغلق الملف في البرامج الأخرى ثم أعد التحميل.",
        en="The file {file} was changed while it was being loaded.",
        remedy_en="Close it in other programs, then load it again.",
    ),
    "debt_file.empty": Situation(
        Kind.INPUT,
        ar="الملف {file} ليس فيه أي مديونية.",
        remedy_ar="اكتب تحت سطر العناوين سطرًا لكل بند مديونية.",
        en="The file {file} has no debts.",
        remedy_en="Write a row for each charge below the row of headings.",
    ),
    "debt_file.separator": Situation(
        Kind.INPUT,
        ar="الخانات في {file} لا تفصل بينها فاصلة ( , ).",
        remedy_ar="احفظ الملف من جديد بنوع CSV UTF-8 والفاصل , لا ; ولا مسافة.",
        en="The columns of {file} are not separated by commas.",
        remedy_en="Save it again as CSV UTF-8 with commas, not semicolons or tabs.",
    ),
    "debt_file.column_missing": Situation(
        Kind.INPUT,
        ar="{file}: العمود {column} ({meaning_ar}) غير موجود في سطر العناوين.",
        remedy_ar="أضف العمود {column} كما في ملف المثال.",
        en="{file}: the column {column} ({meaning_en}) is missing from the row of headings.",
        remedy_en="Add the column {column}, as in the sample file.",
    ),
    "debt_file.column_unknown": Situation(
        Kind.INPUT,
        ar="{file}: عنوان العمود {column} غير معروف.",
        remedy_ar="احذف العمود، أو اكتب عنوانه كما في ملف المثال: {known}",
        en="{file}: the heading {column} is not known.",
        remedy_en="Remove the column, or write its heading as in the sample file: {known}",
    ),
    "debt_file.column_blank": Situation(
        Kind.INPUT,
        ar="{file}: العمود رقم {number} بلا عنوان.",
        remedy_ar="احذف هذا العمود كله من الملف، أو اكتب عنوانه في أول سطر.",
        en="{file}: column {number} has no heading.",
        remedy_en="Remove the whole column from the file, or write its heading on the first line.",
    ),
    "debt_file.column_twice": Situation(
        Kind.INPUT,
        ar="{file}: العمود {column} مكرر في سطر العناوين.",
        remedy_ar="أبقِ عمودًا واحدًا بهذا العنوان.",
        en="{file}: the column {column} is there twice.",
        remedy_en="Keep one column of that heading.",
    ),
}

_LINES = {
    "debt_file.quotes": _file(
        "علامات التنصيص غير سليمة ({detail}).",
        'راجع علامة " في هذا السطر: كل علامة تُفتح وتُغلق.',
        "the quotation marks are wrong ({detail}).",
        'Check the " marks on this line: each one that opens must close.',
    ),
    "debt_file.cells": _file(
        "عدد الخانات {found} والمطلوب {expected}.",
        "راجع الفواصل في السطر: نص فيه فاصلة يُكتب بين علامتي تنصيص.",
        "it has {found} cells; {expected} are needed.",
        "Check the commas: a text with a comma stands in quotation marks.",
    ),
    "debt_file.cell": _file(
        "العمود {column}: {problem_ar}",
        "{mend_ar}",
        "column {column}: {problem_en}",
        "{mend_en}",
    ),
    "debt_file.blank": _file(
        "العمود {column} فارغ.",
        "اكتب {meaning_ar}.",
        "column {column} is empty.",
        "Write the {meaning_en}.",
    ),
    "debt_file.code": _file(
        "العمود {column}: الكود مكتوب خطأ: {value}",
        "الكود حروف إنجليزية وأرقام والعلامات _ . : / - بلا مسافات، وأوله حرف أو رقم، حتى 64 خانة.",
        "column {column}: this is no code: {value}",
        "Use Latin letters, digits and _ . : / - without spaces, a letter or digit first, at most 64.",
    ),
    "debt_file.choice": _file(
        "العمود {column}: القيمة {value} غير معروفة.",
        "اكتب واحدة من: {known}",
        "column {column}: {value} is not known.",
        "Write one of: {known}",
    ),
    "debt_file.date": _file(
        "العمود {column}: التاريخ مكتوب خطأ: {value}",
        "اكتب السنة ثم الشهر ثم اليوم، مثل 2026-07-01. في إكسل اجعل نوع العمود نصًا.",
        "column {column}: this is no date: {value}",
        "Write year, month, day like 2026-07-01. In a spreadsheet make the column text.",
    ),
    "debt_file.text": _file(
        "العمود {column}: النص أطول من {limit} حرفًا أو فيه سطر جديد أو علامة خفية.",
        "اكتبه في سطر واحد أقصر، بلا علامات خفية.",
        "column {column}: the text is longer than {limit} letters, or holds a line break or a hidden mark.",
        "Write it shorter, on one line, without hidden marks.",
    ),
    "debt_file.differs": _file(
        "العمود {column} للكود {which} يختلف عما كُتب في سطر {first}.",
        "اكتب البيان نفسه في كل سطور هذا الكود، أو اكتب لكل شخص أو حساب كوده.",
        "column {column} of {which} is not what line {first} says.",
        "Write the same in all rows of this code, or give each person or account his own code.",
    ),
    "debt_file.scattered": _file(
        "سطور المدين {which} ليست متتالية: أولها في سطر {first}.",
        "رتّب الملف بعمود debtor_code لتكون سطور كل مدين معًا.",
        "the rows of debtor {which} do not stand together: they begin on line {first}.",
        "Sort the file by the column debtor_code, so that each debtor's rows follow each other.",
    ),
    "debt_file.account_twice": _file(
        "الحساب {which} مكتوب لمدين آخر في سطر {first}.",
        "لكل حساب مدين واحد: راجع رقم الحساب في السطرين.",
        "account {which} is written for another debtor on line {first}.",
        "An account has one debtor: check its number on both lines.",
    ),
    "debt_file.charge_twice": _file(
        "البند {which} مكرر في الحساب نفسه: أول مرة في سطر {first}.",
        "احذف التكرار، أو اكتب لكل بند كودًا مختلفًا.",
        "charge {which} is there twice in one account: first on line {first}.",
        "Remove one, or give each charge a code of its own.",
    ),
    "debt_file.lease": _file(
        "العمود lease_holder لا يناسب lease_to.",
        "اكتب كود المحصل أو الوحدة مع collector أو unit، واترك العمود فارغًا مع none.",
        "column lease_holder does not fit lease_to.",
        "Give the code of the collector or unit with those, and leave it empty with none.",
    ),
    "debt_file.too_many": _file(
        "للمدين {which} أكثر من {limit} بند.",
        "راجع الكود: الأغلب أن أكثر من مدين كُتب بكود واحد.",
        "debtor {which} has more than {limit} charges.",
        "Check the code: several debtors were probably given the same one.",
    ),
}

SITUATIONS = {**_DATA, **_WHOLE_FILE, **_LINES}
