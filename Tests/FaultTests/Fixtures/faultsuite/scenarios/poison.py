"""One message that makes the application drop its connection each time."""
from __future__ import annotations

import asyncio

from ..report import Report
from ..stage import Options, Stage

POISON = "5"
MOST_RECEIVES = 3


async def poison(options: Options, report: Report) -> None:
    """It stops nobody else, is not sent over and over, and ends as the only dead letter."""
    async with Stage(
        options, report, most_receives=MOST_RECEIVES, visibility=3, connections=5, rate=0, job_time=0.05
    ) as stage:
        stage.application.behaviour = lambda key: "reset after reading" if key == POISON else None
        stage.send(str(number) for number in range(40))
        daemon = await stage.start_daemon()
        ledger = stage.ledger
        number = 40
        # A steady trickle beside it, until the poison is a dead letter.
        while ledger.dead_count == 0 and number < 250 * options.patience:
            stage.send([str(number)])
            number += 1
            await asyncio.sleep(0.2)
        await stage.until(lambda: ledger.dead_count == 1, 5, "the poison becomes a dead letter")
        await stage.until(lambda: ledger.accepted_count == number - 1, 15, "all others are accepted")
        await stage.until_drained(15)
        entry = ledger.entries[POISON]
        others = [other for other in ledger.entries.values() if other.key != POISON]
        # A connection that was kept may have been closed at the same moment: then one repetition is right.
        report.check(len(entry.posts) <= 2 * len(entry.receives),
                     f"the poison was POSTed {len(entry.posts)} times in {len(entry.receives)} receives")
        disturbed = [other.key for other in others if len(other.receives) > 1]
        report.check(not disturbed, f"received again because of the poison: {' '.join(disturbed[:10])}")
        for first, second in zip(entry.receives, entry.receives[1:]):
            report.check(any(first < moment < second for other in others for moment in other.accepted),
                         "nothing was accepted between two receives of the poison")
        report.figures.update(poison_posts=len(entry.posts), poison_receives=len(entry.receives))
        await stage.stop_daemon(daemon)
