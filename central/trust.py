"""Whom devices of this centre believe, and so the centre itself where it reads what was signed before."""

from central.centre import Centre
from kiosk.core.wire.authority import Authority


def authority_of(centre: Centre) -> Authority:
    """The root of the centre with what it has delegated, as of now."""
    texts = [text.encode() for text in centre.keys.delegations]
    return Authority(centre.keys.root, texts, now=centre.now())
