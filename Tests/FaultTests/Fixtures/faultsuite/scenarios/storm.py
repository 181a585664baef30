"""Every fault at once, sqsd killed and the application restarted on the way."""
from __future__ import annotations

import asyncio
import random
import sys
from typing import Iterable

from ..messages import now
from ..report import Report
from ..stage import Options, Stage


async def storm(options: Options, report: Report) -> None:
    async with Stage(options, report) as stage:
        await run(stage, [str(number) for number in range(options.messages)])


async def storm_of_two(options: Options, report: Report) -> None:
    async with Stage(options, report, connections=10) as stage:
        await run(stage, [str(number) for number in range(options.messages)], daemons=2)


async def run(stage: Stage, keys: list[str], daemons: int = 1) -> None:
    """Half of the messages are there at the start, the others come little by little, so that idle times occur too."""
    half = len(keys) // 2
    stage.send(keys[:half])
    sender = asyncio.create_task(send_slowly(stage, keys[half:]))
    progress = asyncio.create_task(tell(stage, len(keys)))
    living = [await stage.start_daemon() for _ in range(daemons)]
    limit = 60 + len(keys) * 0.1
    for threshold, is_kill in disturbances(stage, len(keys)):
        if not await stage.until(
            lambda: stage.ledger.accepted_count >= threshold, limit, f"{threshold} of {len(keys)} are accepted"
        ):
            break
        if is_kill:
            await living.pop(0).kill()
            stage.ledger.kills.append(now())
            living.append(await stage.start_daemon())
        else:
            await stage.application.restart(away=2)
    await sender
    await stage.until(
        lambda: stage.ledger.accepted_count >= len(keys) * 0.95, limit, f"95 % of {len(keys)} are accepted")
    stage.end_faults()
    # Pauses after failures may have grown to their longest, which is a minute.
    await stage.until_drained(90)
    progress.cancel()
    for daemon in living:
        await stage.stop_daemon(daemon)


async def tell(stage: Stage, count: int) -> None:
    while stage.options.tells_progress:
        await asyncio.sleep(30)
        accepted = stage.ledger.accepted_count
        print(f"{stage.report.scenario}, seed {stage.options.seed}: {accepted} of {count}", file=sys.stderr)


async def send_slowly(stage: Stage, keys: list[str]) -> None:
    step = max(1, len(keys) // 20)
    for start in range(0, len(keys), step):
        await asyncio.sleep(0.5)
        stage.send(keys[start:start + step])


def disturbances(stage: Stage, count: int) -> Iterable[tuple[int, bool]]:
    """After how many accepted messages sqsd is killed (true) or the application restarted."""
    options, chance = stage.options, random.Random(f"{stage.options.seed} disturbances")
    moments = [((n + 1) / (options.kills + 1), True) for n in range(options.kills)]
    moments += [((n + 0.5) / options.restarts, False) for n in range(options.restarts)]
    # Not at round numbers: a kill should also come in the middle of a batch.
    return [(int(count * share * 0.9) + chance.randrange(8), is_kill) for share, is_kill in sorted(moments)]
