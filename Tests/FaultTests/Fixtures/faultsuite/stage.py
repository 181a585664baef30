"""An SQS, an application and sqsd between them, put together for one scenario."""
from __future__ import annotations

import asyncio
import os
import statistics
from dataclasses import dataclass
from types import TracebackType
from typing import Callable, Iterable, Optional, Type

from . import duplicates
from .application import ScriptedApplication
from .daemon import Daemon, Sample
from .faults import FaultPlan
from .ledger import Ledger, body_of
from .report import Report
from .service import ScriptedSQS

# A debug build with its connections and buffers; the budget of the released program is measured elsewhere.
MOST_RESIDENT = 60 * 1024
MOST_GROWTH = 12 * 1024


@dataclass(frozen=True)
class Options:
    """What is the same for all scenarios of a run."""

    sqsd: str
    seed: int = 1
    messages: int = 600
    kills: int = 2
    restarts: int = 1
    rate: float = 0.03
    """The share of each kind of fault."""
    hang: float = 2.0
    patience: float = 1.0
    """Stretches every time limit."""
    arguments: tuple[str, ...] = ()
    """More for sqsd."""
    tells_progress: bool = False


class Stage:
    def __init__(
        self, options: Options, report: Report, *, fifo: bool = False, most_receives: int = 0, visibility: int = 4,
        connections: int = 20, rate: Optional[float] = None, job_time: float = 0.0
    ):
        rate = options.rate if rate is None else rate
        self.options = options
        self.report = report
        self.ledger = Ledger()
        self.plan = FaultPlan(options.seed, rate, options.hang)
        self.service = ScriptedSQS(self.plan, self.ledger)
        self.application = ScriptedApplication(self.ledger, options.seed, rate, job_time)
        self.visibility = visibility
        self.connections = connections
        suffix = ".fifo" if fifo else ""
        account = self.service.account
        self.dead_letters = account.make("jobs-dlq" + suffix)
        self.queue = account.make("jobs" + suffix)
        if most_receives:
            self.queue.dead_letters = self.dead_letters
            self.queue.most_receives = most_receives
            # sqsd may look at it.
            self.queue.attributes["RedrivePolicy"] = (
                f'{{"deadLetterTargetArn":"{self.dead_letters.arn}","maxReceiveCount":{most_receives}}}')
        self.daemons: list[Daemon] = []
        """All that ever lived."""

    async def __aenter__(self) -> Stage:
        await self.service.open()
        await self.application.open()
        return self

    async def __aexit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        for daemon in self.daemons:
            await daemon.kill()
        await self.application.listener.end()
        await self.service.listener.end()
        self._judge()

    def send(self, keys: Iterable[str]) -> None:
        """Sizes differ, so that answers do not end at the same bytes."""
        moment = asyncio.get_running_loop().time()
        for index, key in enumerate(keys):
            group = key.rpartition("/")[0] or None
            more = {"deduplication_id": key.replace("/", "-")} if group else {}
            self.queue.send(moment, body_of(key, index % 7 * 40), group=group, **more)
        self.service.changed()

    async def start_daemon(self, *arguments: str) -> Daemon:
        daemon = Daemon(self.options.sqsd, [
            "--queue-url", self.service.account.url(self.queue), "--http-url", self.application.listener.url,
            "--admin-address", "off", "--log-format", "json", "--visibility-timeout", str(self.visibility),
            "--inactivity-timeout", "30", "--http-connections", str(self.connections), "--drain-timeout", "2",
            *self.options.arguments, *arguments,
        ], {
            "PATH": os.environ.get("PATH", ""), "HOME": "/nonexistent", "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL_SQS": self.service.listener.url, "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "SECRETEXAMPLE",
        }, ended=self.ledger.changed)
        self.daemons.append(daemon)
        await daemon.start()
        return daemon

    async def until(self, condition: Callable[[], bool], limit: float, what: str) -> bool:
        """Waits; what does not come true is a failure of the scenario. Without an sqsd there is nothing to wait for."""
        limit *= self.options.patience
        await self.ledger.until(lambda: condition() or self._has_lost_a_daemon(), limit)
        when = "before sqsd ended" if self._has_lost_a_daemon() else f"within {limit:.0f} s"
        return self.report.check(condition(), f"not {when}: {what}")

    def _has_lost_a_daemon(self) -> bool:
        return any(daemon.unexpected_end for daemon in self.daemons)

    def end_faults(self) -> None:
        self.plan.stop()
        self.application.is_active = False

    async def until_drained(self, limit: float) -> bool:
        return await self.until(
            lambda: len(self.queue) == 0, limit, "the queue drains once the faults have ended")

    async def stop_daemon(self, daemon: Daemon) -> None:
        if daemon.unexpected_end:
            return
        status = await daemon.stop(15 * self.options.patience)
        self.report.check(status == 0, f"sqsd ended with {status} after SIGTERM, instead of 0")

    def all_accepted(self) -> bool:
        return self.ledger.accepted_count == len(self.ledger.entries)

    # What holds for every scenario.

    def _judge(self) -> None:
        report, ledger = self.report, self.ledger
        for what in (ledger.violations, self.service.complaints):
            report.failures += what[:5] + ([f"and {len(what) - 5} more like it"] if len(what) > 5 else [])
        lost = [entry.key for entry in ledger.entries.values() if not entry.accepted and entry.dead_at is None]
        report.check(not lost, f"{len(lost)} messages were never accepted: {' '.join(lost[:10])}")
        if self.queue.dead_letters is None:
            report.check(len(self.dead_letters) == 0, f"{len(self.dead_letters)} messages are dead letters")
        found = duplicates.count(ledger)
        for reason in (duplicates.WITHOUT_REASON, duplicates.RAN_OUT):
            report.check(not found[reason], f"{found[reason]} messages were accepted again although {reason}: "
                         + " ".join(duplicates.keys(ledger, reason)[:10]))
        calls = self.service.counts()
        report.figures.update(
            messages=len(ledger.entries), accepted=ledger.accepted_count, deleted=ledger.deleted_count,
            dead=ledger.dead_count, duplicates=dict(found), calls=dict(calls),
            calls_per_message=round(sum(calls.values()) / max(1, len(ledger.entries)), 2),
            faults=sum(self.plan.made.values()), refusals=sum(self.application.made.values()),
            connections=self.application.connections)
        for daemon in self.daemons:
            self._judge_process(daemon)
        report.log = [line for daemon in self.daemons for line in daemon.log.lines()]

    def _judge_process(self, daemon: Daemon) -> None:
        report, samples = self.report, daemon.samples
        if daemon.unexpected_end:
            report.failures.append(daemon.unexpected_end)
        if not samples:
            return
        resident = max(sample.resident for sample in samples)
        descriptors = max(sample.descriptors for sample in samples)
        report.figures["peak_resident_mb"] = max(report.figures.get("peak_resident_mb", 0), round(resident / 1024, 1))
        report.figures["peak_descriptors"] = max(report.figures.get("peak_descriptors", 0), descriptors)
        report.check(resident <= MOST_RESIDENT, f"sqsd's resident memory grew to {resident} KiB")
        most = self.connections + 60
        report.check(descriptors <= most, f"sqsd had {descriptors} descriptors open, more than {most}")
        growth = grown(samples)
        report.figures["growth_mb"] = max(report.figures.get("growth_mb", 0.0), round(growth / 1024, 1))
        report.check(growth <= MOST_GROWTH, f"sqsd's resident memory grew by {growth} KiB while its work did not")


def grown(samples: list[Sample]) -> int:
    """By how many KiB the last quarter of a life is larger than its second one, by their medians."""
    quarter = len(samples) // 4
    if quarter < 8:
        return 0
    early = statistics.median(sample.resident for sample in samples[quarter:2 * quarter])
    return int(statistics.median(sample.resident for sample in samples[-quarter:]) - early)
