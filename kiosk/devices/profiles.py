"""What a printer can do, read from `resources/printers/*.yaml`; the reasons stand in those files."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from kiosk.core.errors import KnownError
from kiosk.core.marked import Marked, read_marked
from kiosk.resources import read_resource, resources_folder

Cut = Literal["partial", "full", "none"]
FOLDER = "printers"
DEFAULT = "generic-80"


@dataclass(frozen=True)
class Profile:
    """One kind of printer. `band_bytes`: the largest picture at once; `tail_rows`: white rows at the end."""

    code: str
    name_ar: str
    name_en: str
    width_dots: int
    dots_per_inch: int
    tier: int
    baud: int
    band_bytes: int
    margins: bool
    cut: Cut
    tail_rows: int
    clear_buffer: bool

    @property
    def stride(self) -> int:
        """Bytes of one row of dots."""
        return -(-self.width_dots // 8)

    @property
    def draws(self) -> bool:
        """Whether it draws QR codes and keeps a logo by itself."""
        return self.tier >= 2


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


def _flag(at: Marked, key: str) -> bool:
    if at.text not in ("yes", "no"):
        raise _wrong(at, key, "yes · no")
    return at.text == "yes"


_READERS: dict[str, Read] = {
    "name_ar": _words,
    "name_en": _words,
    "width_dots": _whole(64, 2040),
    "dots_per_inch": _whole(100, 600),
    "tier": _whole(1, 2),
    "baud": _whole(1200, 4_000_000),
    "band_bytes": _whole(1, 65_535),
    "margins": _flag,
    "cut": _among("partial", "full", "none"),
    "tail_rows": _whole(0, 1000),
    "clear_buffer": _flag,
}
