"""What a printer can do, read from `resources/printers/*.yaml`; the reasons stand in those files."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from kiosk.core.errors import KnownError
from kiosk.core.marked import Marked, read_marked
from kiosk.resources import read_resource, resources_folder

Cut = Literal["partial", "full", "none"]
Drawer = Literal["pin2", "pin5", "none"]
Flow = Literal["none", "rtscts", "xonxoff"]
FOLDER = "printers"
DEFAULT = "generic-80"


EATS_LF, NO_LEAP, NO_ESC_J = "eats-lf-after-picture", "no-esc-$-in-a-line", "ignores-esc-j"
NO_BACK, NO_CUT_FEED, LOSES_48 = "ignores-moves-back", "cut-66-does-not-feed", "loses-command-after-48-rows"
QUIRKS = (EATS_LF, NO_LEAP, NO_ESC_J, NO_BACK, NO_CUT_FEED, LOSES_48)
"""What firmware is known to do wrong; docs/devices.md says what each costs."""


@dataclass(frozen=True)
class Profile:
    """One kind of printer, lengths in dots and rows. `band_bytes`, `band_rows`: the largest picture at once.

    `qr_longest`: characters of the longest code that it draws itself; `cell_*`: a letter of its own type;
    `tail_rows`: white at the end; `drawer`: the pin of the cash drawer; `quirks`: words of QUIRKS.
    """

    code: str
    name_ar: str
    name_en: str
    width_dots: int
    dots_per_inch: int
    tier: int
    baud: int
    flow: Flow
    band_bytes: int
    band_rows: int
    margins: bool
    qr: bool
    qr_longest: int
    logo: bool
    job_id: bool
    cell_width: int
    cell_height: int
    cell_baseline: int
    cut: Cut
    cut_feeds: bool
    tail_rows: int
    drawer: Drawer
    near_end: bool
    clear_buffer: bool
    quirks: tuple[str, ...]

    @property
    def stride(self) -> int:
        """Bytes of one row of dots."""
        return -(-self.width_dots // 8)

    @property
    def draws_codes(self) -> bool:
        """Whether QR codes are left to the printer."""
        return self.tier >= 2 and self.qr

    @property
    def keeps_logo(self) -> bool:
        """Whether the logo is printed from the printer's own memory."""
        return self.tier >= 2 and self.logo

    @property
    def sets_text(self) -> bool:
        """Whether numbers and Latin text are set in the printer's own type."""
        return self.tier >= 4


def profile_codes() -> list[str]:
    """The codes of the shipped profiles."""
    return sorted(file.stem for file in resources_folder().joinpath(FOLDER).glob("*.yaml"))


def shipped_profile(code: str) -> Profile:
    """Read a shipped profile. Raises KnownError `printer.profile_*` or `yaml.*`."""
    known = profile_codes()
    if code not in known:
        raise KnownError("printer.profile_unknown", name=code, known=", ".join(known))
    file = f"{code}.yaml"
    return read_profile(read_resource(FOLDER, file), file)


def read_profile(text: str, file: str) -> Profile:
    """Read the text of a profile; its code is the file's name.

    Raises KnownError `printer.profile_key` or `printer.profile_wrong` with file and line, or `yaml.*`.
    """
    root = read_marked(text, file)
    entries = root.map or {}
    for key in entries:
        if key not in _READERS:
            raise _key(entries[key], key)
    for key in _READERS:
        if key not in entries:
            raise _key(root, key)
    values = {key: read(entries[key], key) for key, read in _READERS.items()}
    profile = Profile(code=file.removesuffix(".yaml"), **values)  # type: ignore[arg-type]
    if profile.band_bytes < profile.stride:
        raise _wrong(entries["band_bytes"], "band_bytes", f"{profile.stride} …")
    if profile.sets_text and (profile.cell_height != 24 or NO_LEAP in profile.quirks):
        raise _wrong(entries["tier"], "tier", "1 … 3")
    return profile


Read = Callable[[Marked, str], object]


def _key(at: Marked, key: str) -> KnownError:
    return KnownError("printer.profile_key", file=at.file, line=at.line, key=key, known=", ".join(_READERS))


def _wrong(at: Marked, key: str, expected: str) -> KnownError:
    value = at.text if at.text is not None else "…"
    return KnownError(
        "printer.profile_wrong", file=at.file, line=at.line, key=key, value=value, expected=expected
    )


def _words(at: Marked, key: str) -> str:
    if not (at.text or "").strip():
        raise _wrong(at, key, "abc")
    return str(at.text).strip()


def _whole(lowest: int, highest: int) -> Read:
    def read(at: Marked, key: str) -> int:
        text = at.text or ""
        if not (text.isascii() and text.isdigit() and lowest <= int(text) <= highest):
            raise _wrong(at, key, f"{lowest} … {highest}")
        return int(text)

    return read


def _among(*words: str) -> Read:
    def read(at: Marked, key: str) -> str:
        if at.text not in words:
            raise _wrong(at, key, " · ".join(words))
        return at.text

    return read


def _quirks(at: Marked, key: str) -> tuple[str, ...]:
    for one in at.items or []:
        if one.text not in QUIRKS:
            raise _wrong(one, key, " · ".join(QUIRKS))
    if at.items is None:
        raise _wrong(at, key, "[…]")
    return tuple(sorted({str(one.text) for one in at.items}))


def _flag(at: Marked, key: str) -> bool:
    if at.text not in ("yes", "no"):
        raise _wrong(at, key, "yes · no")
    return at.text == "yes"


_READERS: dict[str, Read] = {
    "name_ar": _words,
    "name_en": _words,
    "width_dots": _whole(64, 2040),
    "dots_per_inch": _whole(100, 600),
    "tier": _whole(1, 4),
    "baud": _whole(1200, 4_000_000),
    "flow": _among("none", "rtscts", "xonxoff"),
    "band_bytes": _whole(1, 65_535),
    "band_rows": _whole(1, 1023),
    "margins": _flag,
    "qr": _flag,
    "qr_longest": _whole(0, 2000),
    "logo": _flag,
    "job_id": _flag,
    "cell_width": _whole(8, 32),
    "cell_height": _whole(8, 64),
    "cell_baseline": _whole(0, 64),
    "cut": _among("partial", "full", "none"),
    "cut_feeds": _flag,
    "tail_rows": _whole(0, 1000),
    "drawer": _among("pin2", "pin5", "none"),
    "near_end": _flag,
    "clear_buffer": _flag,
    "quirks": _quirks,
}


def written_profile(profile: Profile) -> str:
    """A profile as the text of its file, which `read_profile` reads."""
    return "".join(f"{key}: {_written(getattr(profile, key))}\n" for key in _READERS)


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return f"[{', '.join(map(str, value))}]"
    return str(value)
