"""The scripted SQS by itself and without faults, for a client that judges it.

Prints its endpoint and ends with its standard input.
"""
import asyncio
import sys

from faultsuite.faults import FaultPlan
from faultsuite.service import ScriptedSQS


async def main() -> None:
    service = ScriptedSQS(FaultPlan(seed=0, rate=0, hang=0))
    await service.open()
    print(service.listener.url, flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(main())
