#!/usr/bin/env python3
"""A daemon that takes sqsd's place to judge the suite itself: right, or wrong in one way that the suite must notice.

    run.py --sqsd imitation.py storm --with=--mode --with=deletes-early

It is as simple as can be: one connection a call, and no receive before all messages of the last one are done.
"""
from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import signal
import sys
import uuid
from typing import Any, Optional
from urllib.parse import urlsplit

MODES = [
    "right", "deletes-early", "deletes-failed", "spins", "disordered", "gives-all-back", "leaks", "ends", "loses",
    "gives-up", "stubborn", "leaves-at-once", "repeats",
]

parser = argparse.ArgumentParser()
parser.add_argument("--queue-url", required=True)
parser.add_argument("--http-url", required=True)
parser.add_argument("--visibility-timeout", type=int, required=True)
parser.add_argument("--user-agent", default="imitation")
parser.add_argument("--mode", choices=MODES, default="right")
options, _ = parser.parse_known_args()
mode = options.mode
is_fifo = options.queue_url.endswith(".fifo")
leaked: list[bytes] = []
width = 10.0
"""How many messages to receive: half as many after a refusal for overload, a little more after each success."""
is_stopping = False
held: dict[str, str] = {}
"""Receipt handles by message id: what the heartbeat extends."""
unposted: set[str] = set()
"""Of a FIFO queue: given back because one before them failed. Until they are POSTed, one message is received at a time,
or each further failure would cost all of them a receive."""


async def call(url: str, path: str, headers: dict[str, str], body: bytes, limit: float) -> tuple[int, bytes]:
    """One request on a connection of its own. Raises OSError, ValueError or TimeoutError."""
    place = urlsplit(url)
    lines = [f"POST {path} HTTP/1.1", f"Host: {place.netloc}", "Connection: close", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]

    async def exchange() -> tuple[int, bytes]:
        reader, writer = await asyncio.open_connection(place.hostname, place.port)
        try:
            writer.write("\r\n".join(lines + ["", ""]).encode() + body)
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
                status = int(head[0].split(" ")[1])
                if status >= 200:
                    break
            fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
            if "transfer-encoding" in fields:
                text = await reader.readuntil(b"\r\n0\r\n\r\n")
            else:
                text = await reader.readexactly(int(fields.get("content-length", "0")))
            return status, text
        finally:
            writer.close()

    try:
        return await asyncio.wait_for(exchange(), limit)
    except (EOFError, asyncio.LimitOverrunError) as error:
        raise ValueError("a broken answer") from error
    except asyncio.TimeoutError as error:
        raise OSError("no answer in time") from error


async def sqs(action: str, limit: float = 5, **body: Any) -> Optional[dict[str, Any]]:
    """None when it failed."""
    headers = {
        "X-Amz-Target": f"AmazonSQS.{action}", "Content-Type": "application/x-amz-json-1.0",
        "X-Amz-Date": "20260102T030405Z", "Authorization": "AWS4-HMAC-SHA256 Credential=imitation",
    }
    text = json.dumps({"QueueUrl": options.queue_url, **body}).encode()
    try:
        status, answer = await call(os.environ["AWS_ENDPOINT_URL_SQS"], "/", headers, text, limit)
        if status >= 500 and mode == "ends":
            sys.exit(70)
        found = json.loads(answer or b"{}") if status == 200 else None
        return found if isinstance(found, dict) else None
    except (OSError, ValueError):
        return None


async def until_done(action: str, message: dict[str, Any], **more: Any) -> None:
    for pause in (0, 0.1, 0.2, 0.4, 0.8, 1.6):
        await asyncio.sleep(pause)
        if await sqs(action, ReceiptHandle=message["ReceiptHandle"], **more) is not None:
            return


async def deliver(message: dict[str, Any]) -> bool:
    """Returns whether the message is done."""
    if mode == "leaks":
        leaked.append(bytes(range(256)) * 4096)
    if mode == "deletes-early":
        await until_done("DeleteMessage", message)
    if mode == "loses" and message["MessageId"][0] in "0123":
        return True
    unposted.discard(message["MessageId"])
    status = await post(message)
    if mode == "repeats":
        status = await post(message)
    if mode != "stubborn":
        widen(status)
    if 200 <= status < 300 or mode == "deletes-failed":
        await until_done("DeleteMessage", message)
        return True
    return False


async def post(message: dict[str, Any]) -> int:
    """The status; 0 without one. An application that is not there is waited for: nothing was sent."""
    headers = {"X-Aws-Sqsd-Msgid": message["MessageId"], "User-Agent": options.user_agent}
    while True:
        try:
            return (await call(options.http_url, "/", headers, message["Body"].encode(), 20))[0]
        except ConnectionRefusedError:
            if mode == "gives-up":
                return 0
            await asyncio.sleep(0.5)
        except (OSError, ValueError):
            return 0


def widen(status: int) -> None:
    global width
    width = max(1, width / 2) if status in (429, 503) else min(10, width + 0.05)


async def deliver_in_order(messages: list[dict[str, Any]]) -> None:
    """One group: stops at the first failure; the rest goes back, last one first, when the failed one does."""
    for index, message in enumerate(messages):
        if await deliver(message):
            held.pop(message["MessageId"])
            continue
        for back in reversed(messages[index:]):
            held.pop(back["MessageId"])
            await until_done("ChangeMessageVisibility", back, VisibilityTimeout=0)
        if mode != "gives-all-back":
            unposted.update(back["MessageId"] for back in messages[index + 1:])
        return


async def deliver_alone(message: dict[str, Any]) -> None:
    await deliver(message)
    # Of a message that failed the visibility runs out by itself.
    held.pop(message["MessageId"])


async def keep() -> None:
    """The heartbeat."""
    while True:
        await asyncio.sleep(options.visibility_timeout / 3)
        await asyncio.gather(*(
            sqs("ChangeMessageVisibility", ReceiptHandle=handle, VisibilityTimeout=options.visibility_timeout)
            for handle in held.values()))


async def receive() -> Optional[list[dict[str, Any]]]:
    """A FIFO queue gives the same messages again to who repeats the attempt after a lost answer."""
    more = {"ReceiveRequestAttemptId": uuid.uuid4().hex} if is_fifo else {}
    for _ in range(4 if is_fifo else 1):
        answer = await sqs(
            "ReceiveMessage", 25, MaxNumberOfMessages=1 if unposted else int(width), WaitTimeSeconds=1,
            VisibilityTimeout=options.visibility_timeout, MessageSystemAttributeNames=["All"], **more)
        if answer is not None:
            return list(answer.get("Messages", []))
    return None


async def main() -> None:
    print("sqsd started", flush=True)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop)
    heartbeat = asyncio.create_task(keep())
    while not is_stopping:
        messages = await receive()
        if messages is None:
            # What spins still leaves others some of the processor.
            await asyncio.sleep(0.01 if mode == "spins" else 0.5)
            continue
        held.update({message["MessageId"]: message["ReceiptHandle"] for message in messages})
        if is_fifo and mode != "disordered":
            keyed = sorted(messages, key=lambda message: str(message["Attributes"]["MessageGroupId"]))
            groups = itertools.groupby(keyed, key=lambda message: str(message["Attributes"]["MessageGroupId"]))
            await asyncio.gather(*(deliver_in_order(list(group)) for _, group in groups))
        else:
            await asyncio.gather(*(deliver_alone(message) for message in messages))
        held.clear()
    heartbeat.cancel()


def stop() -> None:
    global is_stopping
    if mode == "leaves-at-once":
        os._exit(0)
    is_stopping = True


asyncio.run(main())
