"""The queue suite: what a client of SQS can rely on, one function per case, each on queues of its own.

    queue_suite.py ENDPOINT [--strict]

prints one JSON object a line and case: {"case": name, "ok": true}, or "ok": false with "error". The cases marked `strict`
check rules of SQS that moto does not enforce; they run only with --strict.
"""

import hashlib
import json
import struct
import sys
import threading
import time
import traceback
import uuid
from concurrent.futures import ThreadPoolExecutor

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

COMMON, STRICT = [], []


def case(function):
    COMMON.append(function)
    return function


def strict(function):
    STRICT.append(function)
    return function


class Queues:
    """A client, and fresh queues for one case."""

    def __init__(self, endpoint):
        self.sqs = boto3.client(
            "sqs", endpoint_url=endpoint, region_name="us-east-1",
            aws_access_key_id="test", aws_secret_access_key="test",
            config=Config(retries={"total_max_attempts": 1}, read_timeout=30, parameter_validation=False))

    def make(self, fifo=False, **attributes):
        name = "q-" + uuid.uuid4().hex[:16] + (".fifo" if fifo else "")
        if fifo:
            attributes["FifoQueue"] = "true"
        return self.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]

    def arn(self, url):
        return self.attributes(url)["QueueArn"]

    def attributes(self, url):
        return self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]

    def send(self, url, body, **more):
        return self.sqs.send_message(QueueUrl=url, MessageBody=body, **more)

    def receive(self, url, maximum=10, **more):
        more.setdefault("WaitTimeSeconds", 0)
        return self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=maximum, **more).get("Messages", [])

    def bodies(self, url, **more):
        return [message["Body"] for message in self.receive(url, **more)]

    def delete(self, url, message):
        self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])

    def show(self, url, message, seconds=0):
        self.sqs.change_message_visibility(
            QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=seconds)


def error_code(call, **arguments):
    """The short error code, without the prefix of the Query protocol's names."""
    try:
        call(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"].rsplit(".", 1)[-1]
    raise AssertionError("no error")


def equal(found, expected):
    assert found == expected, f"found {found!r}, expected {expected!r}"


def attributes_digest(attributes):
    digest = hashlib.md5()
    for name, attribute in sorted(attributes.items()):
        binary = "BinaryValue" in attribute
        value = attribute["BinaryValue"] if binary else attribute["StringValue"].encode()
        for part in (name.encode(), attribute["DataType"].encode()):
            digest.update(struct.pack(">I", len(part)) + part)
        digest.update((b"\x02" if binary else b"\x01") + struct.pack(">I", len(value)) + value)
    return digest.hexdigest()


# Sending, receiving, deleting


@case
def a_message_is_sent_received_and_deleted(q):
    url = q.make()
    body = '{"a": "é € 😀", "b": "line\\nbreak"}\n\t"'
    sent = q.send(url, body)
    equal(sent["MD5OfMessageBody"], hashlib.md5(body.encode()).hexdigest())
    [message] = q.receive(url)
    equal(message["Body"], body)
    equal(message["MessageId"], sent["MessageId"])
    equal(message["MD5OfBody"], sent["MD5OfMessageBody"])
    assert "Attributes" not in message and "MessageAttributes" not in message
    equal(q.receive(url), [])
    q.delete(url, message)
    counts = q.attributes(url)
    equal([counts["ApproximateNumberOfMessages"], counts["ApproximateNumberOfMessagesNotVisible"]], ["0", "0"])


@case
def message_attributes_come_back_with_their_digest(q):
    url = q.make()
    attributes = {
        "bar.one": {"DataType": "String", "StringValue": "v é"},
        "bar.two": {"DataType": "Number.float", "StringValue": "42.5"},
        "other": {"DataType": "Binary.png", "BinaryValue": b"\x00\xff bytes"},
    }
    sent = q.send(url, "b", MessageAttributes=attributes)
    equal(sent["MD5OfMessageAttributes"], attributes_digest(attributes))
    [message] = q.receive(url, MessageAttributeNames=["All"])
    equal(message["MessageAttributes"], attributes)
    equal(message["MD5OfMessageAttributes"], attributes_digest(attributes))


@case
def message_attributes_are_returned_only_when_asked_for(q):
    url = q.make(VisibilityTimeout="0")
    attributes = {name: {"DataType": "String", "StringValue": name} for name in ("bar.one", "bar.two", "other")}
    q.send(url, "b", MessageAttributes=attributes)
    for asked, expected in [([], []), (["other"], ["other"]), (["bar.*"], ["bar.one", "bar.two"]),
                            ([".*"], ["bar.one", "bar.two", "other"]), (["none"], [])]:
        [message] = q.receive(url, MessageAttributeNames=asked)
        equal(sorted(message.get("MessageAttributes", {})), expected)


@case
def system_attributes_tell_time_and_count(q):
    url = q.make(VisibilityTimeout="0")
    before = int(time.time() * 1000) - 1000
    trace = "Root=1-5759e988-bd862e3fe1be46a994272793"
    q.send(url, "b", MessageSystemAttributes={"AWSTraceHeader": {"DataType": "String", "StringValue": trace}})
    [first] = q.receive(url, MessageSystemAttributeNames=["All"])
    [second] = q.receive(url, AttributeNames=["All"])
    for message, count in ((first, "1"), (second, "2")):
        found = message["Attributes"]
        equal(found["ApproximateReceiveCount"], count)
        equal(found["AWSTraceHeader"], trace)
        assert before <= int(found["SentTimestamp"]) <= int(found["ApproximateFirstReceiveTimestamp"]) < before + 60000
    equal(first["Attributes"]["ApproximateFirstReceiveTimestamp"],
          second["Attributes"]["ApproximateFirstReceiveTimestamp"])
    assert first["ReceiptHandle"] != second["ReceiptHandle"]


@strict
def system_attributes_have_a_digest(q):
    trace = {"DataType": "String", "StringValue": "Root=1-5759e988-bd862e3fe1be46a994272793"}
    sent = q.send(q.make(), "b", MessageSystemAttributes={"AWSTraceHeader": trace})
    equal(sent["MD5OfMessageSystemAttributes"], "62a56dd927315f2b2e12832b84617ea5")
    equal(error_code(q.send, url=q.make(), body="b", MessageSystemAttributes={"Other": trace}), "InvalidParameterValue")


@case
def a_group_id_passes_through_a_standard_queue(q):
    url = q.make()
    q.send(url, "1", MessageGroupId="tenant")
    q.send(url, "2", MessageGroupId="tenant")
    messages = q.receive(url, MessageSystemAttributeNames=["MessageGroupId"])
    equal([message["Attributes"]["MessageGroupId"] for message in messages], ["tenant", "tenant"])


# Batches


@case
def batches_send_change_and_delete(q):
    url = q.make()
    entries = [{"Id": f"e-{n}", "MessageBody": f"b{n}"} for n in range(10)]
    sent = q.sqs.send_message_batch(QueueUrl=url, Entries=entries)
    equal(sorted(entry["Id"] for entry in sent["Successful"]), sorted(entry["Id"] for entry in entries))
    messages = q.receive(url)
    equal(sorted(message["Body"] for message in messages), sorted(entry["MessageBody"] for entry in entries))
    changed = q.sqs.change_message_visibility_batch(QueueUrl=url, Entries=[
        {"Id": str(n), "ReceiptHandle": message["ReceiptHandle"], "VisibilityTimeout": 0}
        for n, message in enumerate(messages)])
    equal(len(changed["Successful"]), 10)
    again = q.receive(url)
    deleted = q.sqs.delete_message_batch(QueueUrl=url, Entries=[
        {"Id": str(n), "ReceiptHandle": message["ReceiptHandle"]} for n, message in enumerate(again)])
    equal(len(deleted["Successful"]), 10)
    equal(q.attributes(url)["ApproximateNumberOfMessagesNotVisible"], "0")


@case
def a_batch_fails_entry_by_entry(q):
    url = q.make()
    q.send(url, "b")
    [message] = q.receive(url)
    answer = q.sqs.delete_message_batch(QueueUrl=url, Entries=[
        {"Id": "good", "ReceiptHandle": message["ReceiptHandle"]}, {"Id": "bad", "ReceiptHandle": "nonsense"}])
    equal([entry["Id"] for entry in answer["Successful"]], ["good"])
    [failed] = answer["Failed"]
    equal([failed["Id"], failed["SenderFault"], failed["Code"]], ["bad", True, "ReceiptHandleIsInvalid"])


@case
def batches_have_limits(q):
    url = q.make()
    send = q.sqs.send_message_batch
    equal(error_code(send, QueueUrl=url, Entries=[]), "EmptyBatchRequest")
    eleven = [{"Id": str(n), "MessageBody": "b"} for n in range(11)]
    equal(error_code(send, QueueUrl=url, Entries=eleven), "TooManyEntriesInBatchRequest")
    equal(error_code(send, QueueUrl=url, Entries=[{"Id": "a b", "MessageBody": "b"}]), "InvalidBatchEntryId")
    equal(error_code(send, QueueUrl=url, Entries=[{"Id": "x" * 81, "MessageBody": "b"}]), "InvalidBatchEntryId")
    half = "x" * 600_000
    equal(error_code(send, QueueUrl=url, Entries=[
        {"Id": "1", "MessageBody": half}, {"Id": "2", "MessageBody": half}]), "BatchRequestTooLong")


@strict
def batch_ids_must_differ_for_every_action(q):
    url = q.make()
    twice = lambda **more: [{"Id": "x", **more}, {"Id": "x", **more}]
    equal(error_code(q.sqs.send_message_batch, QueueUrl=url, Entries=twice(MessageBody="b")),
          "BatchEntryIdsNotDistinct")
    equal(error_code(q.sqs.delete_message_batch, QueueUrl=url, Entries=twice(ReceiptHandle="r")),
          "BatchEntryIdsNotDistinct")
    equal(error_code(q.sqs.change_message_visibility_batch, QueueUrl=url,
                     Entries=twice(ReceiptHandle="r", VisibilityTimeout=1)), "BatchEntryIdsNotDistinct")
    equal(error_code(q.sqs.delete_message_batch, QueueUrl=url, Entries=[]), "EmptyBatchRequest")


@strict
def a_bad_message_fails_alone_in_its_batch(q):
    url = q.make()
    answer = q.sqs.send_message_batch(QueueUrl=url, Entries=[
        {"Id": "empty", "MessageBody": ""}, {"Id": "good", "MessageBody": "b"},
        {"Id": "control", "MessageBody": "\x01"}, {"Id": "late", "MessageBody": "b", "DelaySeconds": 901}])
    equal([entry["Id"] for entry in answer["Successful"]], ["good"])
    equal({entry["Id"]: entry["Code"] for entry in answer["Failed"]},
          {"empty": "MissingParameter", "control": "InvalidMessageContents", "late": "InvalidParameterValue"})


# Visibility and delays


@case
def a_message_comes_back_after_the_visibility_timeout(q):
    url = q.make(VisibilityTimeout="1")
    q.send(url, "b")
    [first] = q.receive(url, MessageSystemAttributeNames=["All"])
    [second] = q.receive(url, WaitTimeSeconds=15, MessageSystemAttributeNames=["All"])
    equal(second["MessageId"], first["MessageId"])
    equal(second["Attributes"]["ApproximateReceiveCount"], "2")


@case
def a_receive_can_bring_its_own_visibility_timeout(q):
    url = q.make(VisibilityTimeout="0")
    q.send(url, "b")
    equal(len(q.receive(url, VisibilityTimeout=30)), 1)
    equal(q.receive(url), [])


@case
def visibility_zero_brings_a_message_back_at_once(q):
    url = q.make(VisibilityTimeout="30")
    q.send(url, "b")
    [message] = q.receive(url)
    q.show(url, message)
    equal(q.bodies(url), ["b"])


@case
def a_longer_visibility_keeps_a_message_hidden(q):
    url = q.make(VisibilityTimeout="3")
    q.send(url, "b")
    [message] = q.receive(url)
    q.show(url, message, 60)
    equal(q.receive(url, WaitTimeSeconds=4), [])


@strict
def visibility_of_a_visible_message_cannot_be_changed(q):
    url = q.make()
    q.send(url, "b")
    [message] = q.receive(url)
    q.show(url, message)
    equal(error_code(q.sqs.change_message_visibility, QueueUrl=url, ReceiptHandle=message["ReceiptHandle"],
                     VisibilityTimeout=5), "MessageNotInflight")


@case
def visibility_has_a_limit_of_twelve_hours(q):
    url = q.make()
    q.send(url, "b")
    [message] = q.receive(url)
    change = dict(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    equal(error_code(q.sqs.change_message_visibility, VisibilityTimeout=43_201, **change), "InvalidParameterValue")


@strict
def visibility_counts_from_the_receive(q):
    url = q.make()
    q.send(url, "b")
    [message] = q.receive(url)
    time.sleep(0.05)  # time must pass for the sum to exceed the limit
    change = dict(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    equal(error_code(q.sqs.change_message_visibility, VisibilityTimeout=43_200, **change), "InvalidParameterValue")
    q.sqs.change_message_visibility(VisibilityTimeout=43_190, **change)
    equal(error_code(q.sqs.change_message_visibility, VisibilityTimeout=-1, **change), "InvalidParameterValue")


@case
def a_message_can_be_delayed(q):
    url = q.make()
    q.send(url, "much later", DelaySeconds=60)
    equal(q.receive(url), [])
    equal(q.attributes(url)["ApproximateNumberOfMessagesDelayed"], "1")
    q.send(url, "late", DelaySeconds=1)
    equal(q.bodies(url, WaitTimeSeconds=15), ["late"])


@case
def a_queue_can_delay_its_messages(q):
    url = q.make(DelaySeconds="60")
    q.send(url, "late")
    q.send(url, "now", DelaySeconds=0)
    equal(q.bodies(url), ["now"])


# Long polls


@case
def a_long_poll_ends_when_a_message_arrives(q):
    url = q.make()
    start = time.monotonic()
    threading.Timer(0.5, lambda: q.send(url, "b")).start()
    equal(q.bodies(url, WaitTimeSeconds=20), ["b"])
    assert time.monotonic() - start < 18


@case
def a_long_poll_ends_when_a_message_comes_back(q):
    url = q.make()
    q.send(url, "b")
    q.receive(url, VisibilityTimeout=1)
    start = time.monotonic()
    equal(q.bodies(url, WaitTimeSeconds=20), ["b"])
    assert time.monotonic() - start < 18


@case
def a_long_poll_ends_empty_after_its_time(q):
    url = q.make()
    start = time.monotonic()
    equal(q.receive(url, WaitTimeSeconds=1), [])
    assert 0.9 < time.monotonic() - start < 18


@case
def the_queue_says_how_long_a_receive_waits(q):
    url = q.make(ReceiveMessageWaitTimeSeconds="1")
    start = time.monotonic()
    equal(q.sqs.receive_message(QueueUrl=url).get("Messages", []), [])
    assert 0.9 < time.monotonic() - start < 18


@strict
def a_deleted_queue_ends_its_long_polls(q):
    url = q.make()
    threading.Timer(0.3, lambda: q.sqs.delete_queue(QueueUrl=url)).start()
    equal(error_code(q.sqs.receive_message, QueueUrl=url, WaitTimeSeconds=15), "NonExistentQueue")


# Dead letters


def make_with_dead_letters(q, count, fifo=False, **more):
    dead = q.make(fifo)
    policy = json.dumps({"deadLetterTargetArn": q.arn(dead), "maxReceiveCount": str(count)})
    return q.make(fifo, RedrivePolicy=policy, **more), dead


@case
def a_message_goes_to_the_dead_letter_queue_after_its_receives(q):
    url, dead = make_with_dead_letters(q, 2, VisibilityTimeout="0")
    sent = q.send(url, "b", MessageAttributes={"a": {"DataType": "String", "StringValue": "v"}})
    for count in ("1", "2"):
        [message] = q.receive(url, MessageSystemAttributeNames=["All"])
        equal(message["Attributes"]["ApproximateReceiveCount"], count)
        sent_at = message["Attributes"]["SentTimestamp"]
    equal(q.receive(dead), [])
    equal(q.receive(url), [])
    [message] = q.receive(dead, MessageSystemAttributeNames=["All"], MessageAttributeNames=["All"])
    equal(message["MessageId"], sent["MessageId"])
    equal(message["Attributes"]["SentTimestamp"], sent_at)
    equal(message["MessageAttributes"]["a"]["StringValue"], "v")
    equal(q.attributes(url)["ApproximateNumberOfMessages"], "0")


@strict
def a_dead_letter_wakes_who_waits_and_keeps_count_and_source(q):
    url, dead = make_with_dead_letters(q, 1, VisibilityTimeout="0")
    q.send(url, "b")
    q.receive(url)
    threading.Timer(0.3, lambda: q.receive(url)).start()
    [message] = q.receive(dead, WaitTimeSeconds=10, MessageSystemAttributeNames=["All"])
    equal(message["Attributes"]["ApproximateReceiveCount"], "2")
    equal(message["Attributes"]["DeadLetterQueueSourceArn"], q.arn(url))


@strict
def a_redrive_policy_is_checked(q):
    url, fifo = q.make(), q.make(True)
    for policy in ("nonsense", '{"maxReceiveCount":"3"}',
                   json.dumps({"deadLetterTargetArn": q.arn(url), "maxReceiveCount": "0"}),
                   json.dumps({"deadLetterTargetArn": q.arn(fifo), "maxReceiveCount": "3"}),
                   json.dumps({"deadLetterTargetArn": q.arn(fifo) + "-not-there", "maxReceiveCount": "3"})):
        equal(error_code(q.sqs.set_queue_attributes, QueueUrl=url, Attributes={"RedrivePolicy": policy}),
              "InvalidParameterValue")


# Old, wrong and foreign receipt handles


@case
def deleting_twice_is_no_error(q):
    url = q.make()
    q.send(url, "b")
    [message] = q.receive(url)
    q.delete(url, message)
    q.delete(url, message)


@case
def a_malformed_receipt_handle_is_refused(q):
    url = q.make()
    equal(error_code(q.sqs.delete_message, QueueUrl=url, ReceiptHandle="nonsense"), "ReceiptHandleIsInvalid")
    equal(error_code(q.sqs.change_message_visibility, QueueUrl=url, ReceiptHandle="nonsense", VisibilityTimeout=1),
          "ReceiptHandleIsInvalid")


@strict
def a_receipt_handle_of_another_queue_is_refused(q):
    url, other = q.make(), q.make()
    q.send(url, "b")
    [message] = q.receive(url)
    equal(error_code(q.sqs.delete_message, QueueUrl=other, ReceiptHandle=message["ReceiptHandle"]),
          "ReceiptHandleIsInvalid")


@strict
def an_old_receipt_handle_deletes_nothing(q):
    url = q.make(VisibilityTimeout="0")
    q.send(url, "b")
    [old] = q.receive(url)
    [new] = q.receive(url)
    q.delete(url, old)
    equal(q.bodies(url), ["b"])


@strict
def the_latest_receipt_handle_deletes_after_the_timeout(q):
    url = q.make(VisibilityTimeout="0")
    q.send(url, "b")
    [message] = q.receive(url)
    q.delete(url, message)
    equal(q.receive(url), [])
    equal(error_code(q.sqs.change_message_visibility, QueueUrl=url, ReceiptHandle=message["ReceiptHandle"],
                     VisibilityTimeout=1), "InvalidParameterValue")


# FIFO queues


def send_fifo(q, url, body, group="g", key=None):
    return q.send(url, body, MessageGroupId=group, MessageDeduplicationId=key or uuid.uuid4().hex)


@case
def a_fifo_queue_keeps_the_order_of_each_group(q):
    url = q.make(True)
    for n in range(4):
        send_fifo(q, url, f"a{n}", "a")
        send_fifo(q, url, f"b{n}", "b")
    found = q.bodies(url)
    equal([body for body in found if body[0] == "a"], ["a0", "a1", "a2", "a3"])
    equal([body for body in found if body[0] == "b"], ["b0", "b1", "b2", "b3"])


@case
def a_group_waits_for_its_message_in_flight(q):
    url = q.make(True)
    for body in ("1", "2"):
        send_fifo(q, url, body, "a")
    send_fifo(q, url, "other", "b")
    [first] = q.receive(url, maximum=1)
    equal(first["Body"], "1")
    equal(q.bodies(url), ["other"])
    q.delete(url, first)
    equal(q.bodies(url), ["2"])


@case
def a_failed_head_comes_back_before_the_rest_of_its_group(q):
    url = q.make(True)
    for body in ("1", "2"):
        send_fifo(q, url, body)
    [first] = q.receive(url, maximum=1)
    q.show(url, first)
    equal(q.bodies(url), ["1", "2"])


@case
def a_duplicate_is_not_delivered(q):
    url = q.make(True)
    for key in ("k", "k", "other"):
        send_fifo(q, url, key, key=key)
    equal(q.bodies(url), ["k", "other"])


@strict
def a_duplicate_is_not_delivered_even_after_delete(q):
    url = q.make(True)
    send_fifo(q, url, "b", key="k")
    [message] = q.receive(url)
    q.delete(url, message)
    send_fifo(q, url, "b", key="k")
    send_fifo(q, url, "other", key="k2")
    equal(q.bodies(url), ["other"])


@strict
def a_duplicate_is_answered_with_the_first_ones_names(q):
    url = q.make(True)
    first = send_fifo(q, url, "b", key="k")
    again = send_fifo(q, url, "another body", key="k")
    equal([again["MessageId"], again["SequenceNumber"]], [first["MessageId"], first["SequenceNumber"]])


@case
def content_can_be_the_deduplication_id(q):
    url = q.make(True, ContentBasedDeduplication="true")
    for body in ("same", "same", "other"):
        q.send(url, body, MessageGroupId="g")
    messages = q.receive(url, MessageSystemAttributeNames=["All"])
    equal([message["Body"] for message in messages], ["same", "other"])
    equal(messages[0]["Attributes"]["MessageDeduplicationId"], hashlib.sha256(b"same").hexdigest())


@strict
def sequence_numbers_rise_and_have_twenty_digits(q):
    url = q.make(True)
    numbers = [send_fifo(q, url, str(n))["SequenceNumber"] for n in range(5)]
    equal(numbers, sorted(numbers))
    equal({len(number) for number in numbers}, {20})
    messages = q.receive(url, MessageSystemAttributeNames=["SequenceNumber"])
    equal([message["Attributes"]["SequenceNumber"] for message in messages], numbers)


@case
def a_fifo_message_needs_a_group(q):
    url = q.make(True)
    equal(error_code(q.sqs.send_message, QueueUrl=url, MessageBody="b", MessageDeduplicationId="k"), "MissingParameter")


@case
def a_fifo_message_needs_a_deduplication_id(q):
    url = q.make(True)
    equal(error_code(q.sqs.send_message, QueueUrl=url, MessageBody="b", MessageGroupId="g"), "InvalidParameterValue")


@strict
def a_fifo_message_cannot_have_its_own_delay(q):
    url = q.make(True)
    equal(error_code(q.sqs.send_message, QueueUrl=url, MessageBody="b", MessageGroupId="g", MessageDeduplicationId="k",
                     DelaySeconds=5), "InvalidParameterValue")


@strict
def a_fifo_message_cannot_be_deleted_after_the_timeout(q):
    url = q.make(True, VisibilityTimeout="0")
    send_fifo(q, url, "b")
    [message] = q.receive(url)
    equal(error_code(q.sqs.delete_message, QueueUrl=url, ReceiptHandle=message["ReceiptHandle"]),
          "InvalidParameterValue")
    equal(q.bodies(url), ["b"])


@strict
def a_receive_can_be_repeated_by_its_attempt_id(q):
    url = q.make(True)
    for body in ("1", "2"):
        send_fifo(q, url, body)
    first = q.receive(url, ReceiveRequestAttemptId="attempt")
    again = q.receive(url, ReceiveRequestAttemptId="attempt")
    equal([message["ReceiptHandle"] for message in again], [message["ReceiptHandle"] for message in first])
    q.delete(url, first[0])
    equal(q.receive(url, ReceiveRequestAttemptId="attempt"), [])


@case
def a_fifo_queue_has_fifo_dead_letters(q):
    url, dead = make_with_dead_letters(q, 1, fifo=True, VisibilityTimeout="0")
    send_fifo(q, url, "bad")
    equal(q.bodies(url), ["bad"])
    equal(q.receive(url), [])
    [message] = q.receive(dead, MessageSystemAttributeNames=["All"])
    equal([message["Body"], message["Attributes"]["MessageGroupId"]], ["bad", "g"])


# Queues


@case
def a_queue_that_is_not_there_is_an_error(q):
    url = q.make()
    missing = url + "-missing"
    for call in (lambda: q.sqs.get_queue_url(QueueName="missing-" + uuid.uuid4().hex), lambda: q.receive(missing),
                 lambda: q.send(missing, "b")):
        equal(error_code(call), "NonExistentQueue")


@case
def a_queue_can_be_made_again_but_not_differently(q):
    url = q.make(VisibilityTimeout="7")
    name = url.rsplit("/", 1)[-1]
    equal(q.sqs.create_queue(QueueName=name, Attributes={"VisibilityTimeout": "7"})["QueueUrl"], url)
    equal(error_code(q.sqs.create_queue, QueueName=name, Attributes={"VisibilityTimeout": "8"}), "QueueAlreadyExists")


@case
def queue_names_have_rules(q):
    for name in ("", "a b", "x" * 81, "a.b"):
        assert error_code(q.sqs.create_queue, QueueName=name) in ("InvalidParameterValue", "MissingParameter"), name


@case
def queues_are_listed_by_prefix(q):
    prefix = "list-" + uuid.uuid4().hex[:8]
    urls = [q.sqs.create_queue(QueueName=f"{prefix}-{n}")["QueueUrl"] for n in range(3)]
    equal(sorted(q.sqs.list_queues(QueueNamePrefix=prefix)["QueueUrls"]), urls)
    equal(q.sqs.get_queue_url(QueueName=f"{prefix}-1")["QueueUrl"], urls[1])


@strict
def queues_are_listed_in_pages(q):
    prefix = "list-" + uuid.uuid4().hex[:8]
    urls = [q.sqs.create_queue(QueueName=f"{prefix}-{n}")["QueueUrl"] for n in range(3)]
    page = q.sqs.list_queues(QueueNamePrefix=prefix, MaxResults=2)
    rest = q.sqs.list_queues(QueueNamePrefix=prefix, MaxResults=2, NextToken=page["NextToken"])
    equal(sorted(page["QueueUrls"] + rest["QueueUrls"]), urls)
    assert "NextToken" not in rest


@case
def attributes_are_set_and_read(q):
    url = q.make()
    q.sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "11", "DelaySeconds": "2"})
    found = q.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout", "DelaySeconds"])["Attributes"]
    equal(found, {"VisibilityTimeout": "11", "DelaySeconds": "2"})
    everything = q.attributes(url)
    for name, value in {"MessageRetentionPeriod": "345600", "MaximumMessageSize": "1048576",
                        "ReceiveMessageWaitTimeSeconds": "0", "ApproximateNumberOfMessages": "0"}.items():
        equal(everything[name], value)
    assert everything["QueueArn"].endswith(":" + url.rsplit("/", 1)[-1])


@strict
def attribute_values_are_checked(q):
    url = q.make()
    equal(error_code(q.sqs.set_queue_attributes, QueueUrl=url, Attributes={"Nonsense": "1"}), "InvalidAttributeName")
    for name, value in {"VisibilityTimeout": "43201", "DelaySeconds": "901", "ReceiveMessageWaitTimeSeconds": "21",
                        "MessageRetentionPeriod": "59", "MaximumMessageSize": "1023"}.items():
        equal(error_code(q.sqs.set_queue_attributes, QueueUrl=url, Attributes={name: value}), "InvalidAttributeValue")
    equal(error_code(q.sqs.get_queue_attributes, QueueUrl=url, AttributeNames=["Nonsense"]), "InvalidAttributeName")
    assert "Attributes" not in q.sqs.get_queue_attributes(QueueUrl=url)


@case
def purging_removes_everything(q):
    url = q.make()
    for body in ("1", "2"):
        q.send(url, body)
    q.receive(url, maximum=1)
    q.sqs.purge_queue(QueueUrl=url)
    counts = q.attributes(url)
    equal([counts["ApproximateNumberOfMessages"], counts["ApproximateNumberOfMessagesNotVisible"]], ["0", "0"])


@strict
def purging_twice_within_a_minute_is_refused(q):
    url = q.make()
    q.sqs.purge_queue(QueueUrl=url)
    equal(error_code(q.sqs.purge_queue, QueueUrl=url), "PurgeQueueInProgress")


@case
def a_deleted_queue_is_gone(q):
    url = q.make()
    q.sqs.delete_queue(QueueUrl=url)
    equal(error_code(q.sqs.send_message, QueueUrl=url, MessageBody="b"), "NonExistentQueue")


# Limits of messages and parameters


@case
def a_message_has_a_size_limit(q):
    url = q.make(MaximumMessageSize="1024")
    q.send(url, "x" * 1024)
    equal(error_code(q.sqs.send_message, QueueUrl=url, MessageBody="x" * 1025), "InvalidParameterValue")


@strict
def one_mebibyte_fits_attributes_included(q):
    url = q.make()
    attributes = {"name": {"DataType": "Binary", "BinaryValue": b"x" * 1000}}
    rest = 1_048_576 - len("name") - len("Binary") - 1000
    q.send(url, "x" * rest, MessageAttributes=attributes)
    equal(error_code(q.sqs.send_message, QueueUrl=url, MessageBody="x" * (rest + 1), MessageAttributes=attributes),
          "InvalidParameterValue")
    [message] = q.receive(url)
    equal(len(message["Body"]), rest)


@strict
def a_body_must_not_be_empty(q):
    equal(error_code(q.sqs.send_message, QueueUrl=q.make(), MessageBody=""), "MissingParameter")


@strict
def control_characters_are_refused(q):
    url = q.make()
    for body in ("a\x00", "\x1f", "\ufffe", "\uffff"):
        equal(error_code(q.sqs.send_message, QueueUrl=url, MessageBody=body), "InvalidMessageContents")
    q.send(url, "\t\n\r \x7f\ud7ff\ue000\ufffd\U00010000\U0010ffff")


@case
def parameters_have_ranges(q):
    url = q.make()
    equal(error_code(q.sqs.receive_message, QueueUrl=url, WaitTimeSeconds=21), "InvalidParameterValue")
    equal(error_code(q.sqs.receive_message, QueueUrl=url, MaxNumberOfMessages=11), "InvalidParameterValue")
    equal(error_code(q.sqs.receive_message, QueueUrl=url, MaxNumberOfMessages=0), "InvalidParameterValue")
    equal(error_code(q.sqs.send_message, QueueUrl=url, MessageBody="b", DelaySeconds=901), "InvalidParameterValue")


@strict
def message_attributes_have_rules(q):
    url = q.make()
    text = lambda value, kind="String": {"DataType": kind, "StringValue": value}
    bad = [
        {"": text("v")}, {"a b": text("v")}, {".a": text("v")}, {"a.": text("v")}, {"a..b": text("v")},
        {"AWS.x": text("v")}, {"amazon.x": text("v")}, {"x" * 257: text("v")},
        {"a": text("")}, {"a": text("v", "Text")}, {"a": text("v", "String.")}, {"a": text("\x01")},
        {"a": text("12x", "Number")}, {"a": text("1" * 39, "Number")}, {"a": text("1e127", "Number")},
        {"a": {"DataType": "Binary", "BinaryValue": b""}}, {"a": text("v", "Binary")}, {"a": {"DataType": "String"}},
        {"a": {"StringValue": "v"}}, {f"a{n}": text("v") for n in range(11)},
    ]
    for attributes in bad:
        equal(error_code(q.sqs.send_message, QueueUrl=url, MessageBody="b", MessageAttributes=attributes),
              "InvalidParameterValue")
    good = {"Number": text("-12.5e-3", "Number"), "a.b-c_d": text("0", "Number.int"), "x" * 256: text("v", "String.label")}
    q.send(url, "b", MessageAttributes=good)


def run(function, endpoint):
    try:
        function(Queues(endpoint))
        return {"case": function.__name__, "ok": True}
    except BaseException as error:
        place = traceback.extract_tb(error.__traceback__)
        lines = [frame.lineno for frame in place if frame.filename == __file__]
        return {"case": function.__name__, "ok": False, "error": f"{error} (lines {lines})"}


if __name__ == "__main__":
    endpoint, cases = sys.argv[1], COMMON + (STRICT if "--strict" in sys.argv else [])
    boto3.client("sqs", region_name="us-east-1")  # loads the service model once, before the threads need it
    with ThreadPoolExecutor(8) as pool:
        for result in pool.map(lambda function: run(function, endpoint), cases):
            print(json.dumps(result), flush=True)
