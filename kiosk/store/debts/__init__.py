"""Debts on the device: a snapshot in two sets of tables; a new one is loaded beside the one in use."""
