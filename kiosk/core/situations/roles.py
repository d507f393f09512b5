"""Situations of rights: an act that this person may not do."""

from kiosk.core.errors import Kind, Situation

SITUATIONS = {
    "roles.no_right": Situation(
        Kind.REFUSED,
        ar="هذا العمل ليس من صلاحياتك.",
        remedy_ar="اطلبه من زميل له هذه الصلاحية.",
        en="You have no right to do this.",
        remedy_en="Ask a colleague who has it.",
    ),
    "roles.supervisor_only": Situation(
        Kind.REFUSED,
        ar="هذا العمل للمشرف فقط.",
        remedy_ar="اطلب المشرف.",
        en="Only a supervisor may do this.",
        remedy_en="Ask the supervisor.",
    ),
    "roles.technician_only": Situation(
        Kind.REFUSED,
        ar="هذا العمل للفني فقط.",
        remedy_ar="اطلب فني الأجهزة.",
        en="Only a technician may do this.",
        remedy_en="Ask the technician.",
    ),
}
