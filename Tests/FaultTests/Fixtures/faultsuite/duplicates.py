"""Why messages were accepted more than once."""
from __future__ import annotations

from collections import Counter

from .ledger import Entry, Ledger

WITHOUT_REASON = "no fault explains it"
RAN_OUT = "its visibility ran out while sqsd had it"


def count(ledger: Ledger) -> Counter[str]:
    return Counter(
        reason(ledger, entry, index) for entry in ledger.entries.values() for index in range(1, len(entry.accepted)))


def keys(ledger: Ledger, wanted: str) -> list[str]:
    return [entry.key for entry in ledger.entries.values()
            if any(reason(ledger, entry, index) == wanted for index in range(1, len(entry.accepted)))]


def reason(ledger: Ledger, entry: Entry, index: int) -> str:
    """Of acceptance number `index`, counted from 0, after the one before it."""
    before, again = entry.accepted[index - 1], entry.accepted[index]
    if any(before <= kill <= again for kill in ledger.kills):
        return "sqsd was killed before its delete"
    # The answer may still have been on its way to sqsd then.
    if any(before <= restart <= before + 0.5 for restart in ledger.restarts):
        return "the application cut the connection as it answered"
    hindered = [(action, fault) for moment, action, fault in entry.hindered if moment <= again]
    if any(action.startswith("DeleteMessage") for action, _ in hindered):
        return "its delete failed by plan"
    if any(action.startswith("ChangeMessageVisibility") for action, _ in hindered):
        return "its visibility change failed by plan"
    received = [moment for moment in entry.receives if moment <= again]
    if received and received[-1] < before:
        return RAN_OUT
    return WITHOUT_REASON
