"""Releases laid out as files: HTML, Word, Markdown, workbooks, CSV, pictures; all of them or none."""

from customhouse.release.layout.write import FORMATS, period_of, stem, write_release

__all__ = ["FORMATS", "period_of", "stem", "write_release"]
