"""The scripted SQS: protocol and faults on a socket."""
from __future__ import annotations

import asyncio
import json
from collections import Counter
from dataclasses import dataclass
from typing import Any, Optional

from . import breaking, protocol, wire
from .faults import FaultPlan
from .messages import SQSError, now
from .queues import Observer, Queue

@dataclass(frozen=True)
class Call:
    moment: float
    action: str
    fault: Optional[str]


class SettlingFaults(Observer):
    """Also hears which messages were named in a call that failed by plan."""

    def hindered(self, queue: Queue, action: str, handles: list[str], fault: str) -> None: ...


class ScriptedSQS:
    def __init__(self, plan: FaultPlan, observer: Optional[SettlingFaults] = None):
        self.plan = plan
        self.calls: list[Call] = []
        self.listener = wire.Listener(self._serve)
        self._observer = observer or SettlingFaults()
        self.account = protocol.Account(self.listener.url, self._observer)
        self.complaints = self.account.complaints
        self._waiting: set[asyncio.Future[None]] = set()

    async def open(self) -> None:
        await self.listener.open()

    def counts(self, since: float = 0) -> Counter[str]:
        return Counter(call.action for call in self.calls if call.moment >= since)

    def changed(self) -> None:
        """Wakes the long polls."""
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_result(None)
        self._waiting.clear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            try:
                request = await wire.read_request(reader)
            except wire.BadRequest as error:
                self.complaints.append(f"not a request: {error}")
                return wire.reset(writer)
            if request is None or not await self._answer(request, reader, writer):
                return
            await writer.drain()

    async def _answer(
        self, request: wire.Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        """Returns whether the connection goes on."""
        action = request.headers.get("x-amz-target", "").replace("AmazonSQS.", "")
        self._look_at(request, action)
        try:
            body = json.loads(request.body)
        except ValueError as error:
            self.complaints.append(f"{action}: {error}")
            writer.write(breaking.error(SQSError("SerializationException", "Not JSON.")))
            return True
        fault = self.plan.draw(action)
        self.calls.append(Call(now(), action, fault))
        try:
            if fault is None:
                content = await self._effect(action, body, reader)
                if content is not None:
                    writer.write(breaking.answer(content))
                return content is not None
            self._hindered(action, body, fault)
            return await self._break(fault, action, body, reader, writer)
        except SQSError as error:
            if not error.is_late:
                self.complaints.append(f"{action}: {error.name}: {error.message}")
            writer.write(breaking.error(error))
            return True

    async def _break(
        self, fault: str, action: str, body: dict[str, Any], reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter
    ) -> bool:
        if fault in breaking.INSTEAD:
            writer.write(breaking.INSTEAD[fault])
            return fault != "HTML with 502"
        if fault.startswith("hang"):
            await asyncio.sleep(self.plan.hang)
        if fault in ("entries failed", "entries missing", "done entries missing"):
            writer.write(breaking.answer(await self._partly(fault, action, body, reader)))
            return True
        content = None if fault.endswith("before the effect") else await self._effect(action, body, reader)
        if content is None or fault.endswith("the effect"):
            wire.reset(writer)
            return False
        writer.write(breaking.spoiled(fault, content))
        return fault != "truncated body"

    async def _partly(
        self, fault: str, action: str, body: dict[str, Any], reader: asyncio.StreamReader
    ) -> dict[str, Any]:
        """Every second entry, the first one too, fails or is not mentioned."""
        entries = body.get("Entries", [])
        chosen = [entry["Id"] for entry in entries[::2]]
        done = entries if fault == "done entries missing" else entries[1::2]
        content = (await self._effect(action, {**body, "Entries": done}, reader) or {}) if done else {}
        if fault == "entries failed":
            content.setdefault("Failed", []).extend(
                {"Id": entry_id, "SenderFault": False, "Code": "InternalError", "Message": "By plan."}
                for entry_id in chosen)
        for name in ("Successful", "Failed") if fault == "done entries missing" else ():
            content[name] = [entry for entry in content.get(name, []) if entry["Id"] not in chosen]
        return content

    async def _effect(
        self, action: str, body: dict[str, Any], reader: asyncio.StreamReader
    ) -> Optional[dict[str, Any]]:
        """None when the client left before there was an answer."""
        if action == "ReceiveMessage":
            return await self._receive(body, reader)
        content = self.account.act(action, body, now())
        self.changed()
        return content

    async def _receive(self, body: dict[str, Any], reader: asyncio.StreamReader) -> Optional[dict[str, Any]]:
        queue = self.account.queue(body)
        default = int(queue.attributes.get("ReceiveMessageWaitTimeSeconds", "0"))
        deadline = now() + protocol.ranged(body, "WaitTimeSeconds", 0, 20, default)
        while True:
            # A client that was killed must not be handed messages; SQS would do it now and then.
            if reader.at_eof():
                return None
            messages = protocol.receive(queue, now(), body)
            if messages or now() >= deadline:
                return protocol.received_answer(messages, body)
            await self._wait(min(deadline, queue.next_change() or deadline))

    async def _wait(self, moment: float) -> None:
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(waiter)
        await asyncio.wait([waiter], timeout=max(0.001, moment - now()))
        self._waiting.discard(waiter)

    def _hindered(self, action: str, body: dict[str, Any], fault: str) -> None:
        handles = [entry.get("ReceiptHandle") for entry in body.get("Entries", [body])]
        known = [handle for handle in handles if handle]
        if known:
            self._observer.hindered(self.account.queue(body), action, known, fault)

    def _look_at(self, request: wire.Request, action: str) -> None:
        wanted = {
            "content-type": breaking.JSON_TYPE, "x-amz-date": None, "host": f"127.0.0.1:{self.listener.port}",
        }
        wrong = [name for name, value in wanted.items()
                 if name not in request.headers or value and request.headers[name] != value]
        if request.method != "POST" or request.path != "/" or wrong:
            self.complaints.append(f"{action}: {request.method} {request.path}, wrong or missing: {wrong}")
        if not request.headers.get("authorization", "").startswith("AWS4-HMAC-SHA256 Credential="):
            self.complaints.append(f"{action}: not signed")
