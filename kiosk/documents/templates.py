"""The shipped templates: which one prints what."""

from functools import cache

from kiosk.core.errors import BugError
from kiosk.documents.fill import fill
from kiosk.documents.model import Handover, PapersMissing, Printable, Receipt, XReport, ZReport
from kiosk.documents.nodes import Document
from kiosk.documents.template import Template
from kiosk.documents.template_reader import load_template
from kiosk.resources import read_resource

_NAMES: dict[type, str] = {
    Receipt: "receipt",
    PapersMissing: "papers_missing",
    XReport: "x_report",
    ZReport: "z_report",
    Handover: "handover",
}


@cache
def shipped(name: str) -> Template:
    """Read a shipped template once. Raises the errors of `load_template`."""
    file = f"{name}.yaml"
    return load_template(read_resource("templates", file), file)


def document(data: Printable) -> Document:
    """Fill the shipped template of this paper."""
    name = _NAMES.get(type(data))
    if name is None:
        raise BugError(f"no template prints {type(data).__name__}")
    return fill(shipped(name), data)


def watermark(data: Printable) -> str:
    """What lies across a PDF page of this paper: training and void papers must not pass for real ones."""
    if data.training:
        return "تدريب"
    return "ملغى" if isinstance(data, Receipt) and data.void else ""
