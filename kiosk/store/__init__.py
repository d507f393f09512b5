"""The encrypted database of one device: driver, key slots, journal, read models, backup."""
