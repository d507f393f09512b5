"""pyproject.toml, the lock files and docs/dependencies.md name the same libraries."""

import re
import tomllib
from functools import cache

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.quality.tree import ROOT, expect_none

LOCKS = {"requirements.lock": (), "requirements-dev.lock": ("dev",)}
PAGE = "docs/dependencies.md"
COLUMNS = 6
"""Library, what for, why this one, start-up cost, licence: between the six bars of a table row."""


@cache
def declared() -> dict[str, list[Requirement]]:
    """Direct dependencies by the extra that asks for them; '' for those of the program itself."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = {"": project["dependencies"], **project["optional-dependencies"]}
    return {name: [Requirement(line) for line in lines] for name, lines in groups.items()}


def pins(lock: str) -> dict[str, tuple[str, int]]:
    """Version and number of hashes of each library in the text of a lock file."""
    found: dict[str, tuple[str, int]] = {}
    for block in re.split(r"^(?=[A-Za-z0-9])", lock, flags=re.MULTILINE):
        if head := re.match(r"([A-Za-z0-9._-]+)==([^\s;\\]+)", block):
            found[canonicalize_name(head.group(1))] = head.group(2), block.count("--hash=sha256:")
    return found


def disagreements(lock: str, wanted: list[Requirement]) -> list[str]:
    """Where a lock file does not pin what is wanted, or pins anything without a hash."""
    pinned = pins(lock)
    wrong = [f"{name} has no hash" for name, (_, hashes) in pinned.items() if not hashes]
    for requirement in wanted:
        version, _ = pinned.get(canonicalize_name(requirement.name), ("", 0))
        if not version:
            wrong.append(f"{requirement.name} is not locked")
        elif version not in requirement.specifier:
            wrong.append(f"{requirement} is locked at {version}")
    if re.search(r"https?://", lock) or "-url" in re.sub(r"^#.*$", "", lock, flags=re.MULTILINE):
        wrong.append("a lock file names an address")
    return wrong


def described(page: str) -> dict[str, list[str]]:
    """The rows of the tables in docs/dependencies.md: library and its cells."""
    rows = re.findall(r"^\| `([^`]+)` \|(.*)\|$", page, re.MULTILINE)
    return {canonicalize_name(name): [cell.strip() for cell in cells.split("|")] for name, cells in rows}


def test_lock_files_pin_what_is_declared() -> None:
    for file, extras in LOCKS.items():
        wanted = [one for extra in ("", *extras) for one in declared()[extra]]
        lock = (ROOT / file).read_text(encoding="utf-8")
        expect_none([f"{file}: {wrong}" for wrong in disagreements(lock, wanted)])


def test_both_lock_files_pin_the_same_versions() -> None:
    program, development = (pins((ROOT / file).read_text(encoding="utf-8")) for file in LOCKS)
    assert {name: development.get(name, ("", 0))[0] for name in program} == {
        name: v for name, (v, _) in program.items()
    }


def test_every_dependency_is_explained_and_nothing_else() -> None:
    rows = described((ROOT / PAGE).read_text(encoding="utf-8"))
    names = {canonicalize_name(one.name) for group in declared().values() for one in group}
    expect_none([f"{name} has no line in {PAGE}" for name in sorted(names - set(rows))])
    expect_none([f"{name} is explained in {PAGE} but not a dependency" for name in sorted(set(rows) - names)])


def test_each_explanation_is_whole() -> None:
    for name, cells in described((ROOT / PAGE).read_text(encoding="utf-8")).items():
        assert len(cells) == COLUMNS - 2, name
        assert all(cells), name


def test_a_lock_that_disagrees_is_found() -> None:
    wanted = [Requirement("click>=8.1"), Requirement("rfc8785==0.1.4")]
    good = "click==8.5.1 \\\n    --hash=sha256:ab\nrfc8785==0.1.4 ; x \\\n    --hash=sha256:cd\n"
    assert disagreements(good, wanted) == []
    assert disagreements(good.replace("8.5.1", "7.0"), wanted) == ["click>=8.1 is locked at 7.0"]
    assert disagreements(good.replace("--hash=sha256:cd", ""), wanted) == ["rfc8785 has no hash"]
    assert disagreements("", wanted) == ["click is not locked", "rfc8785 is not locked"]
    assert disagreements(good + "--extra-index" + "-url x\n", wanted) == ["a lock file names an address"]
    assert disagreements(good + "x @ https://example.org/x.whl\n", wanted) == ["a lock file names an address"]


def test_an_explanation_is_read_from_its_row() -> None:
    page = "| library | what for |\n| --- | --- |\n| `PyYAML` | reads | line marks | 9 ms | MIT |\n"
    assert described(page) == {"pyyaml": ["reads", "line marks", "9 ms", "MIT"]}
