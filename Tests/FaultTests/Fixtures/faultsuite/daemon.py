"""sqsd as a process: started, killed, watched."""
from __future__ import annotations

import asyncio
import ctypes
import os
import signal
from dataclasses import dataclass
from typing import Callable, Optional

from .log import Log
from .messages import now

PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Sample:
    moment: float
    resident: int
    """KiB."""
    descriptors: int


def die_with_parent() -> None:
    """A suite that is killed leaves no daemon behind."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Daemon:
    """One life of one sqsd."""

    def __init__(
        self, program: str, arguments: list[str], environment: dict[str, str], ended: Callable[[], None]
    ):
        self._command = [program, *arguments]
        self._environment = environment
        self._ended = ended
        self._process: Optional[asyncio.subprocess.Process] = None
        self._is_to_end = False
        self._tasks: list[asyncio.Task[None]] = []
        self._started = asyncio.Event()
        self.samples: list[Sample] = []
        self.log = Log()
        self.unexpected_end: Optional[str] = None
        """It ended although nobody told it to; `ended` is called then."""

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            *self._command, env=self._environment, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT, preexec_fn=die_with_parent, limit=1 << 20)
        self._tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._sample())]

    async def kill(self) -> None:
        await self._end(signal.SIGKILL, 10)

    async def stop(self, limit: float) -> Optional[int]:
        """SIGTERM. Returns the exit status; None when it had to be killed."""
        return await self._end(signal.SIGTERM, limit)

    async def has_started(self, limit: float) -> bool:
        await asyncio.wait([asyncio.ensure_future(self._started.wait())], timeout=limit)
        return self._started.is_set()

    async def _end(self, number: signal.Signals, limit: float) -> Optional[int]:
        process = self._process
        if process is None:
            return None
        self._is_to_end = True
        if process.returncode is None:
            process.send_signal(number)
        try:
            await asyncio.wait_for(process.wait(), limit)
        except asyncio.TimeoutError:
            process.kill()
            await process.wait()
            return None
        finally:
            await asyncio.gather(*self._tasks, return_exceptions=True)
        return process.returncode

    async def _read(self) -> None:
        assert self._process is not None and self._process.stdout is not None
        async for line in self._process.stdout:
            text = line.decode(errors="replace").rstrip()
            if "sqsd started" in text:
                self._started.set()
            self.log.add(text)
        status = await self._process.wait()
        if not self._is_to_end:
            self.unexpected_end = f"sqsd ended by itself with {status}"
            self._ended()
        self._started.set()

    async def _sample(self) -> None:
        assert self._process is not None
        process_id = self._process.pid
        while self._process.returncode is None:
            try:
                with open(f"/proc/{process_id}/status") as status:
                    resident = next((int(line.split()[1]) for line in status if line.startswith("VmRSS:")), 0)
                descriptors = len(os.listdir(f"/proc/{process_id}/fd"))
            except OSError:
                return
            if resident:
                self.samples.append(Sample(now(), resident, descriptors))
            await asyncio.sleep(0.25)
