"""Jobs that take much longer than the visibility timeout, while SQS fails by plan."""
from __future__ import annotations

from ..report import Report
from ..stage import Options, Stage

MESSAGES = 30
JOB_TIME = 12.0


async def long_jobs(options: Options, report: Report) -> None:
    """The heartbeat keeps each message hidden: three visibility timeouts of work, done once."""
    async with Stage(options, report, visibility=4, connections=30, job_time=JOB_TIME) as stage:
        stage.application.is_active = False
        stage.send(str(number) for number in range(MESSAGES))
        daemon = await stage.start_daemon()
        await stage.until(stage.all_accepted, 60, "all messages are accepted")
        stage.end_faults()
        await stage.until_drained(30)
        again = {entry.key for entry in stage.ledger.entries.values() if len(entry.posts) > 1}
        hindered = {entry.key for entry in stage.ledger.entries.values() if entry.hindered}
        report.figures["posted_again"] = len(again)
        report.check(not again - hindered, f"POSTed again without a fault: {' '.join(sorted(again - hindered)[:10])}")
        # A single fault must not cost a message its visibility: there is time to try again.
        report.check(len(again) <= MESSAGES // 10, f"{len(again)} of {MESSAGES} messages were POSTed again")
        await stage.stop_daemon(daemon)
