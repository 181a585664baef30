"""Which call fails how: decided by the seed and the number of the call of its action, never by time.

So two runs with one seed break the same calls, as far as the program under test makes the same ones.
"""
from __future__ import annotations

import random
from collections import Counter
from typing import Optional

# Each kind has the same share of the calls; its variants take turns.
KINDS: list[tuple[str, list[str]]] = [
    ("500", ["500"]),
    ("503", ["503"]),
    ("throttling", ["ThrottlingException", "RequestThrottled"]),
    ("reset", ["reset before the effect", "reset after the effect"]),
    ("hang", ["hang before the effect", "hang after the effect"]),
    ("bad JSON", ["malformed JSON", "truncated JSON", "truncated body"]),
    ("HTML", ["HTML with 200", "HTML with 502"]),
    ("expired token", ["ExpiredToken"]),
    ("partial batch", ["entries failed", "entries missing", "done entries missing"]),
]

BATCH_ONLY = "partial batch"


class FaultPlan:
    """`rate` is the share of each kind. `hang` is how long a call hangs before its connection is reset."""

    def __init__(self, seed: int, rate: float, hang: float):
        self.seed = seed
        self.rate = rate
        self.hang = hang
        self.is_active = True
        self.always: Optional[str] = None
        """This fault for every call, whatever the plan says."""
        self.made: Counter[str] = Counter()
        self._streams: dict[str, random.Random] = {}
        self._turns: Counter[tuple[str, str]] = Counter()

    def stop(self) -> None:
        self.is_active = False
        self.always = None

    def draw(self, action: str) -> Optional[str]:
        """The fault of the next call of an action."""
        stream = self._streams.setdefault(action, random.Random(f"{self.seed} {action}"))
        # Drawn whether it is used or not, so that the n-th call always has the n-th number.
        fault = self.always or self._fault(action, int(stream.random() / self.rate) if self.rate else len(KINDS))
        if not self.is_active or fault is None:
            return None
        self.made[fault] += 1
        return fault

    def _fault(self, action: str, index: int) -> Optional[str]:
        if index >= len(KINDS) or KINDS[index][0] == BATCH_ONLY and not action.endswith("Batch"):
            return None
        kind, variants = KINDS[index]
        self._turns[action, kind] += 1
        return variants[self._turns[action, kind] % len(variants)]
