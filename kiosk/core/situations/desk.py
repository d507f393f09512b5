"""Situations of the acts of staff: shifts, approvals, persons, reference data on the device."""

from kiosk.core.errors import Kind, Situation

SITUATIONS = {
    "session.expired": Situation(
        Kind.REFUSED,
        ar="انتهت مدة صلاحيتك على هذا الجهاز.",
        remedy_ar="سلّم ما معك وأغلق ورديتك، ثم اطلب تجديد الصلاحية من المركز.",
        en="Your validity on this device has run out.",
        remedy_en="Hand over and close your shift, then ask the centre to renew it.",
    ),
    "approval.expired": Situation(
        Kind.REFUSED,
        ar="انتهت مدة صلاحية المعتمِد {staff} على هذا الجهاز.",
        remedy_ar="اطلب اعتماد مشرف آخر صلاحيته سارية.",
        en="The validity of approver {staff} on this device has run out.",
        remedy_en="Ask another supervisor whose validity holds.",
    ),
    "approval.changed": Situation(
        Kind.REFUSED,
        ar="تغيرت البيانات بعد أن عُرضت على المعتمِد {staff}.",
        remedy_ar="اعرض البيانات الحالية عليه واطلب اعتماده من جديد.",
        en="What approver {staff} was shown has changed since.",
        remedy_en="Show the present state and ask for approval again.",
    ),
    "shift.none_open": Situation(
        Kind.REFUSED,
        ar="لا توجد وردية مفتوحة.",
        remedy_ar="افتح ورديتك أولًا بعدّ النقدية واستلام الدفتر.",
        en="No shift is open.",
        remedy_en="Open your shift first: count the float and take the book.",
    ),
    "shift.of_another": Situation(
        Kind.REFUSED,
        ar="الوردية المفتوحة عهدة الموظف {staff}.",
        remedy_ar="يغلق صاحبها ورديته أو يسلّمها أولًا، ثم تفتح ورديتك.",
        en="The open shift is in the custody of {staff}.",
        remedy_en="Its holder closes or hands over first, then you open yours.",
    ),
    "shift.closing": Situation(
        Kind.REFUSED,
        ar="بدأ عدّ نقدية هذه الوردية، فلا تقبل عملًا جديدًا.",
        remedy_ar="أكمل إغلاقها ثم افتح وردية جديدة.",
        en="This shift is being counted and takes no more work.",
        remedy_en="Finish closing it, then open a new one.",
    ),
    "person.unknown": Situation(
        Kind.DAMAGED,
        ar="بيانات الشخص {person} غير موجودة على هذا الجهاز.",
        remedy_ar="راجع المشرف؛ قد تكون البيانات محفوظة في المركز.",
        en="The details of person {person} are not on this device.",
        remedy_en="Ask the supervisor; the centre may hold them.",
    ),
    "person.erased": Situation(
        Kind.REFUSED,
        ar="مُسحت بيانات الشخص {person} بحكم مدة الحفظ أو القانون.",
        remedy_ar="المعاملة نفسها محفوظة؛ البيانات الشخصية لا تُسترجع.",
        en="The details of person {person} were erased by retention or law.",
        remedy_en="The transaction itself is kept; personal details cannot be brought back.",
    ),
    "person.damaged": Situation(
        Kind.DAMAGED,
        ar="بيانات الشخص {person} تالفة أو عُبث بها.",
        remedy_ar="أوقف العمل على هذا السجل وأبلغ المشرف.",
        en="The details of person {person} are damaged or were altered.",
        remedy_en="Leave this record and tell the supervisor.",
    ),
    "dataset.missing": Situation(
        Kind.ENVIRONMENT,
        ar="بيانات {dataset} غير موجودة على هذا الجهاز.",
        remedy_ar="حدّث الجهاز من المركز أو أعد إعداد النسخة التجريبية.",
        en="The data {dataset} are not on this device.",
        remedy_en="Update the device from the centre, or set up the trial again.",
    ),
    "setup.no_supervisor": Situation(
        Kind.INPUT,
        ar="لا يوجد مشرف بين الموظفين المطلوب إضافتهم.",
        remedy_ar="أضف مشرفًا واحدًا على الأقل؛ هو من يعتمد الإلغاء وفروق النقدية.",
        en="There is no supervisor among the staff to be added.",
        remedy_en="Add at least one: voids and differences need his approval.",
    ),
    "zone.bad": Situation(
        Kind.INPUT,
        ar="{file} سطر {line}: خانة {what} في بيانات التوقيت ناقصة أو خطأ.",
        remedy_ar="اكتب من أي لحظة (UTC) وكم دقيقة، بالترتيب الزمني.",
        en="{file} line {line}: {what} of the time-zone data is missing or wrong.",
        remedy_en="Give the instant (UTC) and the minutes, in order of time.",
    ),
}
