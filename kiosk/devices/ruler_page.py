"""The page that shows what a printer obeys: one section for each command, and the profile that follows.

Sections are numbered in the printer's own letters, which every ESC/POS printer has. Each is made so that a
person sees at a glance whether the command was obeyed; nothing here is hidden by what another one does.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

from kiosk.core.raster import Bitmap
from kiosk.devices.escpos_codes import INIT, checked, native_qr, store_logo, stored_logo, two, units
from kiosk.devices.profiles import (
    EATS_LF,
    LOSES_48,
    NO_BACK,
    NO_CUT_FEED,
    NO_ESC_J,
    NO_LEAP,
    Profile,
)

GAP = 96
"""Rows or dots, 12 mm, that a command leaves free if it is obeyed."""
BASELINES = (17, 19, 21)
"""Rows from the top of a letter to where it stands, of which the technician picks the best."""
WIDTHS = (384, 512, 576)
LOGO_KEY = b"KT"
_WIDE = 48


@dataclass(frozen=True)
class Question:
    """What the technician is asked about a section; its number on the paper is its place among all."""

    code: str
    ar: str
    en: str


QUESTIONS = (
    Question("feed", "مربعان بينهما فراغ 12 مم", "two blocks with 12 mm between them"),
    Question("esc-j", "مربعان بينهما فراغ 12 مم", "two blocks with 12 mm between them"),
    Question("lf", "مربعان بينهما فراغ 12 مم", "two blocks with 12 mm between them"),
    Question(
        "margins", "المربع الثاني إلى اليمين 12 مم", "the second block stands 12 mm further to the right"
    ),
    Question("columns", "مربع أسود كامل", "a whole black block"),
    Question("leap", "مربعان على سطر واحد بينهما فراغ 18 مم", "two blocks on one line, 18 mm between them"),
    Question("back", "مربعان على سطر واحد بينهما فراغ 12 مم", "two blocks on one line, 12 mm between them"),
    Question(
        "letters",
        "الحروف تنتهي حيث ينتهي الخط الذي تحتها",
        "the letters end where the bar under them ends",
    ),
    Question("qr", "كود مربع يقرؤه الهاتف", "a square code that a phone reads"),
    Question("logo", "إطار مربع", "a square frame"),
    Question("height", "مربع صغير تحت المربع الكبير", "a small block under the large one"),
    Question("cut", "قُطع الورق", "the paper was cut"),
    Question("cut-feed", "السطر END كامل فوق القطع", "the line END is whole above the cut"),
)
CODES = tuple(question.code for question in QUESTIONS)
_ONLY_IF_ASKED = "logo"


def ruler_page(profile: Profile, *, with_logo: bool = False) -> bytes:
    """The bytes of the page. `with_logo`: also store a small picture, which wears the printer's memory."""
    sections = {
        "feed": _block() + _feed(GAP) + _block(),
        "esc-j": _block() + b"\x1bJ" + bytes((GAP,)) + _block(),
        "lf": b"\x1b3" + bytes((GAP,)) + _block() + b"\n" + _block(),
        "margins": _block() + b"\x1dL" + two(GAP) + b"\x1dW" + two(_WIDE) + _block() + _whole(profile),
        "columns": _columns() + _feed(24),
        "leap": _columns() + b"\x1b$" + two(192) + _columns() + _feed(24),
        "back": b"\x1b$" + two(192) + _columns() + b"\x1b\\" + _back(192) + _columns() + _feed(24),
        "letters": b"0123456789ABCDEFGHIJ" + _feed(24) + _bar(240),
        "qr": native_qr("KIOSK", 5),
        "logo": stored_logo(LOGO_KEY),
        "height": _picture(6, 48) + _picture(2, 15),
    }
    out = store_logo(_frame(), LOGO_KEY) if with_logo else b""
    for number, question in enumerate(QUESTIONS, 1):
        if question.code in sections and (question.code != _ONLY_IF_ASKED or with_logo):
            out += _start(profile) + f"{number} {question.code}".encode("ascii") + _feed(32)
            out += sections[question.code] + _feed(24)
    out += _start(profile) + b"LEVEL" + _feed(32) + _levels(profile)
    out += b"".join(
        _start(profile) + str(width).encode("ascii") + _feed(32) + _bar(width) for width in WIDTHS
    )
    cut = b"" if profile.cut == "none" else b"\x1dVB\x00"
    return checked(out + _start(profile) + b"END" + _feed(32) + cut)


def calibrated(base: Profile, code: str, seen: Collection[str], *, width: int, baseline: int) -> Profile:
    """The profile of a printer whose page showed what `seen` names (codes of QUESTIONS)."""
    tier = 1
    if {"columns", "leap", "letters"} <= set(seen):
        tier = 4
    elif "columns" in seen:
        tier = 3
    elif "qr" in seen or "logo" in seen:
        tier = 2
    lacks = (
        ("esc-j", NO_ESC_J),
        ("lf", EATS_LF),
        ("leap", NO_LEAP),
        ("back", NO_BACK),
        ("cut-feed", NO_CUT_FEED),
        ("height", LOSES_48),
    )
    cuts = "cut" in seen
    tail = 24 if cuts and "cut-feed" in seen else 120 if cuts else 96
    return replace(
        base,
        code=code,
        name_ar=f"{base.name_ar} – {code}",
        name_en=f"{base.name_en} – {code}",
        width_dots=width,
        tier=tier,
        margins="margins" in seen,
        qr="qr" in seen,
        qr_longest=(base.qr_longest or 400) if "qr" in seen else 0,
        logo="logo" in seen,
        cell_width=12,
        cell_height=24,
        cell_baseline=baseline,
        cut=("partial" if base.cut == "none" else base.cut) if cuts else "none",
        cut_feeds=cuts and "cut-feed" in seen,
        tail_rows=tail,
        quirks=tuple(sorted(quirk for one, quirk in lacks if one not in seen)),
    )


def _start(profile: Profile) -> bytes:
    return INIT + units(profile)


def _whole(profile: Profile) -> bytes:
    return b"\x1dL" + two(0) + b"\x1dW" + two(profile.width_dots)


def _feed(rows: int) -> bytes:
    return b"\x1b3" + bytes((rows,)) + b"\n"


def _picture(stride: int, rows: int) -> bytes:
    return b"\x1dv0\x00" + two(stride) + two(rows) + b"\xff" * (stride * rows)


def _block() -> bytes:
    return _picture(_WIDE // 8, 15)


def _bar(width: int) -> bytes:
    """A thin bar with a thicker end, which is missing where the paper is narrower."""
    stride = width // 8
    end = b"\x00" * (stride - 1) + b"\xff"
    return b"\x1dv0\x00" + two(stride) + two(15) + b"\xff" * (stride * 3) + end * 12


def _columns(rows: int = 24) -> bytes:
    column = (((1 << rows) - 1) << 24 - rows).to_bytes(3, "big")
    return b"\x1b*\x21" + two(_WIDE) + column * _WIDE


def _back(dots: int) -> bytes:
    return (-dots).to_bytes(2, "little", signed=True)


def _levels(profile: Profile) -> bytes:
    """For each height: its number, then a block that ends where letters would stand."""
    out = b""
    for rows in BASELINES:
        out += _start(profile) + _columns(rows) + f"HHH {rows}".encode("ascii") + _feed(40)
    return out


def _frame() -> Bitmap:
    return Bitmap(64, b"\xff" * 32 + (b"\xf0" + b"\x00" * 6 + b"\x0f") * 56 + b"\xff" * 32)
