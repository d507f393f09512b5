"""Embeds fonts in a PDF so that copied text is exactly what was written.

Every triple of (glyph, character it stands for, advance) has a code of its own. ToUnicode gives the character
back, so no reader has to guess what a joined glyph meant; the declared width is the shaped advance, kerning
included, so no reader sees a gap or an overlap and splits a word there. A ligature or a letter with marks is
written as its visible glyph and blanks, one for each further character, in visual order: readers that turn
Arabic around do so character by character. Only the used glyphs are embedded, under their own indexes.
"""

from typing import Any

import uharfbuzz as hb
from reportlab.pdfbase import pdfdoc

from kiosk.documents.shaping import EM, Font, font

_TAG = "KIOSKA"
"""Six letters before the name, as the PDF format asks of subsets."""
_UNNEEDED = (b"GSUB", b"GPOS", b"GDEF", b"cmap")
"""Tables that nobody needs once glyphs are chosen and placed."""


class EmbeddedFont:
    """One font of one PDF: hands out codes while pages are drawn, then writes its objects."""

    def __init__(self, name: str, resource: str) -> None:
        self.font: Font = font(name)
        self.resource = resource
        self._codes: dict[tuple[int, str, int], int] = {}
        self._blank = int(self.font.hb_font.get_nominal_glyph(0x20))

    def codes(self, index: int, text: str, advance: int) -> list[int]:
        """The two-byte codes that draw a glyph and say a text; together they advance by so many units.

        `text` is in visual order, left to right, and not empty.
        """
        share, rest = divmod(advance, len(text))
        codes = []
        for place, character in enumerate(text):
            key = (self._blank, character, share) if place else (index, character, share + rest)
            codes.append(self._codes.setdefault(key, len(self._codes) + 1))
        return codes

    def write(self, document: Any) -> None:
        """Add the font's objects to a reportlab document and name it in the page resources."""
        base = f"{_TAG}+{self.font.stem}"
        descendant = _dictionary(
            Type=_name("Font"),
            Subtype=_name("CIDFontType2"),
            BaseFont=_name(base),
            CIDSystemInfo=_dictionary(
                Registry=pdfdoc.PDFString("Adobe"), Ordering=pdfdoc.PDFString("Identity"), Supplement=0
            ),
            FontDescriptor=self._descriptor(document, base),
            DW=0,
            W=pdfdoc.PDFArray([1, pdfdoc.PDFArray(self._widths())]),
            CIDToGIDMap=self._reference(document, "map", self._glyph_map()),
        )
        whole = _dictionary(
            Type=_name("Font"),
            Subtype=_name("Type0"),
            BaseFont=_name(base),
            Encoding=_name("Identity-H"),
            DescendantFonts=pdfdoc.PDFArray([document.Reference(descendant, f"{self.resource}.cid")]),
            ToUnicode=self._reference(document, "unicode", self._to_unicode().encode()),
        )
        document.idToObject["BasicFonts"].dict[self.resource] = document.Reference(
            whole, f"{self.resource}.font"
        )

    def _widths(self) -> list[int]:
        return [advance for _, _, advance in self._codes]

    def _glyph_map(self) -> bytes:
        return b"\0\0" + b"".join(index.to_bytes(2, "big") for index, _, _ in self._codes)

    def _subset(self) -> bytes:
        wanted = hb.SubsetInput()
        wanted.glyph_set.update(index for index, _, _ in self._codes)
        wanted.flags = hb.SubsetFlags.RETAIN_GIDS | hb.SubsetFlags.NO_HINTING
        wanted.drop_table_tag_set.update(int.from_bytes(tag, "big") for tag in _UNNEEDED)
        face = hb.subset(self.font.face, wanted)
        return bytes(face.blob.data)

    def _descriptor(self, document: Any, base: str) -> Any:
        extents = self.font.hb_font.get_font_extents("ltr")
        descriptor = _dictionary(
            Type=_name("FontDescriptor"),
            FontName=_name(base),
            Flags=4,
            FontBBox=pdfdoc.PDFArray([-EM, extents.descender, 2 * EM, extents.ascender]),
            ItalicAngle=0,
            Ascent=extents.ascender,
            Descent=extents.descender,
            CapHeight=700,
            StemV=80,
            FontFile2=self._reference(document, "file", self._subset(), file=True),
        )
        return document.Reference(descriptor, f"{self.resource}.descriptor")

    def _reference(self, document: Any, part: str, content: bytes, *, file: bool = False) -> Any:
        stream = pdfdoc.PDFStream(content=content)
        if file:
            stream.dictionary["Length1"] = len(content)
        stream.filters = [pdfdoc.PDFZCompress]
        return document.Reference(stream, f"{self.resource}.{part}")

    def _to_unicode(self) -> str:
        """The CMap that gives each code its character back."""
        said = [(code, text) for (_, text, _), code in self._codes.items()]
        lines = [
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
            "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
            "1 begincodespacerange <0000> <FFFF> endcodespacerange",
        ]
        for first in range(0, len(said), 100):
            part = said[first : first + 100]
            lines.append(f"{len(part)} beginbfchar")
            lines += [f"<{code:04X}> <{text.encode('utf-16-be').hex().upper()}>" for code, text in part]
            lines.append("endbfchar")
        lines.append("endcmap CMapName currentdict /CMap defineresource pop end end")
        return "\n".join(lines)


def _name(text: str) -> Any:
    return pdfdoc.PDFName(text)


def _dictionary(**entries: Any) -> Any:
    return pdfdoc.PDFDictionary(entries)
