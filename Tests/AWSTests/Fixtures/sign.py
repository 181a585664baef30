"""Signs requests with botocore. In: a JSON list of requests on stdin. Out: each one's stages as JSON."""
import base64
import json
import sys

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials


def sign(case):
    credentials = Credentials(case["accessKeyID"], case["secret"], case.get("token"))
    auth = SigV4Auth(credentials, case["service"], case["region"])
    request = AWSRequest(case["method"], case["url"], data=base64.b64decode(case["body"]))
    for name, value in case["headers"]:
        request.headers.add_header(name, value)
    request.context["timestamp"] = case["timestamp"]
    auth._modify_request_before_signing(request)
    canonical = auth.canonical_request(request)
    to_sign = auth.string_to_sign(request, canonical)
    auth._inject_signature_to_request(request, auth.signature(to_sign, request))
    return {
        "canonicalRequest": canonical,
        "stringToSign": to_sign,
        "authorization": request.headers["Authorization"],
    }


json.dump([sign(case) for case in json.load(sys.stdin)], sys.stdout)
