"""The installer for Debian, run into staging folders."""
