"""The option `--device-secret` of set-up and enrolment: what holds the secret, and what to say about it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import click

from kiosk.core.errors import KnownError, error_payload
from kiosk.core.secret_words import SECRET_WORDS
from kiosk.store.device_backends import BACKENDS, available
from kiosk.store.device_secret import FILE

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True)
class Held:
    """The backend that a new device gets; `instead`: why it is not the one that was asked for."""

    backend: str
    instead: KnownError | None

    @property
    def arabic(self) -> str:
        """What is in force and why, in a line or two."""
        why = f"{self.instead.sentence('ar')} استُعمل الملف بدلًا منها.\n" if self.instead else ""
        return why + SECRET_WORDS[self.backend].ar

    @property
    def english(self) -> str:
        """The same in English."""
        why = f"{self.instead.sentence('en')} The file is used instead.\n" if self.instead else ""
        return why + SECRET_WORDS[self.backend].en

    def plain(self) -> dict[str, Any]:
        """The same as JSON."""
        return {
            "device_secret": self.backend,
            "device_secret_instead": error_payload(self.instead) if self.instead else None,
        }


def held_by(wanted: str) -> Held:
    """Look whether this machine has what was asked for; the file, which every machine has, if not."""
    return Held(*available(wanted))


def device_secret_option(function: Function) -> Function:
    """`--device-secret file|keyring|tpm`."""
    return click.option(
        "--device-secret",
        type=click.Choice(BACKENDS),
        default=FILE,
        show_default=True,
        help="ما يحفظ سر الجهاز: ملف، خزينة النظام، شريحة أمان · what holds the device secret",
    )(function)
