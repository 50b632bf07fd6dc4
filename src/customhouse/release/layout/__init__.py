"""Releases laid out as files: HTML, Word, Markdown, workbooks, CSV, pictures; all of them or none."""

from customhouse.release.layout.write import FORMATS, stem, write_release

__all__ = ["FORMATS", "stem", "write_release"]
