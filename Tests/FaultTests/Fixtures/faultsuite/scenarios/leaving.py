"""sqsd is replaced while it works, as a deployment does: SIGTERM, then a new one."""
from __future__ import annotations

from ..report import Report
from ..stage import Options, Stage

MESSAGES = 200
ROUNDS = 3


async def leaving(options: Options, report: Report) -> None:
    """Its jobs end within the drain time: nothing is done twice, and what it gave back costs one receive."""
    async with Stage(options, report, visibility=300, connections=10, rate=0, job_time=0.5) as stage:
        stage.send(str(number) for number in range(MESSAGES))
        # Longer than any job, even where the machine is busy with other things.
        daemon = await stage.start_daemon("--drain-timeout", "10")
        for number in range(ROUNDS):
            threshold = MESSAGES * (number + 1) // (ROUNDS + 1)
            await stage.until(
                lambda: stage.ledger.accepted_count >= threshold, 30, f"{threshold} messages are accepted")
            await stage.stop_daemon(daemon)
            more = ["--drain-timeout", "10"] if number + 1 < ROUNDS else []
            daemon = await stage.start_daemon(*more)
        # Far less than the visibility timeout: nothing may be left hidden.
        await stage.until(stage.all_accepted, 25, "all messages are accepted")
        await stage.until_drained(5)
        again = [entry.key for entry in stage.ledger.entries.values() if len(entry.posts) > 1]
        report.check(not again, f"POSTed again after a shutdown in order: {' '.join(again[:10])}")
        report.figures["worst_receives"] = max(len(entry.receives) for entry in stage.ledger.entries.values())
        await stage.stop_daemon(daemon)
