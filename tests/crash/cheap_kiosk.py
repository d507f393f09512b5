"""The real command line in a process of its own, with cheap keys.

`python -m tests.crash.cheap_kiosk WORD …` runs one command. Without words it runs one in a fork of itself for
each line of JSON (`folder`, `environment`, `words`) and answers with its exit code; what the command said is
in `folder` then, as `said` and `failed`. So what all of them import is imported once.
"""

import json
import os
import sys
from pathlib import Path

from kiosk.__main__ import main
from kiosk.commands import desk_session, queue, verify
from kiosk.store.slot_model import KdfParameters
from kiosk.store.store import Opening


def command() -> None:
    """Run the command of our arguments; ends the process."""
    desk_session.OPENING = Opening(kdf=KdfParameters(64, 1, 1), floor=KdfParameters(8, 1, 1))
    main()


def _fork_does(folder: str, environment: dict[str, str], words: list[str]) -> int:
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    ended = 70
    try:
        for descriptor, name in ((1, "said"), (2, "failed")):
            os.dup2(os.open(Path(folder, name), os.O_WRONLY | os.O_CREAT | os.O_TRUNC), descriptor)
        os.environ.update(environment)
        sys.argv = ["kiosk", *words]
        command()
    except SystemExit as end:
        ended = int(end.code or 0)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(ended)


USED = queue, verify
"""What every fork needs is imported here, once."""


def serve() -> None:
    """Run commands until the input ends."""
    for line in sys.stdin:
        ended = _fork_does(**json.loads(line))
        sys.stdout.write(f"{ended}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    if sys.argv[1:]:
        command()
    else:
        serve()
