"""Reads a publication folder: data, saved queries, checks, reasoning."""
