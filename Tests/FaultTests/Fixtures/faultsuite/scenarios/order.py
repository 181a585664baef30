"""FIFO queues under the same faults. The ledger notes every step backwards in a group."""
from __future__ import annotations

from ..report import Report
from ..stage import Options, Stage
from .storm import run

GROUPS = 20


def keys(count: int) -> list[str]:
    """Numbered per group, the groups in turn."""
    return [f"g{index % GROUPS:02}/{index // GROUPS}" for index in range(count)]


async def order(options: Options, report: Report) -> None:
    async with Stage(options, report, fifo=True) as stage:
        await run(stage, keys(options.messages * 5 // 6))


async def dead_letters_of_groups(options: Options, report: Report) -> None:
    """With maxReceiveCount 3, a failing head must not take the rest of its group along, unposted.

    sqsd is not killed here: a kill costs a receive of whatever it held, which no daemon can help.
    """
    async with Stage(options, report, fifo=True, most_receives=3) as stage:
        count = max(GROUPS * 5, options.messages // 2)
        # The first of each fifth group fails always, so that its group sees a head become a dead letter.
        failing = {f"g{group:02}/0" for group in range(0, GROUPS, 5)}
        stage.application.behaviour = lambda key: "500" if key in failing else None
        stage.send(keys(count))
        daemon = await stage.start_daemon()
        await stage.until(
            lambda: stage.ledger.accepted_count + stage.ledger.dead_count >= count * 0.95, 60 + count * 0.2,
            f"95 % of {count} are accepted or dead letters")
        stage.end_faults()
        await stage.until_drained(90)
        letters = {entry.key for entry in stage.ledger.entries.values() if entry.dead_at is not None}
        report.check(failing <= letters, f"not all that always fail became dead letters: {failing - letters}")
        report.figures["letters"] = sorted(letters)
        await stage.stop_daemon(daemon)
