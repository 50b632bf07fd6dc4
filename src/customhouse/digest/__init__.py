"""Digests: a short text in each language written from the figures of an article, and from nothing else.

    model     a digest, its parts by language, its figures with their verdicts
    choosing  which figures are worth telling
    heading   the article's own title, date and address
    checking  whether a text says nothing that the article does not
    make      the steps in order
    markdown  the page: front matter, sentences with the figures in bold
"""

from customhouse.digest.make import digest
from customhouse.digest.markdown import to_markdown
from customhouse.digest.model import Digest, Figure, Part

__all__ = ["Digest", "Figure", "Part", "digest", "to_markdown"]
