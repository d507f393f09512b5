"""One-time numbers from the centre as people give them: from the environment or a hidden prompt."""

import os

import click

from kiosk.commands.base import output

ACTIVATION = "KIOSK_ACTIVATION"


def activation_of(code: str) -> str:
    """The activation number of a person as typed: from KIOSK_ACTIVATION or a hidden prompt."""
    typed = os.environ.get(ACTIVATION)
    if typed is not None:
        return typed
    return _asked(f"كود تفعيل الموظف {code}", f"Activation number of {code}")


def number_of() -> str:
    """The number of an enrolment slip, asked for."""
    return _asked("رقم التسجيل المكتوب في الورقة", "Number of the enrolment slip")


def _asked(arabic: str, english: str) -> str:
    answer: str = click.prompt(output().text(arabic, english), hide_input=True, err=True)
    return answer
