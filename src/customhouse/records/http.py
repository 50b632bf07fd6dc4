"""The network client of all statistics services: polite, patient, and silent about keys.

Answers are streamed to disk, never held whole; the cache is a folder of them, each with a note of what
was asked (without the key). A service that is busy is asked again, as it says or ever more slowly.
"""

from __future__ import annotations

import hashlib
import logging
import os
import random
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from customhouse.errors import OutputError, ServiceError
from customhouse.records.answers import TOO_MUCH, Answer, Cache, said_in, writing
from customhouse.records.services import Patience, Service

__all__ = ["Check", "Client", "Patience", "Progress", "Refused", "Service", "TooMuch"]

Progress = Callable[[int, int | None, str], object]
"""Told how many are done, how many there are (None: unknown), and what they are."""
Check = Callable[[Path], bool | None]
"""Looks at an answer before it is kept; raises ServiceError where it is none, TooMuch where it is cut off.

False says that it is not whole yet (no rows, or not all months): it is used, and asked for again next time.
"""

_RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_SAID_BYTES = 100_000


class Refused(ServiceError):
    """A service that answered with an error: its number, its own words, the beginning of what it sent."""

    def __init__(self, place: str, wrong: str, remedy: str, status: int, body: bytes = b"") -> None:
        super().__init__(place, wrong, remedy)
        self.status, self.body = status, body


class TooMuch(ServiceError):
    """More than the service gives at once: to be asked in smaller pieces."""


class _Redacted(logging.Filter):
    """Takes keys out of what the network library logs."""

    def __init__(self, secret: str) -> None:
        super().__init__()
        self._secret = secret

    def filter(self, record: logging.LogRecord) -> bool:
        """Lets every record through, its key made unreadable."""
        text = record.getMessage()
        if self._secret in text:
            record.msg, record.args = text.replace(self._secret, "***"), ()
        return True


@dataclass(slots=True)
class Client:
    """Asks one service. Give a `cache` folder to keep answers; else they live as long as the client.

    `tell` is told why a wait is, in words.
    """

    service: Service
    cache: Cache | None = None
    patience: Patience = field(default_factory=Patience)
    key: str | None = None
    tell: Callable[[str], object] | None = None
    _http: httpx.Client = field(init=False, repr=False)
    _folder: tempfile.TemporaryDirectory[str] | None = field(init=False, default=None, repr=False)
    _next: float = field(init=False, default=0.0, repr=False)

    def __post_init__(self) -> None:
        self.key = self.key or self.service.key()
        self._http = httpx.Client(timeout=self.patience.timeout, follow_redirects=False,
                                  headers={"User-Agent": "customhouse (trade statistics)"})
        if self.key:
            logging.getLogger("httpx").addFilter(_Redacted(self.key))
        if self.cache is None:
            self._folder = tempfile.TemporaryDirectory()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; answers that are in no cache are gone."""
        self._http.close()
        if self._folder:
            self._folder.cleanup()

    def get(
        self, path: str, params: Mapping[str, str] | None = None, accept: str = "*/*",
        check: Check | None = None, keep: bool = True,
    ) -> Answer:
        """Ask for an address under the service's own, or a whole one of http(s).

        `keep` False asks anew and keeps nothing.

        An answer without rows is not kept: what is not published today may be tomorrow.

        Raises Refused where the service answers with an error, ServiceError where it cannot be
        reached, gives up half way, or answers something else than `check` wants.
        """
        whole = path.startswith(("http://", "https://"))
        url = path if whole else f"{self.service.base()}/{path.lstrip('/')}"
        try:
            asked = str(httpx.URL(url, params=dict(params))) if params else str(httpx.URL(url))
        except httpx.InvalidURL as error:
            raise ServiceError(url[:200], f"no address ({error})", "correct it") from error
        key = hashlib.sha256(f"{asked}\n{accept}".encode()).hexdigest()[:40]
        if self.cache and keep and (found := self.cache.find(key)) and not found.empty:
            if found.status == TOO_MUCH:
                raise TooMuch(asked[:500], found.path.read_text(encoding="utf-8"), "ask for less at once")
            return found
        try:
            answer, whole = self._patiently(url, asked, dict(params or {}), accept, check)
        except TooMuch as error:
            if self.cache and keep:
                self.cache.too_much(key, asked, error.wrong)
            raise
        lasting = self.cache and keep and whole and not answer.empty
        return self.cache.keep(key, answer, asked) if self.cache and lasting else answer

    def _patiently(
        self, url: str, asked: str, params: dict[str, str], accept: str, check: Check | None
    ) -> tuple[Answer, bool]:
        """Ask until there is an answer or patience is at its end; whether the answer is whole."""
        for attempt in range(1, self.patience.attempts + 1):
            last = attempt == self.patience.attempts
            self._wait_turn()
            try:
                answer, wait, why = self._ask(url, asked, params, accept, last)
            except httpx.HTTPError as error:
                if last or isinstance(error, httpx.UnsupportedProtocol):
                    raise self._unreachable(asked, error) from error
                answer, wait = None, None
                why = f"no answer ({type(error).__name__})"
            if answer is not None:
                return answer, not check or self._checked(answer, check)
            self._pause(asked, attempt, wait, why)
        raise AssertionError("the last attempt returns or raises")

    def _checked(self, answer: Answer, check: Check) -> bool:
        if not answer.empty:
            try:
                return check(answer.path) is not False
            except ServiceError:
                answer.path.unlink(missing_ok=True)
                raise
        return False

    def _unreachable(self, asked: str, error: httpx.HTTPError) -> ServiceError:
        said = self._plain(f"{type(error).__name__}: {error}")
        wrong = f"no answer after {self.patience.attempts} attempts ({said})"
        return ServiceError(asked[:500], wrong, "check the network, or try again later")

    def _plain(self, text: str) -> str:
        return text.replace(self.key, "***") if self.key else text

    def _wait_turn(self) -> None:
        """Not more often than the service allows."""
        now = self.patience.clock()
        if now < self._next:
            self.patience.sleep(self._next - now)
        self._next = max(now, self._next) + 60.0 / self.service.per_minute

    def _pause(self, asked: str, attempt: int, wait: float | None, why: str) -> None:
        """As long as the service says, else twice as long each time, give or take; the user is told."""
        if wait is None:
            wait = self.patience.first_wait * 2 ** (attempt - 1) * random.uniform(0.5, 1.5)
        elif wait > self.patience.longest_wait:
            raise ServiceError(asked[:500], f"wants {wait:.0f} s of patience", "try again after that")
        wait = min(wait, self.patience.longest_wait)
        if self.tell:
            left = self.patience.attempts - attempt
            self.tell(f"{self.service.name}: {why}; asked again in {wait:.0f} s, {left} times more at most")
        self.patience.sleep(wait)

    def _ask(
        self, url: str, asked: str, params: dict[str, str], accept: str, last: bool
    ) -> tuple[Answer | None, float | None, str]:
        """One attempt: an answer, or how long to wait before the next (None: as we like) and why."""
        for _ in range(6):
            keyed, headers = self._with_key(url, params), self._headers(url, accept)
            with self._http.stream("GET", url, params=keyed, headers=headers) as response:
                if response.status_code in _REDIRECTS and "location" in response.headers:
                    url, params = str(response.url.join(response.headers["location"])), {}
                    continue
                return self._taken(response, asked, last)
        raise ServiceError(asked[:500], "redirects without an end", "check the address")

    def _own(self, url: str) -> bool:
        """Whether an address is the service's: only such are told the key."""
        ours, theirs = urlsplit(self.service.base()), urlsplit(url)
        return (ours.scheme, ours.netloc) == (theirs.scheme, theirs.netloc)

    def _with_key(self, url: str, params: dict[str, str]) -> dict[str, str] | None:
        if self.key and self.service.key_parameter and self._own(url):
            params = params | {self.service.key_parameter: self.key}
        return params or None

    def _headers(self, url: str, accept: str) -> dict[str, str]:
        headers = {"Accept": accept}
        if self.key and self.service.key_header and self._own(url):
            headers[self.service.key_header] = self.key
        return headers

    def _taken(
        self, response: httpx.Response, asked: str, last: bool
    ) -> tuple[Answer | None, float | None, str]:
        status = response.status_code
        if 200 <= status < 300:
            kind = response.headers.get("content-type", "")
            return Answer(self._saved(response, asked), status, kind, asked=asked), None, ""
        wait = _wait_of(response)
        busy = status in _RETRIED or (status == 403 and wait is not None)
        if busy and not last:
            return None, wait, f"answered {status} {response.reason_phrase}".rstrip()
        body = _start(response)
        said = self._plain(said_in(body))
        remedy = _REMEDIES.get(status, _DOWN if status >= 500 else "change the request, or try again later")
        wrong = f"answered {status} {response.reason_phrase}".rstrip() + (f": {said}" if said else "")
        raise Refused(asked[:500], wrong, remedy, status, body)

    def _saved(self, response: httpx.Response, asked: str) -> Path:
        """The body on disk, no larger than allowed."""
        folder = self.cache.folder if self.cache else Path(self._folder.name if self._folder else ".")
        with writing(folder):
            handle, name = tempfile.mkstemp(dir=folder, suffix=".part")
        size, path = 0, Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                for piece in response.iter_bytes():
                    size += len(piece)
                    if size > self.patience.largest:
                        wrong = f"an answer of more than {self.patience.largest} bytes"
                        raise ServiceError(asked[:500], wrong, "ask for less at once")
                    file.write(piece)
        except OSError as error:
            path.unlink(missing_ok=True)
            raise OutputError(f"{path}: cannot be written ({error.strerror}); make room") from error
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return path


_DOWN = "the service is down or overloaded: try again later"
_REMEDIES = {
    400: "correct the request", 401: "give a valid key in the environment",
    403: "check the key and its quota", 404: "check the address and the codes",
    413: "ask for less at once", 414: "ask for fewer codes at once",
    429: "try again later",
}


def _start(response: httpx.Response) -> bytes:
    """The beginning of an answer that is an error."""
    start = b""
    try:
        for piece in response.iter_bytes():
            start += piece
            if len(start) >= _SAID_BYTES:
                break
    except httpx.HTTPError:
        pass
    return start


def _wait_of(response: httpx.Response) -> float | None:
    """The seconds that Retry-After names, or those until its date."""
    text = response.headers.get("retry-after", "").strip()
    if text.isdigit():
        return float(text)
    try:
        then = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    return max(0.0, (then.replace(tzinfo=then.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
