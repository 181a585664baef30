"""What the benchmarks share: programs and what they cost, seen from outside, and how figures are shown."""

import contextlib
import os
import shlex
import signal
import statistics
import subprocess
import time

TICKS = os.sysconf("SC_CLK_TCK")


class Failure(Exception):
    """What the person at the terminal has to know, without a traceback."""


class Program:
    """A process of its own session, its output in a file. Ends with the block that it is used in."""

    def __init__(self, arguments, log, environment=None):
        self.log = log
        with open(log, "wb") as output:
            self.process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                            env=environment, start_new_session=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=5)
        # A daemon may have left children; the session was made for them.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def check(self):
        if self.process.poll() is not None:
            with open(self.log, errors="replace") as log:
                end = "".join(log.readlines()[-5:])
            raise Failure(f"{shlex.join(self.process.args)}\nended with {self.process.returncode}:\n{end}")

    def first_line(self, wanted):
        """The first line of the output for which `wanted` returns something, as what it returns."""
        for _ in range(500):
            self.check()
            with open(self.log, errors="replace") as log:
                for line in log:
                    if line.endswith("\n") and (found := wanted(line)):
                        return found
            time.sleep(0.01)
        raise Failure(f"{self.process.args[0]} does not say where it listens")

    def family(self):
        """The process and its descendants, which stay in its session: pid, and seconds of the processor."""
        for entry in filter(str.isdigit, os.listdir("/proc")):
            with contextlib.suppress(OSError):
                fields = statistics_of(entry)
                if int(fields[3]) == self.process.pid:
                    yield entry, (int(fields[11]) + int(fields[12])) / TICKS

    def cpu(self):
        return sum(seconds for _, seconds in self.family())

    def own_cpu(self):
        """Of the process alone."""
        return sum(int(field) for field in statistics_of(self.process.pid)[11:13]) / TICKS

    def reaped_cpu(self):
        """Of the children that have ended."""
        return sum(int(field) for field in statistics_of(self.process.pid)[13:15]) / TICKS

    def memory(self):
        """Megabytes (10^6 bytes) resident at the most, and how much of what is resident now is no file's (proc(5))."""
        figures = [memory_of(entry) for entry, _ in self.family()]
        return sum(peak for peak, _ in figures), sum(own for _, own in figures)

    def own_memory(self):
        """Megabytes resident at the most, of the process alone."""
        return memory_of(self.process.pid)[0]


def statistics_of(pid):
    """The fields of /proc/PID/stat from the third on: session the 6th, utime, stime, cutime, cstime the 14th on."""
    with open(f"/proc/{pid}/stat") as file:
        # proc(5): the name, in parentheses, may hold anything.
        return file.read().rpartition(")")[2].split()


def memory_of(pid):
    with contextlib.suppress(OSError), open(f"/proc/{pid}/status") as file:
        kilobytes = {line.split(":")[0]: int(line.split()[1]) for line in file if line.endswith(" kB\n")}
        # A process that has just ended has none.
        return kilobytes.get("VmHWM", 0) * 1024 / 1e6, kilobytes.get("RssAnon", 0) * 1024 / 1e6
    return 0, 0


def output_of(arguments):
    return subprocess.run(arguments, check=True, stdout=subprocess.PIPE, text=True).stdout


def median(results):
    """Of each figure over the rounds."""
    return {name: None if results[0][name] is None else statistics.median(result[name] for result in results)
            for name in results[0]}


def number(value, decimals=0, suffix=""):
    return "–" if value is None else f"{value:,.{decimals}f}{suffix}"


def ratio(value, to):
    return "" if value is None or not to else f"{value / to:.2f}×"


class Marks:
    """What is promised of a program, and whether this run keeps it."""

    def __init__(self, program):
        self.program = program
        self.lines = []

    def add(self, kept, what):
        self.lines.append((kept, what))

    def show(self):
        print(f"\nMarks of {self.program}")
        for kept, what in self.lines:
            print(f"  {'pass' if kept else 'MISS'}  {what}")
        missed = sum(not kept for kept, _ in self.lines)
        print(f"{len(self.lines) - missed} of {len(self.lines)} marks are kept")
