"""The application is down for a while."""
from __future__ import annotations

import asyncio

from ..report import Report
from ..stage import Options, Stage

MESSAGES = 60
AWAY = 20.0


def receives(stage: Stage) -> dict[str, int]:
    return {key: len(entry.receives) for key, entry in stage.ledger.entries.items()}


async def outage(options: Options, report: Report) -> None:
    """An outage of four visibility timeouts costs no message more than two receives."""
    async with Stage(options, report, visibility=5, connections=10, rate=0, job_time=0.3) as stage:
        stage.send(str(number) for number in range(MESSAGES))
        daemon = await stage.start_daemon()
        await stage.until(lambda: stage.ledger.accepted_count >= 15, 20, "15 messages are accepted before the outage")
        stage.application.close()
        before = receives(stage)
        await asyncio.sleep(AWAY)
        during = {key: count - before[key] for key, count in receives(stage).items()}
        await stage.application.open()
        await stage.until(stage.all_accepted, 60, "all messages are accepted after the outage")
        await stage.until_drained(15)
        worst = max(during.values())
        report.figures.update(worst_receives=worst, receives_during_outage=sum(during.values()))
        report.check(worst <= 2, f"an outage of {AWAY:.0f} s cost a message {worst} receives, more than 2")
        await stage.stop_daemon(daemon)


async def start_without_application(options: Options, report: Report) -> None:
    """sqsd is there before the application, as happens in every task: nothing is received in vain."""
    async with Stage(options, report, visibility=5, connections=10, rate=0) as stage:
        stage.application.listener.close()
        stage.send(str(number) for number in range(MESSAGES))
        daemon = await stage.start_daemon()
        await asyncio.sleep(8)
        worst = max(receives(stage).values())
        await stage.application.open()
        await stage.until(stage.all_accepted, 60, "all messages are accepted once the application is there")
        await stage.until_drained(15)
        report.figures["worst_receives"] = worst
        report.check(worst <= 1, f"before the application was there, a message was received {worst} times")
        await stage.stop_daemon(daemon)
