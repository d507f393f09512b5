"""Situations of ports, receipt printers and prints; `device` is the name or the address of the device."""

from kiosk.core.errors import Kind, Situation

_REPRINT_AR = "العملية مسجلة والفلوس محسوبة. افحص الورقة: إن خرجت كاملة فسلّمها، وإلا فاطبع نسخة."
_REPRINT_EN = (
    "The act is recorded and the money counted. Look at the paper: if it is whole, hand it over; "
    "else print a copy."
)
_VOID_AR = "اقطع ما طُبع وشطّب عليه، وكذلك ما قد يخرج منه بعد إصلاح الطابعة، ثم اطبع نسخة. العملية مسجلة."
_VOID_EN = (
    "Tear off what was printed and cross it out, and what may still come of it once the printer is mended; "
    "then print a copy. The act is recorded."
)

_PORT = {
    "device.missing": Situation(
        Kind.ENVIRONMENT,
        ar="الجهاز {device} غير موصل.",
        remedy_ar="وصّل الكابل وشغّل الجهاز. يكمل البرنامج وحده عند ظهوره.",
        en="The device {device} is not connected.",
        remedy_en="Connect its cable and switch it on. The program goes on by itself once it appears.",
    ),
    "device.busy": Situation(
        Kind.ENVIRONMENT,
        ar="برنامج آخر يستخدم الجهاز {device}.",
        remedy_ar="أغلق البرنامج الآخر، ثم حاول مرة أخرى.",
        en="Another program is using the device {device}.",
        remedy_en="Close the other program, then try again.",
    ),
    "device.no_permission": Situation(
        Kind.ENVIRONMENT,
        ar="النظام لا يسمح لهذا المستخدم بفتح الجهاز {device}.",
        remedy_ar="اطلب من الفني إضافة المستخدم إلى مجموعة dialout، ثم سجّل الدخول من جديد.",
        en="The system does not let this user open the device {device}.",
        remedy_en="Have the technician add the user to the group dialout, then log in again.",
    ),
    "device.cannot_open": Situation(
        Kind.ENVIRONMENT,
        ar="تعذر فتح الجهاز {device}.",
        remedy_ar="افصل الكابل ووصّله، وراجع العنوان والسرعة مع الفني.",
        en="The device {device} cannot be opened.",
        remedy_en="Unplug its cable and plug it in, and check address and speed with the technician.",
    ),
    "device.lost": Situation(
        Kind.ENVIRONMENT,
        ar="انقطع الاتصال بالجهاز {device}.",
        remedy_ar="راجع الكابل والكهرباء. يكمل البرنامج وحده عند عودته.",
        en="The connection to the device {device} was lost.",
        remedy_en="Check cable and power. The program goes on by itself once it is back.",
    ),
    "device.stuck": Situation(
        Kind.ENVIRONMENT,
        ar="الجهاز {device} لا يستلم البيانات.",
        remedy_ar="أطفئ الجهاز وشغّله، وراجع الورق والغطاء.",
        en="The device {device} takes no more data.",
        remedy_en="Switch it off and on, and check paper and cover.",
    ),
    "device.stopped": Situation(
        Kind.ENVIRONMENT,
        ar="أُوقف العمل على الجهاز {device} قبل أن ينتهي.",
        remedy_ar="افتح البرنامج من جديد وراجع ما لم يكتمل.",
        en="Work on the device {device} was stopped before it ended.",
        remedy_en="Open the program again and look at what was not finished.",
    ),
    "device.bad_address": Situation(
        Kind.INPUT,
        ar="عنوان الجهاز {device} غير معروف الشكل.",
        remedy_ar="اكتبه مثل COM3 أو /dev/ttyUSB0 أو usb:0519:0003:J1234 كما في kiosk devices list.",
        en="The device address {device} has no known form.",
        remedy_en="Write it as COM3, /dev/ttyUSB0 or usb:0519:0003:J1234, as in kiosk devices list.",
    ),
    "device.ambiguous": Situation(
        Kind.ENVIRONMENT,
        ar="أكثر من جهاز موصل بالعنوان {device}.",
        remedy_ar="اترك جهازًا واحدًا منها، أو استخدم عنوان المقبس (at:) كما في kiosk devices list.",
        en="More than one device is connected under the address {device}.",
        remedy_en="Leave only one of them, or use the address of the socket (at:) as in kiosk devices list.",
    ),
    "device.no_simulators": Situation(
        Kind.ENVIRONMENT,
        ar="محاكي الأجهزة لا يعمل على ويندوز.",
        remedy_ar="شغّله على لينكس.",
        en="The device simulators do not run on Windows.",
        remedy_en="Run them on Linux.",
    ),
}

_PRINTER = {
    "printer.paper_out": Situation(
        Kind.ENVIRONMENT,
        ar="الطابعة {device}: انتهى الورق. لم يُطبع شيء من هذا المستند.",
        remedy_ar="ركّب بكرة جديدة وأغلق الغطاء. تكمل الطباعة وحدها.",
        en="Printer {device}: out of paper. Nothing of this document was printed.",
        remedy_en="Put in a new roll and close the cover. Printing goes on by itself.",
    ),
    "printer.paper_low": Situation(
        Kind.ENVIRONMENT,
        ar="الطابعة {device}: الورق قارب على الانتهاء. الطباعة مستمرة.",
        remedy_ar="جهّز بكرة جديدة، وركّبها قبل المواطن التالي.",
        en="Printer {device}: paper is near its end. Printing goes on.",
        remedy_en="Have a new roll ready and put it in before the next citizen.",
    ),
    "printer.cover_open": Situation(
        Kind.ENVIRONMENT,
        ar="الطابعة {device}: الغطاء مفتوح.",
        remedy_ar="أغلق غطاء الطابعة. تكمل الطباعة وحدها.",
        en="Printer {device}: the cover is open.",
        remedy_en="Close the printer's cover. Printing goes on by itself.",
    ),
    "printer.offline": Situation(
        Kind.ENVIRONMENT,
        ar="الطابعة {device} متوقفة.",
        remedy_ar="اضغط زر التشغيل أو التغذية على الطابعة وراجع الغطاء والورق.",
        en="Printer {device} is offline.",
        remedy_en="Press its on-line or feed button and check cover and paper.",
    ),
    "printer.error": Situation(
        Kind.ENVIRONMENT,
        ar="الطابعة {device} تبلّغ عن عطل في القاطع أو الرأس.",
        remedy_ar="أطفئ الطابعة، أخرج الورق المحشور، ثم شغّلها. إن تكرر فاتصل بالفني.",
        en="Printer {device} reports a fault of its cutter or head.",
        remedy_en="Switch it off, take out jammed paper, switch it on. If it returns, call the technician.",
    ),
    "printer.cutter": Situation(
        Kind.ENVIRONMENT,
        ar="الطابعة {device}: سكين القطع محشورة.",
        remedy_ar="أطفئها، افتح الغطاء وأخرج الورق المحشور من عند السكين، ثم شغّلها. تكمل الطباعة وحدها.",
        en="Printer {device}: its knife is jammed.",
        remedy_en="Switch it off, open the cover, free the paper at the knife, switch it on. "
        "Printing goes on by itself.",
    ),
    "printer.hot": Situation(
        Kind.ENVIRONMENT,
        ar="الطابعة {device}: رأس الطباعة ساخن.",
        remedy_ar="اتركها دقائق حتى تبرد ولا تطفئها. تكمل الطباعة وحدها.",
        en="Printer {device}: its head is hot.",
        remedy_en="Leave it on for some minutes until it has cooled down. Printing goes on by itself.",
    ),
    "printer.none": Situation(
        Kind.ENVIRONMENT,
        ar="لا توجد طابعة لهذا الجهاز.",
        remedy_ar="اعرض كود الإيصال ليمسحه المواطن بهاتفه. الطباعة تنتظر حتى يختار الفني طابعة.",
        en="This device has no printer.",
        remedy_en="Let the citizen scan the receipt's code. Prints wait until a technician has chosen one.",
    ),
    "printer.silent": Situation(
        Kind.ENVIRONMENT,
        ar="الطابعة {device} لا ترد، وكانت ترد من قبل.",
        remedy_ar="شغّل الطابعة وراجع الكابل. تكمل الطباعة وحدها.",
        en="Printer {device} does not answer, and it did before.",
        remedy_en="Switch it on and check the cable. Printing goes on by itself.",
    ),
    "printer.too_narrow": Situation(
        Kind.ENVIRONMENT,
        ar="المستند أعرض من ورق الطابعة {device}.",
        remedy_ar="اطلب من الفني اختيار نوع الطابعة الصحيح (58 أو 80 مم).",
        en="The document is wider than the paper of printer {device}.",
        remedy_en="Have the technician choose the right kind of printer (58 or 80 mm).",
    ),
    "printer.profile_unknown": Situation(
        Kind.INPUT,
        ar="لا يوجد نوع طابعة باسم {name}. المتاح: {known}.",
        remedy_ar="اختر اسمًا من القائمة.",
        en="There is no printer profile called {name}. Known: {known}.",
        remedy_en="Choose a name of the list.",
    ),
    "printer.profile_wrong": Situation(
        Kind.INPUT,
        ar="{file} سطر {line}: القيمة {value} لا تصلح للخانة {key}. المطلوب: {expected}.",
        remedy_ar="صحح القيمة كما في الملفات الموجودة في resources/printers.",
        en="{file} line {line}: {value} does not fit {key}. Wanted: {expected}.",
        remedy_en="Correct it the way the files in resources/printers do.",
    ),
    "printer.profile_key": Situation(
        Kind.INPUT,
        ar="{file} سطر {line}: الخانة {key} ناقصة أو غير معروفة. الخانات: {known}.",
        remedy_ar="صحح اسم الخانة أو أضفها.",
        en="{file} line {line}: the key {key} is missing or not known. Keys: {known}.",
        remedy_en="Correct its name or add it.",
    ),
}

_CHOICE = {
    "printer.profile_name": Situation(
        Kind.INPUT,
        ar="لا يصلح {name} اسمًا لنوع طابعة جديد.",
        remedy_ar="اختر اسمًا من حروف إنجليزية صغيرة وأرقام وشرطات، غير أسماء الأنواع الموجودة.",
        en="{name} cannot be the name of a new printer profile.",
        remedy_en="Choose a name of small letters, digits and hyphens that no shipped profile has.",
    ),
    "printer.logo_damaged": Situation(
        Kind.ENVIRONMENT,
        ar="ملف الشعار printer-logo.pbm تالف.",
        remedy_ar="سجّل الشعار من جديد بالأمر kiosk devices printer logo.",
        en="The file of the logo, printer-logo.pbm, is damaged.",
        remedy_en="Set the logo again with kiosk devices printer logo.",
    ),
    "printer.logo_missing": Situation(
        Kind.INPUT,
        ar="لا يوجد شعار محفوظ على هذا الجهاز.",
        remedy_ar="اكتب اسم ملف الصورة بعد الأمر kiosk devices printer logo.",
        en="This device has no logo yet.",
        remedy_en="Name the file of the picture after kiosk devices printer logo.",
    ),
    "printer.none_chosen": Situation(
        Kind.INPUT,
        ar="لم تُختر طابعة لهذا الجهاز.",
        remedy_ar="اخترها أولًا بالأمر kiosk devices printer use.",
        en="No printer was chosen for this device.",
        remedy_en="Choose one first with kiosk devices printer use.",
    ),
    "printer.logo_unreadable": Situation(
        Kind.INPUT,
        ar="تعذرت قراءة الصورة {file}.",
        remedy_ar="اختر صورة PNG أبيض وأسود، عرضها لا يزيد عن عرض الورق.",
        en="The picture {file} cannot be read.",
        remedy_en="Choose a PNG in black and white, no wider than the paper.",
    ),
    "printer.choice_damaged": Situation(
        Kind.ENVIRONMENT,
        ar="ملف الطابعة المختارة printer.json تالف.",
        remedy_ar="اخترها من جديد بالأمر kiosk devices printer use. العمل مستمر، والمستندات تنتظر.",
        en="The file of the chosen printer, printer.json, is damaged.",
        remedy_en="Choose the printer again with kiosk devices printer use. Work goes on, and prints wait.",
    ),
}

_PRINT = {
    "print.paper_out": Situation(
        Kind.ENVIRONMENT,
        ar="انتهى ورق الطابعة {device} في وسط الطباعة، والورقة ناقصة.",
        remedy_ar=_VOID_AR,
        en="Printer {device} ran out of paper in the middle of a print; the paper is not whole.",
        remedy_en=_VOID_EN,
    ),
    "print.cover_open": Situation(
        Kind.ENVIRONMENT,
        ar="فُتح غطاء الطابعة {device} في وسط الطباعة، والورقة ناقصة.",
        remedy_ar=_VOID_AR,
        en="The cover of printer {device} was opened in the middle of a print; the paper is not whole.",
        remedy_en=_VOID_EN,
    ),
    "print.cutter": Situation(
        Kind.ENVIRONMENT,
        ar="انحشرت سكين الطابعة {device} في وسط الطباعة، والورقة ناقصة أو لم تُقطع.",
        remedy_ar=_VOID_AR,
        en="The knife of printer {device} jammed within a print; the paper is not whole or not cut.",
        remedy_en=_VOID_EN,
    ),
    "print.hot": Situation(
        Kind.ENVIRONMENT,
        ar="توقفت الطابعة {device} في وسط الطباعة لأن رأسها ساخن، والورقة ناقصة.",
        remedy_ar=_VOID_AR,
        en="Printer {device} stopped within a print because its head is hot; the paper is not whole.",
        remedy_en=_VOID_EN,
    ),
    "print.too_old": Situation(
        Kind.ENVIRONMENT,
        ar="طُلبت هذه الطباعة على {device} منذ مدة، ولن تُطبع وحدها.",
        remedy_ar="إن كان صاحبها ما زال يريدها فاضغط «اطبع الآن»، وإلا فألغِ الطباعة.",
        en="This print on {device} was asked for some time ago and is not printed by itself.",
        remedy_en="If it is still wanted press “Print now”, else give it up.",
    ),
    "print.error": Situation(
        Kind.ENVIRONMENT,
        ar="تعطلت الطابعة {device} في وسط الطباعة، والورقة ناقصة.",
        remedy_ar=_VOID_AR,
        en="Printer {device} failed in the middle of a print; the paper is not whole.",
        remedy_en=_VOID_EN,
    ),
    "print.no_confirmation": Situation(
        Kind.ENVIRONMENT,
        ar="أُرسل المستند إلى الطابعة {device} ولم تؤكد خروجه.",
        remedy_ar=_REPRINT_AR,
        en="The document was sent to printer {device}, which did not confirm it.",
        remedy_en=_REPRINT_EN,
    ),
    "print.lost": Situation(
        Kind.ENVIRONMENT,
        ar="انقطع الاتصال بالطابعة {device} في أثناء الطباعة.",
        remedy_ar=_REPRINT_AR,
        en="The connection to printer {device} was lost while printing.",
        remedy_en=_REPRINT_EN,
    ),
    "print.stuck": Situation(
        Kind.ENVIRONMENT,
        ar="توقفت الطابعة {device} عن استلام المستند.",
        remedy_ar=_REPRINT_AR,
        en="Printer {device} stopped taking the document.",
        remedy_en=_REPRINT_EN,
    ),
    "print.interrupted": Situation(
        Kind.ENVIRONMENT,
        ar="توقف البرنامج والطابعة {device} تطبع، فلا يُعرف هل خرجت الورقة كاملة.",
        remedy_ar=_REPRINT_AR,
        en="The program stopped while printer {device} was printing; the paper may not be whole.",
        remedy_en=_REPRINT_EN,
    ),
    "print.not_drawn": Situation(
        Kind.ENVIRONMENT,
        ar="تعذر تجهيز المستند للطابعة {device}. لم يُطبع شيء.",
        remedy_ar="حاول مرة أخرى. إن تكرر فاعرض كود الإيصال على الشاشة واتصل بالفني.",
        en="The document could not be prepared for printer {device}. Nothing was printed.",
        remedy_en="Try again. If it returns, show the receipt's code on the screen and call the technician.",
    ),
    "print.given_up": Situation(
        Kind.ENVIRONMENT,
        ar="أُلغيت الطباعة على {device} قبل أن تبدأ. العملية نفسها مسجلة.",
        remedy_ar="اطبع مرة أخرى عند الحاجة، أو اعرض كود الإيصال على الشاشة.",
        en="Printing on {device} was given up before it began. The act itself is recorded.",
        remedy_en="Print again when needed, or show the receipt's code on the screen.",
    ),
}

_DRAWER = {
    "print_job.unknown": Situation(
        Kind.INPUT,
        ar="لا توجد طباعة واحدة يبدأ رقمها بـ {job}.",
        remedy_ar="خذ الرقم من kiosk devices printer jobs.",
        en="No one print has a number that begins with {job}.",
        remedy_en="Take its number from kiosk devices printer jobs.",
    ),
    "drawer.not_opened": Situation(
        Kind.ENVIRONMENT,
        ar="الدرج لم يُفتح لأن الطابعة {device} لا تعمل الآن.",
        remedy_ar="افتح الدرج بالمفتاح، ثم أصلح الطابعة. العملية مسجلة.",
        en="The drawer was not opened, because printer {device} does not work now.",
        remedy_en="Open the drawer with its key, then mend the printer. The act is recorded.",
    ),
    "drawer.no_printer": Situation(
        Kind.ENVIRONMENT,
        ar="الدرج لم يُفتح لأن الجهاز بلا طابعة.",
        remedy_ar="افتح الدرج بالمفتاح. العملية مسجلة.",
        en="The drawer was not opened, because this device has no printer.",
        remedy_en="Open the drawer with its key. The act is recorded.",
    ),
    "drawer.not_known": Situation(
        Kind.ENVIRONMENT,
        ar="لا يوجد درج موصل بالطابعة {device} في ملف نوعها.",
        remedy_ar="افتح الدرج بالمفتاح. إن كان موصلًا بالطابعة فاطلب من الفني تغيير نوعها.",
        en="The profile of printer {device} knows no drawer.",
        remedy_en="Open the drawer with its key. If there is one, have the technician change the profile.",
    ),
}

SITUATIONS = {**_DRAWER, **_PORT, **_PRINTER, **_CHOICE, **_PRINT}
