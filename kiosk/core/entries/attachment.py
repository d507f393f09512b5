"""A scan of a paper that belongs to a request: which bytes it is, never what is on it."""

from dataclasses import dataclass
from typing import ClassVar

from kiosk.core.attachments import Media, Sums, sealed_size
from kiosk.core.entries.body import Body
from kiosk.core.wire.codec import fail
from kiosk.core.wire.fields import Code, Hex32, Hex64, Number, Tracking


@dataclass(frozen=True, kw_only=True)
class AttachmentAdded(Body):
    """A scan `kind` (code of a paper) was added to a request; `person`: the record of who asked.

    `content` and `sealed`: SHA-256 of the file as it was taken and as it is kept and sent; sizes in bytes.
    """

    TYPE: ClassVar[str] = "attachment.added"

    attachment: Hex32
    tracking: Tracking
    person: Hex32
    kind: Code
    media: Media
    size: Number
    content: Hex64
    sealed_size: Number
    sealed: Hex64

    def check(self) -> None:
        """The sealed form is as long as sealing makes it."""
        if self.sealed_size != sealed_size(self.size):
            fail("sealed_size", "not that of the content")

    @property
    def sums(self) -> Sums:
        """What identifies both forms."""
        return Sums(self.content, self.size, self.sealed, self.sealed_size)
