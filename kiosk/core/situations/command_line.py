"""Situations of the command line itself: words typed after `kiosk`."""

from kiosk.core.errors import Kind, Situation

SITUATIONS = {
    "command.unknown": Situation(
        Kind.INPUT,
        ar="لا يوجد أمر بالاسم {name}.",
        remedy_ar="اكتب kiosk --help لعرض الأوامر.",
        en="There is no command called {name}.",
        remedy_en="Type kiosk --help for the list.",
    ),
    "command.fault": Situation(
        Kind.DAMAGED,
        ar="حدث خلل في البرنامج، رقمه {number}.",
        remedy_ar="راجع ما تم قبل أن تعيد الأمر، وقل الرقم للدعم الفني. التقرير في {file}",
        en="The program itself failed; the number of this fault is {number}.",
        remedy_en="Look at what was done before you repeat it, and tell support the number. Report: {file}",
    ),
    "command.fault_unwritten": Situation(
        Kind.DAMAGED,
        ar="حدث خلل في البرنامج ({kind})، ولم يُكتب تقريره.",
        remedy_ar="راجع ما تم قبل أن تعيد الأمر، وأفسح مكانًا على القرص، وأبلغ الدعم الفني.",
        en="The program itself failed ({kind}), and no report could be written.",
        remedy_en="Look at what was done before you repeat it, make room on the disk, and tell support.",
    ),
    "command.no_such_option": Situation(
        Kind.INPUT,
        ar="لا يوجد في هذا الأمر خيار بالاسم {name}.",
        remedy_ar="اكتب الأمر ومعه --help لعرض خياراته. الخيارات تأتي بعد اسم الأمر.",
        en="This command has no option {name}.",
        remedy_en="Type the command with --help for its options. Options come after the command's name.",
    ),
    "command.option_needs_value": Situation(
        Kind.INPUT,
        ar="الخيار {name} تنقصه قيمته.",
        remedy_ar="اكتب القيمة بعد الخيار مباشرة.",
        en="The option {name} lacks its value.",
        remedy_en="Type the value right after it.",
    ),
    "command.option_takes_no_value": Situation(
        Kind.INPUT,
        ar="الخيار {name} يُكتب وحده بلا قيمة.",
        remedy_ar="احذف علامة = وما بعدها.",
        en="The option {name} takes no value.",
        remedy_en="Remove the = and what follows it.",
    ),
    "command.missing": Situation(
        Kind.INPUT,
        ar="الأمر ناقص: لم يُكتب {name}.",
        remedy_ar="أكمل الأمر، أو اكتبه ومعه --help لعرض طريقة استخدامه.",
        en="The command is incomplete: {name} is missing.",
        remedy_en="Complete it, or type it with --help for its usage.",
    ),
    "command.extra": Situation(
        Kind.INPUT,
        ar="في الأمر كلام زائد: {text}",
        remedy_ar="احذف الزائد. إن كانت القيمة من أكثر من كلمة فضعها بين علامتي تنصيص.",
        en="The command has words too many: {text}",
        remedy_en="Remove them. A value of more than one word goes between quotation marks.",
    ),
    "command.choice": Situation(
        Kind.INPUT,
        ar="القيمة المكتوبة في {name} ليست من الاختيارات.",
        remedy_ar="اكتب واحدًا من هذه: {choices}",
        en="The value of {name} is not one of the choices.",
        remedy_en="Type one of these: {choices}",
    ),
    "command.number": Situation(
        Kind.INPUT,
        ar="القيمة المكتوبة في {name} ليست رقمًا في الحدود المسموح بها.",
        remedy_ar="اكتب رقمًا؛ وحدوده تظهر بكتابة الأمر ومعه --help.",
        en="The value of {name} is not a number within its limits.",
        remedy_en="Type a number; its limits are shown by the command with --help.",
    ),
    "command.path": Situation(
        Kind.INPUT,
        ar="الملف أو المجلد المكتوب في {name} غير موجود أو لا يمكن استخدامه.",
        remedy_ar="راجع اسمه ومكانه وصلاحياتك عليه.",
        en="The file or folder given as {name} does not exist or cannot be used.",
        remedy_en="Check its name, place and permissions.",
    ),
    "command.value": Situation(
        Kind.INPUT,
        ar="القيمة المكتوبة في {name} ليست بالشكل المطلوب.",
        remedy_ar="اكتب الأمر ومعه --help لعرض الشكل المطلوب.",
        en="The value of {name} is not of the form that is needed.",
        remedy_en="Type the command with --help to see that form.",
    ),
    "command.usage": Situation(
        Kind.INPUT,
        ar="الأمر ناقص أو فيه كلمة زائدة.",
        remedy_ar="اكتب الأمر نفسه ومعه --help لعرض طريقة استخدامه.",
        en="The command is incomplete or has a word too many.",
        remedy_en="Type the same command with --help for its usage.",
    ),
    "command.key_value": Situation(
        Kind.INPUT,
        ar="القيمة {text} ليست على شكل مفتاح=قيمة.",
        remedy_ar="اكتب اسم الخانة ثم علامة = ثم قيمتها، بلا مسافات، مثل area_m2=120.",
        en="{text} is not of the form key=value.",
        remedy_en="Write the name of the field, then =, then its value, without spaces, like area_m2=120.",
    ),
}
