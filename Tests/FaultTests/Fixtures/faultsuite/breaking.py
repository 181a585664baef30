"""What a broken answer looks like on the wire."""
from __future__ import annotations

import json
import uuid
from typing import Any

from . import wire
from .messages import SQSError

JSON_TYPE = "application/x-amz-json-1.0"
PAGE = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body><h1>Please wait</h1></body></html>"


def answer(content: dict[str, Any]) -> bytes:
    # Actions without a result answer with an empty body or {}; both occur on AWS.
    return encoded(200, json.dumps(content, ensure_ascii=False).encode())


def encoded(status: int, body: bytes, **headers: str) -> bytes:
    return wire.answer(status, {"Content-Type": JSON_TYPE, "x-amzn-RequestId": str(uuid.uuid4()), **headers}, body)


def error(error: SQSError) -> bytes:
    body = {"__type": f"com.amazonaws.sqs#{error.name}", "message": error.message}
    fault = "Sender" if error.status < 500 else "Receiver"
    return encoded(error.status, json.dumps(body).encode(), **{"x-amzn-query-error": f"{error.legacy};{fault}"})


def failure(status: int, namespace: str, name: str) -> bytes:
    body = {"__type": f"{namespace}#{name}", "Message": "By plan."}
    return encoded(status, json.dumps(body).encode())


# Faults that answer in place of the effect.
INSTEAD: dict[str, bytes] = {
    "500": failure(500, "com.amazon.coral.service", "InternalFailure"),
    "503": wire.answer(503, {"Content-Type": "text/plain"}, b""),
    "ThrottlingException": failure(400, "com.amazon.coral.availability", "ThrottlingException"),
    "RequestThrottled": failure(403, "com.amazonaws.sqs", "RequestThrottled"),
    "HTML with 200": wire.answer(200, {"Content-Type": "text/html"}, PAGE),
    "HTML with 502": wire.answer(502, {"Content-Type": "text/html", "Connection": "close"}, PAGE),
    "ExpiredToken": failure(403, "com.amazon.coral.service", "ExpiredToken"),
}


def spoiled(fault: str, content: dict[str, Any]) -> bytes:
    """The answer to a call that had its effect, in a form that nobody can read."""
    body = json.dumps(content).encode()
    if fault == "truncated body":
        # Its length is promised, and the connection ends after half of it.
        return wire.answer(200, {"Content-Type": JSON_TYPE}, body[: len(body) // 2], length=max(len(body), 2))
    if fault == "truncated JSON":
        return encoded(200, body[: len(body) // 2] or b"{")
    return encoded(200, b'{"Messages": [{"MessageId": nobody}], ' + body)
