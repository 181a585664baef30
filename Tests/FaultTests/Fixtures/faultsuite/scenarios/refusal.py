"""SQS answers nothing but 500 for a while."""
from __future__ import annotations

import asyncio

from ..messages import now
from ..report import Report
from ..stage import Options, Stage

LASTS = 10.0
# Pauses of half a second, one, two, four: with three attempts each that is a dozen calls; a loop without a pause makes
# thousands.
MOST_RECEIVES = 30
# The deletes of twenty messages in single calls, each with its retries, would be the worst.
MOST_OTHERS = 150


async def refusal(options: Options, report: Report) -> None:
    async with Stage(options, report, rate=0, job_time=0.2) as stage:
        stage.send(str(number) for number in range(200))
        daemon = await stage.start_daemon()
        await stage.until(lambda: stage.ledger.accepted_count >= 60, 20, "60 messages are accepted at first")
        stage.plan.always = "500"
        began = now()
        await asyncio.sleep(LASTS)
        calls = stage.service.counts(since=began)
        stage.plan.stop()
        others = sum(calls.values()) - calls["ReceiveMessage"]
        report.figures["calls_while_refused"] = dict(calls)
        report.check(calls["ReceiveMessage"] <= MOST_RECEIVES,
                     f"{calls['ReceiveMessage']} receives in {LASTS:.0f} s of nothing but failures")
        report.check(others <= MOST_OTHERS, f"{others} settling calls in {LASTS:.0f} s of nothing but failures")
        report.check(calls["ReceiveMessage"] >= 1, "SQS was not asked again: nobody would notice its return")
        await stage.until(stage.all_accepted, 60, "all messages are accepted once SQS is back")
        await stage.until_drained(15)
        await stage.stop_daemon(daemon)
