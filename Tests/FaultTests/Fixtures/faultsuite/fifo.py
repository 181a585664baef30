"""The state of a FIFO queue (Amazon SQS Developer Guide, "FIFO queue delivery logic")."""
from __future__ import annotations

import hashlib
from typing import Any, Optional

from .messages import Message, SQSError
from .queues import Observer, Queue

REMEMBERED_FOR = 300


class FIFOQueue(Queue):
    def __init__(self, name: str, attributes: dict[str, str], observer: Observer):
        super().__init__(name, attributes, observer)
        self._groups: dict[str, dict[str, Message]] = {}
        self._duplicates: dict[str, tuple[float, Message]] = {}
        self._attempts: dict[str, tuple[float, list[Message], list[str]]] = {}

    def send(self, moment: float, body: str, **more: Any) -> Message:
        key = more.pop("deduplication_id", None)
        if not more.get("group"):
            raise SQSError("MissingParameter", "The request must contain the parameter MessageGroupId.")
        if key is None:
            if self.attributes.get("ContentBasedDeduplication") != "true":
                raise SQSError("InvalidParameterValue", "The queue needs a MessageDeduplicationId.")
            key = hashlib.sha256(body.encode()).hexdigest()
        known = self._duplicates.get(key)
        if known and moment < known[0] + REMEMBERED_FOR:
            return known[1]
        message = super().send(moment, body, **more)
        message.system.update(MessageDeduplicationId=key, SequenceNumber=f"{message.sequence:020}")
        self._duplicates[key] = (moment, message)
        return message

    def receive(
        self, moment: float, most: int, visibility: Optional[int] = None, attempt: Optional[str] = None
    ) -> list[Message]:
        """The same attempt again brings the same messages, handles and counts, and starts their visibility anew."""
        repeated = self._repeat(moment, attempt) if attempt else None
        if repeated is None:
            received = super().receive(moment, most, visibility)
            if attempt and received:
                self._attempts[attempt] = (moment, received, [message.handle for message in received])
            return received
        for message in repeated:
            message.received_at = moment
            self._hide(message, moment + (self.visibility if visibility is None else visibility))
        return repeated

    def _repeat(self, moment: float, attempt: str) -> Optional[list[Message]]:
        made_at, messages, handles = self._attempts.get(attempt, (0.0, [], []))
        if not messages or moment >= made_at + REMEMBERED_FOR:
            return None
        # Once one of them was deleted, changed or has run out, the attempt means nothing any more.
        if any(message.id not in self._messages or message.handle != handle or message.was_changed
               or not message.is_in_flight(moment) for message, handle in zip(messages, handles)):
            return None
        return messages

    def delete(self, moment: float, handle: str) -> None:
        message = self.find(handle)
        if message is not None and (message.handle != handle or not message.is_in_flight(moment)):
            raise SQSError("InvalidParameterValue", "Reason: The receipt handle has expired.", is_late=True)
        super().delete(moment, handle)

    def _candidates(self, moment: float) -> list[Message]:
        """As many of a group as there are, oldest group first; none of a group with a message in flight."""
        found: list[Message] = []
        for group in sorted(self._groups.values(), key=lambda group: next(iter(group.values())).sequence):
            if not any(message.is_in_flight(moment) for message in group.values()):
                found += group.values()
        return found

    def _add(self, message: Message) -> None:
        super()._add(message)
        self._groups.setdefault(message.group or "", {})[message.id] = message

    def _remove(self, message: Message) -> None:
        super()._remove(message)
        group = self._groups.get(message.group or "", {})
        group.pop(message.id, None)
        if not group:
            self._groups.pop(message.group or "", None)
