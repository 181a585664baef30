"""boto3 as a client that a test can talk to: one JSON command a line in, one JSON answer a line out.

A command is {"call": "send_message", "arguments": {...}}; bytes travel as {"base64": "..."} both ways.
"fill" is ours: it sends many small messages in batches from several threads.
"""

import base64
import json
import sys
from concurrent.futures import ThreadPoolExecutor

import boto3
from botocore.config import Config

endpoint = sys.argv[1]
sqs = boto3.client(
    "sqs", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="test",
    aws_secret_access_key="test", config=Config(read_timeout=60, retries={"max_attempts": 1}))


def decoded(value):
    if isinstance(value, dict):
        if set(value) == {"base64"}:
            return base64.b64decode(value["base64"])
        return {key: decoded(item) for key, item in value.items()}
    return [decoded(item) for item in value] if isinstance(value, list) else value


def encoded(value):
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    return str(value)


def fill(QueueUrl, Count):
    def batch(start):
        entries = [{"Id": str(n), "MessageBody": json.dumps({"n": n})} for n in range(start, min(start + 10, Count))]
        assert not sqs.send_message_batch(QueueUrl=QueueUrl, Entries=entries).get("Failed")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(batch, range(0, Count, 10)))
    return {}


for line in sys.stdin:
    command = json.loads(line)
    arguments = decoded(command["arguments"])
    try:
        call = fill if command["call"] == "fill" else getattr(sqs, command["call"])
        answer = call(**arguments)
        answer.pop("ResponseMetadata", None)
        print(json.dumps({"answer": answer}, default=encoded), flush=True)
    except Exception as error:
        print(json.dumps({"error": f"{type(error).__name__}: {error}"}), flush=True)
