"""Two sqsd on one queue, without faults."""
from __future__ import annotations

from ..report import Report
from ..stage import Options, Stage

MESSAGES = 400


async def pair(options: Options, report: Report) -> None:
    """They need no coordination: each message is accepted exactly once."""
    async with Stage(options, report, connections=10, rate=0, job_time=0.02) as stage:
        daemons = [await stage.start_daemon("--user-agent", f"aws-sqsd/3.0 ({name})") for name in ("one", "two")]
        for daemon in daemons:
            report.check(await daemon.has_started(20 * options.patience), "sqsd did not start")
        stage.send(str(number) for number in range(MESSAGES))
        await stage.until(stage.all_accepted, 30, "all messages are accepted")
        await stage.until_drained(15)
        again = [entry.key for entry in stage.ledger.entries.values() if len(entry.posts) != 1]
        report.check(not again, f"POSTed more than once without any fault: {' '.join(again[:10])}")
        report.figures["posts"] = dict(stage.application.users)
        report.check(len(stage.application.users) == 2, "only one of the two did any work")
        for daemon in daemons:
            await stage.stop_daemon(daemon)
