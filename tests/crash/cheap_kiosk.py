"""`python -m tests.crash.cheap_kiosk …`: the real command line in a process of its own, with cheap keys."""

from kiosk.__main__ import main
from kiosk.commands import desk_session
from kiosk.store.slot_model import KdfParameters
from kiosk.store.store import Opening

if __name__ == "__main__":
    desk_session.OPENING = Opening(kdf=KdfParameters(64, 1, 1), floor=KdfParameters(8, 1, 1))
    main()
