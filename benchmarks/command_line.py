"""What a person waits for before a command answers."""

import subprocess
import sys
from collections.abc import Iterator

from benchmarks.frame import Figure, against_limit, against_peer, interleaved


def _run(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)


def start() -> Iterator[Figure]:
    """`kiosk words` from exec to exit, in ms, against a Python that does nothing."""
    own, peer = interleaved(
        lambda: _run("-m", "kiosk", "words", "1234.50"),
        lambda: _run("-c", "pass"),
        rounds=11,
    )
    yield against_limit("cli.start", own * 1000, "ms", limit=1000)
    yield against_peer("cli.start against bare python", own * 1000, peer * 1000, "ms", at_most=8)
