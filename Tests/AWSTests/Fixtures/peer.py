"""An SQS to talk to, and boto3 beside it. Commands as JSON lines on stdin, answers as JSON lines on stdout.

Started as `peer.py recorder` it records each request and answers it with a script; as `peer.py moto` it is moto's SQS.
The first line that it writes is its port. It ends with its stdin.
"""
import base64
import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

recorded = []
answers = []
lock = threading.Lock()


class Recorder(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        with lock:
            recorded.append((self.path, list(self.headers.items()), body))
            answer = answers.pop(0) if answers else {"status": 200, "headers": [], "body": "{}"}
        payload = base64.b64decode(answer["base64"]) if "base64" in answer else answer["body"].encode()
        self.send_response_only(answer["status"])
        for name, value in answer["headers"]:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, *arguments):
        pass


def resigned(path, headers, body, secret):
    """The signature that botocore makes for what came over the wire."""
    values = {name.lower(): value for name, value in headers}
    key, _, region, service, _ = values["authorization"].split("Credential=")[1].split(",")[0].split("/")
    signed = values["authorization"].split("SignedHeaders=")[1].split(",")[0].split(";")
    request = AWSRequest("POST", "http://" + values["host"] + path, data=body)
    for name, value in headers:
        if name.lower() in signed:
            request.headers.add_header(name, value)
    request.context["timestamp"] = values["x-amz-date"]
    auth = SigV4Auth(Credentials(key, secret), service, region)
    return auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)


def plain(value):
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items() if key != "ResponseMetadata"}
    return [plain(item) for item in value] if isinstance(value, list) else value


def unplain(value):
    if isinstance(value, dict):
        if set(value) == {"base64"}:
            return base64.b64decode(value["base64"])
        return {key: unplain(item) for key, item in value.items()}
    return [unplain(item) for item in value] if isinstance(value, list) else value


def execute(command, client):
    if "call" in command:
        try:
            return plain(getattr(client, command["call"])(**unplain(command["arguments"])))
        except client.exceptions.ClientError as error:
            return {"error": error.response["Error"]["Code"]}
    if "answer" in command:
        with lock:
            answers.append(command["answer"])
        return {}
    with lock:
        taken = list(recorded)
        recorded.clear()
    return [
        {
            "path": path,
            "headers": [[name.lower(), value] for name, value in headers],
            "body": json.loads(body),
            "signature": resigned(path, headers, body, command["secret"]),
        }
        for path, headers, body in taken
    ]


if sys.argv[1] == "moto":
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    port = server.get_host_and_port()[1]
else:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Recorder)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port = server.server_address[1]

client = boto3.client(
    "sqs",
    endpoint_url=f"http://127.0.0.1:{port}",
    region_name="eu-west-1",
    aws_access_key_id="AKIDEXAMPLE",
    aws_secret_access_key="wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    config=Config(parameter_validation=False, retries={"total_max_attempts": 1}),
)
print(json.dumps({"port": port}), flush=True)
for line in sys.stdin:
    print(json.dumps(execute(json.loads(line), client)), flush=True)
