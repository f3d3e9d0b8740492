"""Read a publication's folder: files, saved queries, canonical form, checks, release."""

from mufakat.publication.publication import Publication, SourceFile

__all__ = ["Publication", "SourceFile"]
