"""An application that takes three jobs at once and answers 503 to all above."""
from __future__ import annotations

from ..report import Report
from ..stage import Options, Stage

MESSAGES = 200


async def overload(options: Options, report: Report) -> None:
    """sqsd lowers its concurrency while others succeed, instead of spending receives on refusals."""
    async with Stage(options, report, visibility=4, connections=20, rate=0, job_time=0.1) as stage:
        stage.application.capacity = 3
        stage.send(str(number) for number in range(MESSAGES))
        daemon = await stage.start_daemon()
        await stage.until(stage.all_accepted, 60, "all messages are accepted")
        await stage.until_drained(15)
        refusals = stage.application.made["503"]
        worst = max(len(entry.receives) for entry in stage.ledger.entries.values())
        report.figures.update(refused=refusals, worst_receives=worst)
        report.check(refusals <= MESSAGES // 2, f"{refusals} POSTs of {MESSAGES} messages were refused with 503")
        await stage.stop_daemon(daemon)
