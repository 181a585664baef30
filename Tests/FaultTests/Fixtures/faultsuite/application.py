"""The scripted application: accepts most messages, fails the others by plan, and can go away and come back."""
from __future__ import annotations

import asyncio
import itertools
import json
import random
from collections import Counter
from typing import Callable, Optional

from . import wire
from .ledger import Ledger
from .messages import now

KINDS = [
    "500", "503 with Retry-After", "429 with Retry-After", "reset after reading", "closed without an answer",
    "slow", "slow with 102", "closed after the answer", "answer cut off",
]

# An application may say 2xx in many ways, and connections should be reused after most of them.
ACCEPTING = [
    wire.answer(200, {}), wire.answer(204, {}), wire.answer(200, {"Content-Type": "text/plain"}, b"done\n"),
    wire.answer(201, {}, b"x" * 40_000), wire.answer(200, {"Connection": "close"}, b"bye"),
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\ndone\r\n0\r\n\r\n",
]

REFUSING = {
    "500": wire.answer(500, {}, b"no"), "503": wire.answer(503, {}),
    "503 with Retry-After": wire.answer(503, {"Retry-After": "1"}),
    "429 with Retry-After": wire.answer(429, {"Retry-After": "2"}, b"later"),
}

Behaviour = Callable[[str], Optional[str]]


class ScriptedApplication:
    """`rate` is the share of each kind of failure; `behaviour` may name one for a message by its key."""

    def __init__(self, ledger: Ledger, seed: int, rate: float, job_time: float = 0.0):
        self.listener = wire.Listener(self._serve)
        self.is_active = True
        self.behaviour: Behaviour = lambda key: None
        self.made: Counter[str] = Counter()
        self.users: Counter[str] = Counter()
        """POSTs by User-Agent."""
        self.connections = 0
        self.capacity: Optional[int] = None
        """More POSTs at once are answered with 503."""
        self.running = 0
        self._ledger = ledger
        self._rate = rate
        self._job_time = job_time
        self._stream = random.Random(f"{seed} application")
        self._answers = itertools.cycle(ACCEPTING)

    async def open(self) -> None:
        await self.listener.open()

    async def restart(self, away: float) -> None:
        self.close()
        await asyncio.sleep(away)
        await self.open()

    def close(self) -> None:
        self._ledger.restarts.append(now())
        self.listener.close()

    def _draw(self, key: str) -> Optional[str]:
        index = int(self._stream.random() / self._rate) if self._rate else len(KINDS)
        wanted = self.behaviour(key)
        if self.capacity is not None and self.running > self.capacity:
            wanted = "503"
        if wanted is None and self.is_active and index < len(KINDS):
            wanted = KINDS[index]
        if wanted is not None:
            self.made[wanted] += 1
        return wanted

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        while True:
            request = await wire.read_request(reader)
            if request is None:
                return
            if request.method != "POST":
                # A probe.
                writer.write(wire.answer(200, {}))
                continue
            self.users[request.headers.get("user-agent", "")] += 1
            key = str(json.loads(request.body)["key"])
            self._ledger.posted(key, request.headers.get("x-aws-sqsd-msgid", ""), request.body)
            self.running += 1
            try:
                goes_on = await self._answer(key, reader, writer)
            finally:
                self.running -= 1
                self._ledger.ended(key)
            if not goes_on:
                return

    async def _answer(self, key: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Returns whether the connection goes on."""
        fault = self._draw(key)
        if fault == "503":
            writer.write(REFUSING[fault])
            return True
        if fault == "slow with 102":
            writer.write(wire.answer(102, {}))
        is_slow = fault is not None and fault.startswith("slow")
        if not await self._work(self._job_time + (self._stream.uniform(0.3, 1.5) if is_slow else 0), reader, writer):
            return False
        if fault in REFUSING:
            writer.write(REFUSING[fault])
            return True
        if fault == "reset after reading":
            wire.reset(writer)
            return False
        if fault == "closed without an answer":
            return False
        if fault == "answer cut off":
            # Not whole, so not accepted: whoever deletes on this deletes before a 2xx was sent.
            writer.write(wire.answer(200, {}, b"do", length=4))
            return False
        accepting = next(self._answers)
        self._ledger.accept(key)
        writer.write(accepting)
        return fault != "closed after the answer" and b"Connection: close" not in accepting

    async def _work(self, seconds: float, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """The job's time. Returns false when the client has left meanwhile, and nobody can be answered."""
        end = now() + seconds
        while now() < end and not (reader.at_eof() or writer.transport.is_closing()):
            await asyncio.sleep(min(0.05, end - now()))
        return not (reader.at_eof() or writer.transport.is_closing())
