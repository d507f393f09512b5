"""What devices had collected above what a file of debts then stated: a void gives none of that back.

A file may say that less is owed than was paid before it came. Nothing is owed then, and not less than
nothing: a payment that is voided afterwards lets no more be owed than the file stated.
"""

import json
from collections.abc import Iterable, Mapping

from sqlalchemy import Connection

from central.storage import put_setting, setting

_OVER_PAID = "debts.over_paid"
"""Setting: list of [account, charge, piastres]; there are few."""
Charge = tuple[str, str]


def keep_over_paid(db: Connection, stated: Iterable[Charge], above: Mapping[Charge, int]) -> None:
    """Note after a file, inside the open `write`: of the charges that it `stated` these were paid `above` it,
    in piastres, and the others were not.
    """
    before = _kept(db)
    after = {**before, **above}
    if before:
        for one in stated:
            if one not in above:
                after.pop(one, None)
    _keep(db, before, after)


def take_over_paid(db: Connection, account: str, id_: str, piastres: int) -> int:
    """How much of a payment that is voided was above its charge, in piastres; that is not asked again."""
    before = _kept(db)
    taken = min(piastres, before.get((account, id_), 0))
    if taken:
        left = before[account, id_] - taken
        rest = {key: value for key, value in before.items() if key != (account, id_)}
        _keep(db, before, {**rest, (account, id_): left} if left else rest)
    return taken


def forget_over_paid(db: Connection, account: str, id_: str) -> None:
    """A person has said what is owed on a charge from now on."""
    keep_over_paid(db, [(account, id_)], {})


def _kept(db: Connection) -> dict[Charge, int]:
    return {
        (account, id_): piastres for account, id_, piastres in json.loads(setting(db, _OVER_PAID) or "[]")
    }


def _keep(db: Connection, before: Mapping[Charge, int], after: Mapping[Charge, int]) -> None:
    if after != before:
        listed = [[*key, piastres] for key, piastres in sorted(after.items())]
        put_setting(db, _OVER_PAID, json.dumps(listed, ensure_ascii=False))
