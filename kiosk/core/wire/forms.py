"""Forms of values that only the exchange with the centre uses: certificates, signed texts, titles."""

import re
from typing import Annotated

from kiosk.core.wire.codec import Text, Whole

Der = Annotated[str, Text(re.compile(r"(?:[0-9a-f]{2}){1,4096}", re.ASCII))]
"""A certificate or request in DER, as lower-case hex."""
SignedText = Annotated[str, Text(re.compile(r"\{[^\x00-\x1f]{2,400000}\}"))]
"""The bytes of a signed object (canonical JSON) as text, inside another object."""
Title = Annotated[
    str, Text(re.compile(r"[^\s\x00-\x1f\x7f-\x9f\u2028\u2029][^\x00-\x1f\x7f-\x9f\u2028\u2029]{0,119}"))
]
"""One line that people read: the name of a unit or vehicle."""
Address = Annotated[str, Text(re.compile(r"https://[A-Za-z0-9.\[\]:-]{1,200}", re.ASCII))]
"""Where the centre is reached: scheme, host and port, nothing after them."""
AppVersion = Annotated[str, Text(re.compile(r"[0-9A-Za-z][0-9A-Za-z.+-]{0,31}", re.ASCII))]
"""A release of the program."""
DatasetName = Annotated[str, Text(re.compile(r"[a-z][a-z0-9-]{0,31}", re.ASCII))]
"""Name of a set of data from the centre."""
SealedHex = Annotated[str, Text(re.compile(r"(?:[0-9a-f]{2}){1,65536}", re.ASCII))]
"""Sealed bytes as lower-case hex."""
Locator = Annotated[str, Text(re.compile(r"[0-9]{4}", re.ASCII))]
"""The open part of a one-time number: it finds the prepared enrolment and proves nothing."""
Epoch = Annotated[int, Whole(1, 9999)]
"""The life of a server's database: one more after each restore from a backup."""
