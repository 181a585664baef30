"""The little of HTTP/1.1 that both scripted servers need, and the ways to break off."""
from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from dataclasses import dataclass
from typing import Awaitable, Callable, Optional

REASONS = {
    102: "Processing", 200: "OK", 201: "Created", 204: "No Content", 400: "Bad Request", 403: "Forbidden",
    404: "Not Found", 429: "Too Many Requests", 500: "Internal Server Error", 502: "Bad Gateway",
    503: "Service Unavailable",
}

LARGEST_BODY = 16 << 20


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes


class BadRequest(Exception):
    """What came is not a request that these servers understand."""


async def read_request(reader: asyncio.StreamReader) -> Optional[Request]:
    """The next request of a connection; None when the peer has gone."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        method, path, version = lines[0].split(" ")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:-2])}
        if version != "HTTP/1.1" or "transfer-encoding" in headers:
            raise BadRequest(lines[0])
        length = int(headers.get("content-length", "0"))
        if length > LARGEST_BODY:
            raise BadRequest(f"a body of {length} bytes")
        return Request(method, path, headers, await reader.readexactly(length))
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    except (ValueError, asyncio.LimitOverrunError) as error:
        raise BadRequest(str(error)) from error


def answer(status: int, headers: dict[str, str], body: bytes = b"", length: Optional[int] = None) -> bytes:
    """An answer's bytes. `length` may claim more than the body has."""
    lines = [f"HTTP/1.1 {status} {REASONS[status]}"] + [f"{name}: {value}" for name, value in headers.items()]
    if status >= 200 and status != 204:
        lines.append(f"Content-Length: {len(body) if length is None else length}")
    return "\r\n".join(lines + ["", ""]).encode() + body


def reset(writer: asyncio.StreamWriter) -> None:
    """Ends a connection with RST: a linger time of zero makes close() do that."""
    with contextlib.suppress(OSError):
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


class Listener:
    """A server on one port of 127.0.0.1 that can go away and come back on it."""

    def __init__(self, serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]):
        self._serve = serve
        self._server: Optional[asyncio.AbstractServer] = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        # Bound and never listening: it keeps the port ours while the server is away, and connects are refused.
        self._place = self._bind(0)
        self.port: int = self._place.getsockname()[1]

    @staticmethod
    def _bind(port: int) -> socket.socket:
        bound = socket.socket()
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(("127.0.0.1", port))
        return bound

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def open(self) -> None:
        self._server = await asyncio.start_server(
            self._connected, sock=self._bind(self.port), backlog=1024, limit=1 << 20)

    def close(self) -> None:
        """Listens no more and cuts every connection, answered or not."""
        if self._server:
            self._server.close()
            self._server = None
        for writer in list(self._writers):
            reset(writer)

    async def end(self) -> None:
        self.close()
        self._place.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._writers.add(writer)
        try:
            await self._serve(reader, writer)
        except (ConnectionError, asyncio.CancelledError):
            # Cancelled only by `end`; the task has nothing else to do.
            pass
        finally:
            self._tasks.discard(task)
            self._writers.discard(writer)
            writer.close()
