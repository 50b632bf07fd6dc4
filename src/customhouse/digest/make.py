"""The steps of a digest: choose, write in each language, read that, and leave out what the article lacks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from customhouse.check import Comparison
from customhouse.describe import name
from customhouse.digest.checking import Stated, beyond, said, stated
from customhouse.digest.choosing import Topic, chosen
from customhouse.digest.heading import Heading, heading
from customhouse.digest.markdown import to_markdown
from customhouse.digest.model import Digest, Figure, Part
from customhouse.errors import EmptyFile, WordingError
from customhouse.model import Claim, Document, Language
from customhouse.prose import Passage, compose
from customhouse.texts import date_told

LANGUAGES: tuple[Language, ...] = ("zh", "en")
_TAGS = 8
_TOGETHER = 4
_LEADING = ("value", "quantity", "growth")
_PLAIN = "-"
_STOPS = ".\u3002"
_TAGGED = ("partner", "commodity", "enterprise", "region", "regime", "transport", "flow")


def digest(
    document: Document, claims: Iterable[Claim], languages: Sequence[Language] = LANGUAGES,
    published: str | None = None, source: str | None = None, verdicts: Iterable[Comparison] = (),
) -> Digest:
    """A digest of an article in each language, written from its claims.

    `source` is the address to name, where it is not the article's own; `verdicts` are those of
    `Desk.check` on the claims. Raises EmptyFile where the article states no figure about goods trade
    that can be told.
    """
    mine = [claim for claim in claims if claim.span is None or claim.span.doc == document.name]
    told = date_told(document, published)
    about = heading(document.text)
    article = stated(mine)
    groups = chosen(mine, len(document.text), about.head)
    judged = {said(one.read): one for one in verdicts}
    parts = [_part(language, groups, article, about, told, judged) for language in languages]
    address = source or about.address or Path(document.source).name or document.name
    made = _read_whole(Digest(document.name, told, address, tuple(parts)), groups, article)
    if not any(part.paragraphs for part in made.parts):
        raise EmptyFile(document.name, "no figure about goods trade in a known period to tell",
                        "give an article about trade, or its date with --published")
    return made


def _read_whole(made: Digest, groups: Sequence[Sequence[Topic]], article: Stated) -> Digest:
    """The digest when its whole page reads as the article does: with written titles, or less, if need be.

    The name of the source is not the digest's to change, whatever numbers are in it.
    """
    if not _beyond(made, article):
        return made
    written = [_retitled(part, groups, made.published) for part in made.parts]
    made = replace(made, parts=tuple(written))
    while _beyond(made, article) and any(part.paragraphs for part in made.parts):
        if not _beyond(replace(made, source=_PLAIN), article):
            break
        made = replace(made, parts=tuple(_shorter(part) for part in made.parts))
    return made


def _beyond(made: Digest, article: Stated) -> bool:
    """Whether the page, or a part of it by itself, reads as something that the article does not state."""
    alone = [f"# {part.title}\n\n{part.text}" for part in made.parts if part.paragraphs]
    page = to_markdown(made)
    return any(beyond(text, when, article) for when in (None, made.published) for text in (page, *alone))


def _retitled(part: Part, groups: Sequence[Sequence[Topic]], published: str | None) -> Part:
    title = _title(groups, part.language, published)
    return replace(part, title=title or part.title, own_title=title is None and part.own_title)


def _shorter(part: Part) -> Part:
    """A part without its last paragraph."""
    return replace(part, paragraphs=part.paragraphs[:-1], figures=part.figures[:-1])


def _part(
    language: Language, groups: Sequence[Sequence[Topic]], article: Stated, about: Heading,
    published: str | None, judged: Mapping[str, Comparison],
) -> Part:
    told = [_told(group, language, article, published) for group in groups]
    paragraphs = _together([group for group in told if group], language, article, published)
    own = about.title(language)
    title = own or _title(groups, language, published) or about.titles[:1] or ""
    figures = tuple(tuple(_figure(c, article, judged) for c in p.claims) for p in paragraphs)
    return Part(language, title if isinstance(title, str) else title[0], own is not None, tuple(paragraphs),
                _tags(groups, language), figures)


def _told(
    group: Sequence[Topic], language: Language, article: Stated, published: str | None
) -> list[Claim]:
    """The claims of a group that can be said in a language, so that they read as the article's."""
    claims = [claim for topic in group for claim in topic.claims]
    if _passage([claims], language, article, published) is not None:
        return claims
    return [claim for claim in claims if _passage([[claim]], language, article, published) is not None]


def _together(
    groups: list[list[Claim]], language: Language, article: Stated, published: str | None
) -> list[Passage]:
    """The groups as paragraphs, the first with what comes first; groups that do not go together alone."""
    paragraphs = [part for part in (groups[:2], groups[2:]) if part]
    found = []
    for part in paragraphs:
        whole = _passage(part, language, article, published)
        alone = [_passage([group], language, article, published) for group in part] if whole is None else []
        found += [passage for passage in (whole, *alone) if passage is not None]
    return found


def _passage(
    groups: Sequence[Sequence[Claim]], language: Language, article: Stated, published: str | None
) -> Passage | None:
    """Groups in sentences; None where they cannot be said, or read as something else than the article's."""
    try:
        passage = compose(groups, language, published=published)
    except WordingError:
        return None
    return None if beyond(passage.text, published, article) else passage


def _title(groups: Sequence[Sequence[Topic]], language: Language, published: str | None) -> str | None:
    """The lead figure and its growth as a title: a sentence without its end."""
    for claims in (topic.claims for group in groups for topic in group):
        lead = [claim for claim in claims if claim.measure in _LEADING][:2] or list(claims[:1])
        try:
            text = compose([lead], language, published=published).text.rstrip(_STOPS)
        except WordingError:
            continue
        if not any(stop in text.replace(", ", "") for stop in _STOPS[1:]):
            return text
    return None


def _figure(told: Claim, article: Stated, judged: Mapping[str, Comparison]) -> Figure:
    key = said(told)
    return Figure(told, article.get(key, replace(told)), judged.get(key))


def _tags(groups: Sequence[Sequence[Topic]], language: Language) -> tuple[str, ...]:
    """The names of what the digest is about, parts before flows; of several together each by itself."""
    slices = [topic.slice for group in groups for topic in group]
    codes = [(d, one) for d in _TAGGED for part in slices if (code := getattr(part, d))
             for one in (code.split("+") if code.count("+") < _TOGETHER else ())]
    named = [name(code, language, dimension) for dimension, code in dict.fromkeys(codes)]
    return tuple(dict.fromkeys(named))[:_TAGS]
