"""A message of a queue, and SQS's digests."""
from __future__ import annotations

import base64
import binascii
import hashlib
import struct
import time
from dataclasses import dataclass, field
from typing import Any, Optional

EPOCH_OFFSET = time.time() - time.monotonic()


def now() -> float:
    """Seconds that never go back; all times of the suite are of this clock."""
    return time.monotonic()


def milliseconds(moment: float) -> str:
    return str(int((moment + EPOCH_OFFSET) * 1000))


class SQSError(Exception):
    """An error as SQS names it (Amazon SQS API Reference, each action's "Errors")."""

    def __init__(
        self, name: str, message: str, status: int = 400, legacy: Optional[str] = None, is_late: bool = False
    ):
        super().__init__(message)
        self.name = name
        self.message = message
        self.status = status
        self.legacy = legacy or name
        self.is_late = is_late
        """It comes of the message's time or its end: a client cannot avoid it."""


def body_digest(body: str) -> str:
    return hashlib.md5(body.encode()).hexdigest()


def attributes_digest(attributes: dict[str, dict[str, Any]]) -> str:
    """Amazon SQS Developer Guide, "Calculating the MD5 message digest for message attributes"."""
    digest = hashlib.md5()
    for name in sorted(attributes):
        attribute = attributes[name]
        is_binary = "BinaryValue" in attribute
        value = base64.b64decode(attribute["BinaryValue"]) if is_binary else attribute["StringValue"].encode()
        for part in (name.encode(), attribute["DataType"].encode()):
            digest.update(struct.pack(">I", len(part)) + part)
        digest.update((b"\x02" if is_binary else b"\x01") + struct.pack(">I", len(value)) + value)
    return digest.hexdigest()


@dataclass
class Message:
    id: str
    body: str
    sent_at: float
    sequence: int
    attributes: dict[str, dict[str, Any]] = field(default_factory=dict)
    system: dict[str, str] = field(default_factory=dict)
    """System attributes that were sent with it."""
    group: Optional[str] = None

    receives: int = 0
    first_received_at: Optional[float] = None
    received_at: float = 0
    visible_at: float = 0
    handle: str = ""
    """Of the latest receive."""
    was_changed: bool = False
    """Its visibility was changed since the latest receive."""

    def is_in_flight(self, moment: float) -> bool:
        return self.visible_at > moment

    def system_attributes(self) -> dict[str, str]:
        found = {
            "SenderId": "AIDAFAULTSUITE", "SentTimestamp": milliseconds(self.sent_at),
            "ApproximateReceiveCount": str(self.receives),
            "ApproximateFirstReceiveTimestamp": milliseconds(self.first_received_at or self.sent_at), **self.system,
        }
        if self.group is not None:
            found["MessageGroupId"] = self.group
        return found


def make_handle(queue: str, message: Message, salt: str) -> str:
    return base64.b64encode(f"{queue}\n{message.id}\n{message.receives}\n{salt}".encode()).decode()


def read_handle(queue: str, handle: str) -> str:
    """The message's id."""
    try:
        name, message_id, _, _ = base64.b64decode(handle, validate=True).decode().split("\n")
    except (binascii.Error, ValueError):
        name, message_id = "", ""
    if name != queue:
        raise SQSError("ReceiptHandleIsInvalid", "The input receipt handle is invalid.", 404)
    return message_id
