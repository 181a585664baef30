"""Who sent, received, accepted and deleted what; and what must never happen, noted when it happens.

A message is known by its key, which is in its body: "17", or "g03/17" for number 17 of a FIFO group.
"""
from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import Callable, Optional

from .messages import Message, now
from .queues import Queue
from .service import SettlingFaults


@dataclass
class Entry:
    key: str
    message_id: str
    body: str
    sent_at: float
    receives: list[float] = field(default_factory=list)
    posts: list[float] = field(default_factory=list)
    accepted: list[float] = field(default_factory=list)
    """When a whole 2xx answer was sent."""
    hindered: list[tuple[float, str, str]] = field(default_factory=list)
    """When an action on it failed by plan: the action and the fault."""
    deleted_at: Optional[float] = None
    dead_at: Optional[float] = None

    @property
    def group(self) -> Optional[str]:
        return self.key.rpartition("/")[0] or None

    @property
    def number(self) -> int:
        return int(self.key.rpartition("/")[2])


def body_of(key: str, size: int = 0) -> str:
    return json.dumps({"key": key, "text": "é" * size}, ensure_ascii=False)


def key_of(body: str) -> str:
    return str(json.loads(body)["key"])


class Ledger(SettlingFaults):
    """Hears the queue and the application; both run in this process, so what it hears is in order."""

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self.violations: list[str] = []
        self.accepted_count = 0
        """Messages that were accepted at least once."""
        self.deleted_count = 0
        self.dead_count = 0
        self.kills: list[float] = []
        self.restarts: list[float] = []
        self._latest: dict[str, int] = {}
        self._running: dict[str, int] = {}
        self._waiting: list[tuple[Callable[[], bool], asyncio.Future[None]]] = []

    async def until(self, condition: Callable[[], bool], limit: float) -> bool:
        """Whether the condition comes true within a time."""
        if condition():
            return True
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((condition, future))
        await asyncio.wait([future], timeout=limit)
        self._waiting = [waiting for waiting in self._waiting if waiting[1] is not future]
        return future.done()

    def changed(self) -> None:
        """Wakes those whose condition has come true."""
        for condition, future in self._waiting:
            if not future.done() and condition():
                future.set_result(None)

    # The queue

    def sent(self, queue: Queue, message: Message) -> None:
        key = key_of(message.body)
        self.entries[key] = Entry(key, message.id, message.body, message.sent_at)

    def received(self, queue: Queue, message: Message) -> None:
        self.entries[key_of(message.body)].receives.append(message.received_at)
        self.changed()

    def deleted(self, queue: Queue, message: Message) -> None:
        entry = self.entries[key_of(message.body)]
        entry.deleted_at = now()
        self.deleted_count += 1
        if not entry.accepted:
            self.violations.append(f"message {entry.key} was deleted before any 2xx for it was sent")
        self.changed()

    def dead_lettered(self, queue: Queue, message: Message) -> None:
        entry = self.entries[key_of(message.body)]
        entry.dead_at = now()
        self.dead_count += 1
        if not entry.posts:
            self.violations.append(f"message {entry.key} reached the dead-letter queue without having been POSTed")
        self.changed()

    def hindered(self, queue: Queue, action: str, handles: list[str], fault: str) -> None:
        for handle in handles:
            message = queue.find(handle)
            if message is not None:
                self.entries[key_of(message.body)].hindered.append((now(), action, fault))

    # The application

    def posted(self, key: str, message_id: str, body: bytes) -> None:
        entry = self.entries.get(key)
        if entry is None:
            self.violations.append(f"a message was POSTed that was never sent: {key!r}")
            return
        entry.posts.append(now())
        if message_id != entry.message_id:
            self.violations.append(f"message {key} was POSTed with the id of another one")
        if body != entry.body.encode():
            self.violations.append(f"message {key} was POSTed with another body than was sent")
        if entry.group is not None:
            self._running[entry.group] = self._running.get(entry.group, 0) + 1
            if self._running[entry.group] > 1:
                self.violations.append(f"group {entry.group}: {key} was POSTed while another POST of it was open")
        self.changed()

    def ended(self, key: str) -> None:
        """The POST has its answer, or its connection is gone."""
        entry = self.entries.get(key)
        if entry is not None and entry.group is not None:
            self._running[entry.group] -= 1

    def accept(self, key: str) -> None:
        """To be called right before the 2xx is written."""
        entry = self.entries.get(key)
        if entry is None:
            return
        if entry.group is not None:
            latest = self._latest.get(entry.group, -1)
            if entry.number < latest:
                self.violations.append(f"group {entry.group}: {entry.number} was accepted after {latest}")
            self._latest[entry.group] = max(latest, entry.number)
        self.accepted_count += not entry.accepted
        entry.accepted.append(now())
        self.changed()
