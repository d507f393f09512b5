"""A catalogue of any size written by machine, in the same files as the real one."""

from functools import cache

from kiosk.core.catalogue.checks import read_catalogue
from kiosk.core.catalogue.model import Catalogue
from kiosk.core.catalogue.shared import SHARED_FILES
from kiosk.core.marked import read_marked
from tests.core.catalogue.shipped import texts

SHARED = tuple(name for name in SHARED_FILES if name != "gates.yaml")

TEMPLATE = """
code: GEN-{n:03d}
family: building
name:
  ar: خدمة مشتركة فريدة{n:04d}
  en: Service {n}
entity: unit_centre
counter_mode: accept_forward
turnaround: {{days: {days}, basis: target}}
tenders: [cash]
papers_basis: general
papers:
  - request_form
  - any_of: [national_id, passport]
  - {{paper: tax_card, later: yes}}
conditional: {{days: 10, basis: target}}
fields:
  - group: applicant
  - place
  - {{name: size_{n}, ar: الحجم, en: Size, type: whole, min: 1, max: {most}, visible_if: place = city}}
gates:
  - ar: بعد ما قبلها
    en: After the one before
    after: [{after}]
    proof: [tax_card]
"""


@cache
def made_up(count: int) -> Catalogue:
    """A clean catalogue of `count` services, each behind the gate of the one before it."""
    wanted = {name: texts()[name] for name in SHARED}
    for n in range(count):
        after = f"GEN-{n - 1:03d}" if n else ""
        wanted[f"services/GEN-{n:03d}.yaml"] = TEMPLATE.format(n=n, days=n % 30, after=after, most=n + 1)
    checked = read_catalogue({name: read_marked(text, name) for name, text in wanted.items()})
    told = [one for one in checked.problems if one.code != "catalogue.unused_code"]
    assert [str(one) for one in told] == []
    return checked.catalogue
