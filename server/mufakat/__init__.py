"""Mufakat publishes a treaty regime as linked data and answers questions about it."""

__version__ = "0.1.0"
