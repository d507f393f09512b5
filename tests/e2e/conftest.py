"""What tests from end to end share."""

from tests.crash.conftest import memory

__all__ = ["memory"]
