"""Words for the codes of printed lines: fee lines by their table, parts of debts, and our own lines."""

from collections.abc import Callable

from kiosk.core.catalogue.model import Text
from kiosk.core.entries.parts import Line
from kiosk.core.errors import KnownError
from kiosk.desk.session import Session

OWN: dict[str, Text] = {
    "costs": Text("مصروفات", "costs"),
    "late": Text("غرامة تأخير", "late charge"),
    "principal": Text("أصل المديونية", "principal"),
    "advance": Text("دفعة مقدمة", "advance"),
    "on_account": Text("سداد تحت الحساب", "payment on account"),
    "rounding": Text("جبر كسور", "rounding"),
    "change_left": Text("باقٍ لم تتوفر له فكة", "change left"),
    "fee": Text("رسم الخدمة", "fee"),
}
"""Labels that no table holds: parts of a debt, credits, and lines that the payment itself adds."""
CAPACITIES: dict[str, Text] = {
    "self": Text("صاحب الشأن", "himself"),
    "heir": Text("وارث", "heir"),
    "relative": Text("قريب", "relative"),
    "agent": Text("وكيل", "agent"),
    "buyer": Text("مشترٍ أو متنازل إليه", "buyer"),
    "other": Text("غير ذلك", "other"),
}
"""In which capacity somebody pays."""


def line_labels(session: Session, service: str | None) -> Callable[[Line], Text]:
    """How the lines of a payment are called; `service` is that of the request that it pays."""
    known = dict(OWN)
    if service is not None:
        try:
            lines = session.reference.fees.service(service).lines
        except KnownError as error:
            if error.code != "fees.service_unknown":
                raise
            lines = ()
        values = session.reference.fees.parameters
        known |= {name: Text(one.label.ar, one.label.en) for name, one in values.items()}
        known |= {line.id: Text(line.label.ar, line.label.en) for line in lines}

    def label(line: Line) -> Text:
        return known.get(line.label) or Text(line.label, line.label)

    return label
