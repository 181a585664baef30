"""What sqsd wrote, in few words: a storm makes thousands of lines of a few kinds."""
from __future__ import annotations

import re


class Log:
    """The first line of each kind, and how many there were. Lines of one kind differ in their numbers and ids."""

    MOST_KINDS = 40

    def __init__(self) -> None:
        self._kinds: dict[str, tuple[int, str]] = {}

    def add(self, line: str) -> None:
        if '"level":"info"' in line or '"level":"debug"' in line:
            return
        kind = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9]+", "", line)
        count, first = self._kinds.get(kind, (0, line))
        if count or len(self._kinds) < self.MOST_KINDS:
            self._kinds[kind] = (count + 1, first)

    def lines(self) -> list[str]:
        return [f"{count} x {first}" for count, first in self._kinds.values()]
