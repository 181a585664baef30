"""The state of a standard queue, without sockets. Time is an argument."""
from __future__ import annotations

import heapq
import itertools
import uuid
from typing import Any, Iterable, Optional

from .messages import Message, SQSError, make_handle, read_handle

LONGEST_VISIBILITY = 43_200


class Observer:
    """Hears what happens to the messages of a queue."""

    def sent(self, queue: Queue, message: Message) -> None: ...

    def received(self, queue: Queue, message: Message) -> None: ...

    def deleted(self, queue: Queue, message: Message) -> None: ...

    def dead_lettered(self, queue: Queue, message: Message) -> None: ...


class Queue:
    def __init__(self, name: str, attributes: dict[str, str], observer: Observer):
        self.name = name
        self.attributes = attributes
        self.observer = observer
        self.visibility = int(attributes.get("VisibilityTimeout", "30"))
        self.dead_letters: Optional[Queue] = None
        self.most_receives = 0
        self._messages: dict[str, Message] = {}
        self._visible: dict[str, Message] = {}
        self._hidden: list[tuple[float, int, Message]] = []
        self._numbers = itertools.count()

    def __len__(self) -> int:
        return len(self._messages)

    @property
    def arn(self) -> str:
        return f"arn:aws:sqs:us-east-1:000000000000:{self.name}"

    def counts(self, moment: float) -> tuple[int, int]:
        """How many are visible, and how many are in flight."""
        in_flight = sum(message.is_in_flight(moment) for message in self._messages.values())
        return len(self._messages) - in_flight, in_flight

    def held(self) -> Iterable[Message]:
        return self._messages.values()

    def send(self, moment: float, body: str, **more: Any) -> Message:
        message = Message(str(uuid.uuid4()), body, moment, next(self._numbers), **more)
        self._add(message)
        self.observer.sent(self, message)
        return message

    def receive(self, moment: float, most: int, visibility: Optional[int] = None) -> list[Message]:
        self._advance(moment)
        received: list[Message] = []
        for message in self._candidates(moment):
            if len(received) == most:
                break
            if self.dead_letters is not None and message.receives >= self.most_receives:
                self._bury(message)
                continue
            message.receives += 1
            message.received_at = moment
            message.first_received_at = message.first_received_at or moment
            message.handle = make_handle(self.name, message, uuid.uuid4().hex)
            message.was_changed = False
            self._hide(message, moment + (self.visibility if visibility is None else visibility))
            self.observer.received(self, message)
            received.append(message)
        return received

    def delete(self, moment: float, handle: str) -> None:
        """On a standard queue the latest handle deletes even after its time; an older one is taken and does nothing."""
        message = self.find(handle)
        if message is not None and message.handle == handle:
            self._remove(message)
            self.observer.deleted(self, message)

    def change_visibility(self, moment: float, handle: str, seconds: int) -> None:
        if not 0 <= seconds <= LONGEST_VISIBILITY:
            raise SQSError("InvalidParameterValue", "Visibility timeout must be from 0 to 43200.")
        message = self.find(handle)
        if message is None:
            raise SQSError("InvalidParameterValue", "Reason: Message does not exist or is not available.",
                           is_late=True)
        if message.handle != handle or not message.is_in_flight(moment):
            raise SQSError("MessageNotInflight", "The message is not in flight.",
                           legacy="AWS.SimpleQueueService.MessageNotInflight", is_late=True)
        if moment + seconds > message.received_at + LONGEST_VISIBILITY:
            raise SQSError("InvalidParameterValue", "Total VisibilityTimeout is beyond the limit of 43200 seconds.")
        message.was_changed = True
        self._hide(message, moment + seconds)

    def find(self, handle: str) -> Optional[Message]:
        """The message that a handle once named, if it is still there."""
        return self._messages.get(read_handle(self.name, handle))

    def next_change(self) -> Optional[float]:
        """When the next hidden message becomes visible, at the earliest."""
        return self._hidden[0][0] if self._hidden else None

    # What a FIFO queue does in its own way.

    def _candidates(self, moment: float) -> list[Message]:
        """Visible messages in the order in which they are handed out."""
        return list(self._visible.values())

    def _add(self, message: Message) -> None:
        self._messages[message.id] = message
        self._visible[message.id] = message

    def _remove(self, message: Message) -> None:
        self._messages.pop(message.id, None)
        self._visible.pop(message.id, None)

    def _show(self, message: Message) -> None:
        self._visible[message.id] = message

    def _hide(self, message: Message, until: float) -> None:
        message.visible_at = until
        self._visible.pop(message.id, None)
        heapq.heappush(self._hidden, (until, next(self._numbers), message))

    def _advance(self, moment: float) -> None:
        while self._hidden and self._hidden[0][0] <= moment:
            until, _, message = heapq.heappop(self._hidden)
            # An entry is out of date when the message was deleted or its visibility changed.
            if message.visible_at == until and message.id in self._messages:
                self._show(message)

    def _bury(self, message: Message) -> None:
        assert self.dead_letters is not None
        self._remove(message)
        message.system["DeadLetterQueueSourceArn"] = self.arn
        self.dead_letters._add(message)
        self.observer.dead_lettered(self, message)
