"""The revisions of the database, each named by its number."""
