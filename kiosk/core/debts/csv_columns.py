"""The columns of a file of debts (CSV): the headings, and what each means in Arabic."""

COLUMNS: dict[str, str] = {
    "debtor_code": "كود المدين في المركز",
    "debtor_name": "اسم المدين كاملًا",
    "father_name": "اسم الأب",
    "national_number": "الرقم القومي، أو فارغ",
    "phone": "رقم المحمول، أو فارغ",
    "address": "العنوان",
    "account": "كود الحساب أو المديونية",
    "contract": "رقم العقد كما هو مطبوع، إن اختلف عن الحساب",
    "kind": "نوع المديونية كما في اللائحة",
    "body": "كود الجهة صاحبة الدين",
    "fund": "كود الحساب أو الصندوق داخل الجهة",
    "deposit": "هل هو تأمين يُرد: yes أو no",
    "lease_to": "من يحصّلها: collector أو unit أو none",
    "lease_holder": "كود المحصل أو الوحدة",
    "lease_until": "آخر يوم للمحصل أو الوحدة، أو فارغ",
    "charge_id": "كود البند داخل الحساب",
    "component": "نوع البند: principal أو late أو costs",
    "due": "تاريخ الاستحقاق",
    "amount": "المبلغ المستحق بالجنيه",
    "label": "وصف البند",
}
OPTIONAL = frozenset({"contract"})
"""Columns that a file may leave out."""
OF_DEBTOR = ("debtor_name", "father_name", "national_number", "phone", "address")
OF_ACCOUNT = (
    *("contract", "kind", "body", "fund", "deposit"),
    *("lease_to", "lease_holder", "lease_until"),
)
"""What must be the same in all rows of one debtor, and of one account."""
