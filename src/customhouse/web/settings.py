"""What a counter allows: sizes, times and numbers of requests, with defaults for a small public machine."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Where a counter listens and where its limits lie. Sizes are in bytes, times in seconds.

    `proxies` are the addresses of reverse proxies whose word on a client's address is taken.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    proxies: str = "127.0.0.1"
    body_bytes: int = 2_000_000
    """A request's body, where it is no upload."""
    upload_bytes: int = 10_000_000
    text_characters: int = 200_000
    """A text that is pasted or found in an upload."""
    seconds: float = 20.0
    """One request, from its first byte to the start of its answer."""
    working: int = 2
    """Processes for heavy work, and for whatever comes from outside."""
    worker_bytes: int = 3_000_000_000
    """Memory of one of them."""
    waiting: int = 128
    """Requests that wait for their turn before others are sent away."""
    in_flight: int = 256
    """Requests that are being answered at once."""
    per_minute: int = 1200
    """Requests of one client in a minute; 0 sets no limit."""
    origins: str = "*"
    """From which pages of others the API may be read by a browser; empty: from none."""
    rows: int = 100_000
    """Figures of one answer that is not streamed."""
    page_rows: int = 200
    """Figures of a table on a page, and of a page of the API unless told."""
    cache_bytes: int = 64 * 2**20
    """Answers that are kept for those who ask the same."""
    index_cells: int = 25_000_000
    """Cells of a source that are put in order in memory at the most, some 160 bytes each; 0 for none."""
    cubes: int = 12
    """Statistics (a source as known on a day, in a currency, by concepts) that are kept open."""

    @property
    def figures_seconds(self) -> float:
        """What the figures of a page may take: the page has to be written too."""
        return 0.8 * self.seconds


DEFAULTS = Settings()
