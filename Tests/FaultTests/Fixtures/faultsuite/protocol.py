"""SQS's actions, JSON in and JSON out (AWS JSON protocol 1.0), for the queues of one account."""
from __future__ import annotations

import json
import re
from typing import Any, Callable, Optional

from .fifo import FIFOQueue
from .messages import Message, SQSError, attributes_digest, body_digest
from .queues import Observer, Queue

JSON = dict[str, Any]
Each = Callable[[Queue, float, JSON], JSON]

DEFAULTS = {
    "VisibilityTimeout": "30", "DelaySeconds": "0", "MaximumMessageSize": "1048576",
    "MessageRetentionPeriod": "345600", "ReceiveMessageWaitTimeSeconds": "0",
}


class Account:
    """Queues by name, and the actions on them. ReceiveMessage is done by who can wait: see `receive`."""

    def __init__(self, endpoint: str, observer: Optional[Observer] = None):
        self.endpoint = endpoint
        self.observer = observer or Observer()
        self.queues: dict[str, Queue] = {}
        self.complaints: list[str] = []
        """What a client must not send."""

    def url(self, queue: Queue) -> str:
        return f"{self.endpoint}/000000000000/{queue.name}"

    def make(self, name: str, attributes: Optional[dict[str, str]] = None) -> Queue:
        attributes = attributes or {}
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,80}(\.fifo)?", name) or len(name) > 80:
            raise SQSError("InvalidParameterValue", "Can only include alphanumeric characters, hyphens, underscores.")
        known = self.queues.get(name)
        if known is not None and known.attributes != attributes:
            raise SQSError("QueueNameExists", "A queue with other attributes has this name.",
                           legacy="QueueAlreadyExists")
        if known is not None:
            return known
        queue = (FIFOQueue if name.endswith(".fifo") else Queue)(name, attributes, self.observer)
        if "RedrivePolicy" in attributes:
            policy = json.loads(attributes["RedrivePolicy"])
            queue.dead_letters = self.queues[policy["deadLetterTargetArn"].rsplit(":", 1)[-1]]
            queue.most_receives = int(policy["maxReceiveCount"])
        self.queues[name] = queue
        return queue

    def queue(self, body: JSON) -> Queue:
        queue = self.queues.get(str(body.get("QueueUrl", body.get("QueueName", ""))).rsplit("/", 1)[-1])
        if queue is None:
            raise SQSError("QueueDoesNotExist", "The specified queue does not exist.",
                           legacy="AWS.SimpleQueueService.NonExistentQueue")
        return queue

    def act(self, action: str, body: JSON, moment: float) -> JSON:
        if action == "CreateQueue":
            return {"QueueUrl": self.url(self.make(body["QueueName"], body.get("Attributes")))}
        queue = self.queue(body)
        if action == "GetQueueUrl":
            return {"QueueUrl": self.url(queue)}
        if action == "GetQueueAttributes":
            return queue_attributes(queue, body.get("AttributeNames", []), moment)
        if action.endswith("Batch") and action[:-5] in SINGLE:
            return self._batch(action, queue, moment, body)
        if action in SINGLE:
            return SINGLE[action](queue, moment, body)
        raise SQSError("UnknownOperationException", f"{action} is no action of this SQS.")

    def _batch(self, action: str, queue: Queue, moment: float, body: JSON) -> JSON:
        entries = body.get("Entries", [])
        check_entries(entries)
        each = SINGLE[action[:-5]]
        # A list is missing when it is empty, as on AWS.
        lists: dict[str, list[JSON]] = {}
        for entry in entries:
            try:
                lists.setdefault("Successful", []).append({"Id": entry["Id"], **each(queue, moment, entry)})
            except SQSError as error:
                if not error.is_late:
                    self.complaints.append(f"{action}: {error.name}: {error.message}")
                lists.setdefault("Failed", []).append(
                    {"Id": entry["Id"], "SenderFault": True, "Code": error.name, "Message": error.message})
        return lists


def queue_attributes(queue: Queue, names: list[str], moment: float) -> JSON:
    visible, in_flight = queue.counts(moment)
    found = {
        **DEFAULTS, **queue.attributes, "QueueArn": queue.arn, "ApproximateNumberOfMessages": str(visible),
        "ApproximateNumberOfMessagesNotVisible": str(in_flight), "ApproximateNumberOfMessagesDelayed": "0",
    }
    return {"Attributes": {name: value for name, value in found.items() if "All" in names or name in names}}


def ranged(body: JSON, name: str, lowest: int, highest: int, default: int) -> int:
    value = body.get(name, default)
    if not isinstance(value, int) or not lowest <= value <= highest:
        raise SQSError("InvalidParameterValue", f"{name} must be from {lowest} to {highest}.")
    return value


def receive(queue: Queue, moment: float, body: JSON) -> list[Message]:
    """One look at the queue, without waiting."""
    most = ranged(body, "MaxNumberOfMessages", 1, 10, 1)
    visibility = ranged(body, "VisibilityTimeout", 0, 43_200, queue.visibility)
    if isinstance(queue, FIFOQueue):
        return queue.receive(moment, most, visibility, body.get("ReceiveRequestAttemptId"))
    return queue.receive(moment, most, visibility)


def received_answer(messages: list[Message], body: JSON) -> JSON:
    """Without messages there is no member `Messages`, as on AWS."""
    asked = set(body.get("MessageSystemAttributeNames", [])) | set(body.get("AttributeNames", []))
    names = body.get("MessageAttributeNames", [])
    return {"Messages": [received_message(message, asked, names) for message in messages]} if messages else {}


def received_message(message: Message, asked: set[str], names: list[str]) -> JSON:
    found: JSON = {"MessageId": message.id, "ReceiptHandle": message.handle, "Body": message.body,
                   "MD5OfBody": body_digest(message.body)}
    system = {name: value for name, value in message.system_attributes().items() if "All" in asked or name in asked}
    if system:
        found["Attributes"] = system
    attributes = {name: value for name, value in message.attributes.items()
                  if any(matches(name, pattern) for pattern in names)}
    if attributes:
        found.update(MessageAttributes=attributes, MD5OfMessageAttributes=attributes_digest(attributes))
    return found


def matches(name: str, pattern: str) -> bool:
    return pattern in ("All", ".*", name) or pattern.endswith(".*") and name.startswith(pattern[:-1])


def send(queue: Queue, moment: float, body: JSON) -> JSON:
    text = body.get("MessageBody") or ""
    if not text:
        raise SQSError("MissingParameter", "The request must contain the parameter MessageBody.")
    attributes = body.get("MessageAttributes", {})
    system = {name: value["StringValue"] for name, value in body.get("MessageSystemAttributes", {}).items()}
    more = {"deduplication_id": body.get("MessageDeduplicationId")} if isinstance(queue, FIFOQueue) else {}
    message = queue.send(
        moment, text, attributes=attributes, system=system, group=body.get("MessageGroupId"), **more)
    answer = {"MessageId": message.id, "MD5OfMessageBody": body_digest(text)}
    if attributes:
        answer["MD5OfMessageAttributes"] = attributes_digest(attributes)
    if "SequenceNumber" in message.system:
        answer["SequenceNumber"] = message.system["SequenceNumber"]
    return answer


def delete(queue: Queue, moment: float, body: JSON) -> JSON:
    queue.delete(moment, body["ReceiptHandle"])
    return {}


def change_visibility(queue: Queue, moment: float, body: JSON) -> JSON:
    queue.change_visibility(moment, body["ReceiptHandle"], ranged(body, "VisibilityTimeout", 0, 43_200, -1))
    return {}


SINGLE: dict[str, Each] = {
    "SendMessage": send, "DeleteMessage": delete, "ChangeMessageVisibility": change_visibility,
}


def check_entries(entries: list[JSON]) -> None:
    ids = [entry.get("Id", "") for entry in entries]
    wrong = None
    if not entries:
        wrong = "EmptyBatchRequest"
    elif len(entries) > 10:
        wrong = "TooManyEntriesInBatchRequest"
    elif len(set(ids)) < len(ids):
        wrong = "BatchEntryIdsNotDistinct"
    elif not all(re.fullmatch(r"[A-Za-z0-9_-]{1,80}", entry_id) for entry_id in ids):
        wrong = "InvalidBatchEntryId"
    elif sum(len(entry.get("MessageBody", "")) for entry in entries) > 1_048_576:
        wrong = "BatchRequestTooLong"
    if wrong:
        raise SQSError(wrong, f"{len(entries)} entries.", legacy=f"AWS.SimpleQueueService.{wrong}")
