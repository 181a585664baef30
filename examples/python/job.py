#!/usr/bin/env python3
"""A job in Python. worker-server starts it once for each message, and once for each periodic task:

    export UPLOADS=/var/uploads
    worker-server --queue-command "python3 job.py" --schedule-command "python3 job.py"

A message is {"job": "checksum", "file": "photo.jpg"} on standard input; what else is known about it is in variables named
SQSD_*. The exit status decides what becomes of it. 0 deletes the message. After anything else it stays in the queue and comes
back, and SQS moves it to the dead-letter queue in the end: 1 is an exception (its traceback is in worker-server's log), 65
a message that makes no sense, 75 "not yet", with the delay in the file that SQSD_RETRY_AFTER_FILE names.
"""

import hashlib
import json
import os
import sys
from functools import partial
from pathlib import Path

UPLOADS = Path(os.environ.get("UPLOADS", "uploads"))


class NotYet(Exception):
    """The message is to come back after so many seconds."""

    def __init__(self, reason, seconds):
        super().__init__(reason)
        self.seconds = seconds


def checksum(name):
    """Writes the SHA-256 of an uploaded file beside it. SQS may deliver twice; doing this twice does no harm."""
    file = UPLOADS / Path(name).name  # Without its folder: that is not for the message to choose.
    if not file.exists():
        raise NotYet(f"{file.name} has not arrived", seconds=30)
    part = file.with_name(f"{file.name}.{os.getpid()}.part")
    part.write_text(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n")
    part.replace(file.with_name(f"{file.name}.sha256"))


def sweep():
    """Removes the checksums of files that are gone."""
    for sums in UPLOADS.glob("*.sha256"):
        if not sums.with_suffix("").exists():
            sums.unlink(missing_ok=True)


JOBS = {"checksum": checksum}
TASKS = {"sweep": sweep}


def work():
    """What is to be done, not yet begun."""
    if task := os.environ.get("SQSD_TASKNAME"):
        return TASKS[task]
    message = json.load(sys.stdin)
    print(f"message {os.environ.get('SQSD_MSGID', '(by hand)')}: {message['job']} of {message['file']}", flush=True)
    return partial(JOBS[message["job"]], message["file"])


def main():
    try:
        run = work()
    except (ValueError, TypeError, KeyError) as error:
        print(f"this is no job: {error!r}", file=sys.stderr)
        return 65
    try:
        run()
    except NotYet as not_yet:
        Path(os.environ.get("SQSD_RETRY_AFTER_FILE", os.devnull)).write_text(f"{not_yet.seconds}\n")
        print(not_yet, file=sys.stderr)
        return 75
    return 0


if __name__ == "__main__":
    sys.exit(main())
