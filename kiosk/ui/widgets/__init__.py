"""Widgets that screens are made of; each takes the Look first and final texts after it."""
