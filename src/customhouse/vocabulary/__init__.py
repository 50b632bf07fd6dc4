"""The only door to the code lists: codes to words, words to codes, in Chinese and English."""

from customhouse.vocabulary.blocs import ever_members, members
from customhouse.vocabulary.lexicon import Lexicon, lexicon
from customhouse.vocabulary.patterns import guarded, mapping, pattern, words
from customhouse.vocabulary.tables import Entry, entries, name, phrase, rows, split
from customhouse.vocabulary.triggers import triggers

__all__ = [
    "Entry", "Lexicon", "entries", "ever_members", "guarded", "lexicon", "mapping", "members", "name",
    "pattern", "phrase", "rows", "split", "triggers", "words",
]
