"""docs/commands.md and the program name the same commands and options; other pages name only what exists."""

import re
from collections.abc import Iterable, Mapping

import click

from tests.quality.commands import commands, targets, walk
from tests.quality.tree import ROOT, Source, expect_none, text_files

PAGE = "docs/commands.md"
HEADING = re.compile(r"^## `?(kiosk(?: [a-z][a-z0-9-]*)+)", re.MULTILINE)


def sections(page: str) -> dict[str, str]:
    """Each documented command with the text below its heading; '' is the text before the first."""
    found: dict[str, str] = {}
    starts = list(HEADING.finditer(page))
    found[""] = page[: starts[0].start()] if starts else page
    ends = [start.start() for start in starts[1:]] + [len(page)]
    for start, end in zip(starts, ends, strict=False):
        found[start.group(1)] = page[start.start() : end]
    return found


def undocumented(page: str, known: Mapping[str, click.Command]) -> list[str]:
    """What the page lacks or invents. An option described before the first heading is common to all."""
    said = sections(page)
    missing = [f"{name}: no heading '## {name}'" for name in known if name not in said]
    missing += [
        f"{name}: documented, but there is no such command" for name in said if name and name not in known
    ]
    for name, command in known.items():
        text = said[""] + said.get(name, "")
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                flags = [*parameter.opts, *parameter.secondary_opts]
                missing += [f"{name}: {flag} is not named" for flag in flags if not _names(text, flag)]
    return missing


def _names(text: str, flag: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(flag)}(?![\w-])", text) is not None


def invented(source: Source, known: Iterable[str], makes: Iterable[str]) -> list[str]:
    """Commands that a page tells people to type, in a code block or code span, but that do not exist."""
    known, makes = set(known), set(makes)
    groups = {name.rpartition(" ")[0] for name in known} | {"kiosk"}
    typed: list[str] = []
    for block in re.findall(r"^```[a-z]*\n(.*?)^```", source.text, re.MULTILINE | re.DOTALL):
        typed += block.splitlines()
    typed += re.findall(r"(?<!`)`([^`\n]+)`(?!`)", source.text)
    wrong = []
    for line in typed:
        words = line.strip().removeprefix("$ ").removeprefix(".venv/bin/").split()
        if words[:1] == ["make"]:
            wrong += [f"make {w}" for w in words[1:] if re.fullmatch("[a-z][a-z-]*", w) and w not in makes]
        elif words[:1] == ["kiosk"]:
            name = "kiosk"
            for word in words[1:]:
                if name not in groups or not re.fullmatch("[a-z][a-z0-9-]*", word):
                    break
                name = f"{name} {word}"
            if name not in known and name not in groups:
                wrong.append(name)
    return [f"{source.path}: `{name}` does not exist" for name in wrong]


def test_every_command_and_option_is_documented() -> None:
    path = ROOT / PAGE
    page = path.read_text(encoding="utf-8") if path.is_file() else ""
    expect_none(undocumented(page, commands()))


def test_pages_name_only_commands_that_exist() -> None:
    pages = [source for source in text_files() if source.path.endswith(".md")]
    assert pages
    expect_none([wrong for page in pages for wrong in invented(page, commands(), targets())])


@click.command()
@click.option("--loud/--soft")
@click.argument("amount")
def _words(loud: bool, amount: str) -> None:
    """Stand-in of a command."""


def test_what_is_missing_from_the_page_is_named() -> None:
    known = dict(walk(click.Group("kiosk", {"words": _words}), "kiosk"))
    assert undocumented("", known) == [
        "kiosk words: no heading '## kiosk words'",
        "kiosk words: --loud is not named",
        "kiosk words: --soft is not named",
    ]
    assert undocumented("## kiosk words AMOUNT\n`--loud`, `--softly`", known) == [
        "kiosk words: --soft is not named"
    ]
    assert undocumented("`--soft`\n## `kiosk words AMOUNT`\n`--loud`\n", known) == []
    assert undocumented("--loud --soft\n## kiosk words\n## kiosk sing\n", known) == [
        "kiosk sing: documented, but there is no such command"
    ]


def test_an_invented_command_is_found() -> None:
    page = Source(
        "README.md",
        "```sh\nmake test\nmake dance\nkiosk words 5\nkiosk sing\n```\n"
        "Type `make rest`, `kiosk fee show X`, `kiosk --help`.",
    )
    assert invented(page, ["kiosk words", "kiosk fee show"], ["test"]) == [
        "README.md: `make dance` does not exist",
        "README.md: `kiosk sing` does not exist",
        "README.md: `make rest` does not exist",
    ]
