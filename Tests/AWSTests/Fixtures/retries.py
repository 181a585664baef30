"""What botocore's standard retries, in their form of 2026, make of calls that fail. JSON on stdin, JSON on stdout."""
import json
import os
import sys
from types import SimpleNamespace

# Read while botocore is imported. Releases that know only the new form ignore it.
os.environ["AWS_NEW_RETRIES_2026"] = "true"

from botocore import session
from botocore.exceptions import EndpointConnectionError
from botocore.retries import quota, standard

model = session.get_session().get_service_model("sqs")
adapter = standard.RetryEventAdapter()
detector = standard.ThrottlingErrorDetector(adapter)
tokens = quota.RetryQuota()
checker = standard.RetryQuotaChecker(tokens, detector)
jitter = [0.0]
slept = []
handler = standard.RetryHandler(
    retry_policy=standard.RetryPolicy(
        retry_checker=standard.StandardRetryConditions(max_attempts=3),
        retry_backoff=standard.ExponentialBackoff(
            random=lambda: jitter[0], service_name="sqs", throttling_detector=detector
        ),
    ),
    retry_event_adapter=adapter,
    retry_quota=checker,
    service_name="sqs",
    sleep=slept.append,
)


def step(call, attempt, context):
    """One failed attempt: what follows, and after how many seconds."""
    failure = call["failures"][attempt - 1]
    response, exception = None, None
    if failure["status"] == 0:
        exception = EndpointConnectionError(endpoint_url="http://127.0.0.1:1")
    else:
        wish = failure.get("wish")
        headers = {} if wish is None else {"x-amz-retry-after": wish}
        http = SimpleNamespace(status_code=failure["status"], headers=headers)
        response = (http, {"Error": {"Code": failure["code"]}, "ResponseMetadata": {}})
    jitter[0] = failure["jitter"]
    slept.clear()
    delay = handler.needs_retry(
        response=response,
        attempts=attempt,
        operation=model.operation_model(call["operation"]),
        caught_exception=exception,
        request_dict={"context": context},
    )
    if delay is None:
        return ["end", 0]
    return ["end after", slept[0]] if delay is False else ["again", delay]


def run(call):
    context, steps = {}, []
    for attempt in range(1, len(call["failures"]) + 1):
        steps.append(step(call, attempt, context))
        if steps[-1][0] != "again":
            break
    else:
        checker.release_retry_quota(context, SimpleNamespace(status_code=200))
    return {"steps": [{"what": what, "seconds": seconds} for what, seconds in steps], "tokens": tokens.available_capacity}


json.dump([run(call) for call in json.load(sys.stdin)], sys.stdout)
