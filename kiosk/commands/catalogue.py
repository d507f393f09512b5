"""`kiosk catalogue …`: check, build, show, search and list the service catalogue."""

import click

from kiosk.commands.base import LazyGroup

COMMANDS = {
    "build": "kiosk.commands.catalogue_build:build",
    "check": "kiosk.commands.catalogue_check:check",
    "list": "kiosk.commands.catalogue_read:list_services",
    "search": "kiosk.commands.catalogue_read:search",
    "show": "kiosk.commands.catalogue_read:show",
}


@click.group(cls=LazyGroup, lazy=COMMANDS, name="catalogue")
def catalogue() -> None:
    """دليل الخدمات · the service catalogue."""
