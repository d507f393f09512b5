"""Sync: ships the journal to the centre, learns what it holds, and brings its data into use."""
