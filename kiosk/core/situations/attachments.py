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
}
