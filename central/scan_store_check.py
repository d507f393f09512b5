"""Looks whether the store of scans does what it must, and whether it holds what the tables name."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from central.attachments import HELD, store_of
from central.centre import Centre
from central.scan_stores import FOLDER, bucket_of, name_in_use, where
from central.schema_books import upload
from kiosk.core.errors import KnownError


@dataclass(frozen=True)
class InUse:
    """Which store holds the scans: `store` is its name, `problem` why it cannot be used now."""

    store: str
    where: str
    problem: KnownError | None

    @property
    def in_bucket(self) -> bool:
        """Whether it is an object store."""
        return self.store != FOLDER

    def payload(self) -> dict[str, Any]:
        """As `--json` shows it."""
        problem = self.problem
        return {
            "store": "bucket" if self.in_bucket else "folder",
            "where": self.where,
            "problem": None if problem is None else problem.code,
        }


@dataclass
class Checked:
    """What a check found. `public`: strangers can read the bucket. `missing`: scans that the tables call
    whole and that are not there with their size; `others`: wholes that the tables do not name.
    """

    in_use: InUse
    probed: str = ""
    public: bool = False
    held: int = 0
    missing: list[str] = field(default_factory=list)
    others: int = 0


def store_in_use(centre: Centre) -> InUse:
    """Which store it is, and whether it can be reached and is the right one."""
    with centre.storage.read() as db:
        name = name_in_use(db)
    try:
        if name != FOLDER:
            bucket_of(centre.folder, name).see_that_it_is_ours()
    except KnownError as error:
        return InUse(name, where(centre.folder, name), error)
    return InUse(name, where(centre.folder, name), None)


def check_scans_store(centre: Centre) -> Checked:
    """Write, read back and remove a probe in the bucket of `DATA/scans`, in use or not yet, if there is one;
    then compare the store in use with the tables, by names and sizes. Raises KnownError `scans.*`.
    """
    done = Checked(store_in_use(centre))
    if centre.folder.scans_file.exists() or done.in_use.in_bucket:
        bucket = bucket_of(centre.folder)
        done.public, done.probed = bucket.probe(), bucket.where
    if done.in_use.problem is not None:
        raise done.in_use.problem
    there = dict(store_of(centre).wholes())
    with centre.storage.read() as db:
        rows = db.execute(select(upload.c.upload, upload.c.size, upload.c.state)).all()
    held = {row.upload: row.size for row in rows if row.state == HELD}
    done.held = len(held)
    done.missing = sorted(name for name, size in held.items() if there.get(name) != size)
    done.others = len(there.keys() - {row.upload for row in rows})
    return done
