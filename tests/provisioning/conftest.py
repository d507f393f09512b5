"""The central server of the tests of sync, for enrolling at it."""

from tests.sync.conftest import cheap_numbers, device, server

__all__ = ["cheap_numbers", "device", "server"]
