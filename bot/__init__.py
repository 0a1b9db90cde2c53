"""Animateur: a quiet assistant to the people who tend a network."""

__version__ = "0.1.0"
