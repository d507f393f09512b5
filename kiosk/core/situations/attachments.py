"""Situations of scans: files that are not taken, scans that do not open, and their way to the centre."""

from kiosk.core.errors import Kind, Situation

SITUATIONS = {
    "attachment.not_a_scan": Situation(
        Kind.INPUT,
        ar="الملف ليس PDF ولا صورة JPEG أو PNG.",
        remedy_ar="امسح المستند من جديد واحفظه PDF أو JPEG أو PNG.",
        en="The file is neither a PDF nor a JPEG or PNG image.",
        remedy_en="Scan the paper again and save it as PDF, JPEG or PNG.",
    ),
    "attachment.too_large": Situation(
        Kind.INPUT,
        ar="حجم الملف {size} كيلوبايت، والحد {limit}.",
        remedy_ar="امسح المستند بدقة أقل، أو كل صفحة في ملف.",
        en="The file has {size} kilobytes; the limit is {limit}.",
        remedy_en="Scan at a lower resolution, or one page a file.",
    ),
    "attachment.unknown_kind": Situation(
        Kind.INPUT,
        ar="لا يوجد مستند بالكود {kind}.",
        remedy_ar="اكتب كود مستند من كتالوج الخدمات؛ الأمر kiosk request form يعرضها.",
        en="There is no paper with the code {kind}.",
        remedy_en="Use the code of a paper of the catalogue; kiosk request form shows them.",
    ),
    "attachment.unknown": Situation(
        Kind.INPUT,
        ar="المرفق {attachment} غير موجود هنا.",
        remedy_ar="راجع الرقم في قائمة المرفقات.",
        en="Attachment {attachment} is not here.",
        remedy_en="Check its id in the list of attachments.",
    ),
    "attachment.erased": Situation(
        Kind.REFUSED,
        ar="مُسح المرفق {attachment} مع بيانات صاحبه.",
        remedy_ar="الطلب نفسه محفوظ؛ صورة المستند لا تُسترجع.",
        en="Attachment {attachment} was erased with the details of its person.",
        remedy_en="The request itself is kept; the scan cannot be brought back.",
    ),
    "attachment.damaged": Situation(
        Kind.DAMAGED,
        ar="ملف المرفق {attachment} ناقص أو تالف أو عُبث به.",
        remedy_ar="امسح المستند من جديد وأرفقه بالطلب، وأبلغ الدعم الفني.",
        en="The file of attachment {attachment} is missing, damaged or was altered.",
        remedy_en="Scan the paper again, attach it to the request, and tell technical support.",
    ),
    "attachment.awaited": Situation(
        Kind.REFUSED,
        ar="وصل قيد المرفق {attachment} ولم تصل صورته بعد.",
        remedy_ar="انتظر: يرسلها الجهاز بعد القيود على شبكة مناسبة.",
        en="The entry of attachment {attachment} is here; the scan has not arrived yet.",
        remedy_en="Wait: the device sends it after its entries, on a suitable network.",
    ),
    "attachment.cannot_open": Situation(
        Kind.DAMAGED,
        ar="لا يفتح مفتاح المركز المرفق {attachment}.",
        remedy_ar="راجع مفاتيح الاستلام القديمة في المركز.",
        en="The intake key of the centre does not open attachment {attachment}.",
        remedy_en="Look among the centre's older intake keys.",
    ),
    "attachment.no_upload": Situation(
        Kind.INPUT,
        ar="لم يبدأ إرسال هذه الصورة.",
        remedy_ar="يبدأ الجهاز إرسالها من جديد في المزامنة التالية.",
        en="The upload of this scan was not begun.",
        remedy_en="The device begins it again with the next sync.",
    ),
    "attachment.other_offset": Situation(
        Kind.REFUSED,
        ar="عند المركز من هذه الصورة {offset} بايت.",
        remedy_ar="يكمل الجهاز من هناك في المزامنة التالية.",
        en="The centre has {offset} bytes of this scan.",
        remedy_en="The device goes on from there with the next sync.",
    ),
    "attachment.unfinished": Situation(
        Kind.REFUSED,
        ar="لم تكتمل هذه الصورة عند المركز: وصل {offset} بايت.",
        remedy_ar="يكمل الجهاز إرسالها في المزامنة التالية.",
        en="This scan is not whole at the centre: {offset} bytes are there.",
        remedy_en="The device sends the rest with the next sync.",
    ),
    "attachment.bad_checksum": Situation(
        Kind.DAMAGED,
        ar="تغيّر جزء من الصورة في الطريق.",
        remedy_ar="يرسل الجهاز الجزء من جديد في المزامنة التالية.",
        en="A piece of the scan changed on its way.",
        remedy_en="The device sends the piece again with the next sync.",
    ),
    "attachment.altered": Situation(
        Kind.DAMAGED,
        ar="ما وصل من الصورة ليس ما أعلنه الجهاز.",
        remedy_ar="يرسلها الجهاز من أولها في المزامنة التالية.",
        en="What arrived is not the scan that the device announced.",
        remedy_en="The device sends it from the start with the next sync.",
    ),
}
