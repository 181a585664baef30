"""The fault suite: the real sqsd between a scripted SQS and a scripted application.

    run.py --sqsd .build/debug/sqsd storm order --seed 7

runs the named scenarios (without names: all) side by side, prints what each found, and exits with 1 when one of them
failed. `--full` is the long form, one scenario after the other, for each of `--seeds`.
"""
from __future__ import annotations

import argparse
import asyncio
import sys
import traceback
from typing import Any

from faultsuite.report import Report
from faultsuite.scenarios import SCENARIOS
from faultsuite.stage import Options


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help=f"of {', '.join(SCENARIOS)}")
    parser.add_argument("--sqsd", required=True, metavar="PROGRAM")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seeds", default="", help="several, with blanks between them")
    parser.add_argument("--full", action="store_true", help="5,000 messages, 5 kills, 2 restarts, each fault at 5 %%")
    parser.add_argument("--messages", type=int)
    parser.add_argument("--kills", type=int)
    parser.add_argument("--restarts", type=int)
    parser.add_argument("--rate", type=float, help="the share of each kind of fault")
    parser.add_argument("--hang", type=float, metavar="SECONDS")
    parser.add_argument("--patience", type=float, help="stretches every time limit")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--with", dest="more", action="append", default=[], metavar="WORD", help="a word more for sqsd")
    parsed = parser.parse_args()
    unknown = [name for name in parsed.scenarios if name not in SCENARIOS]
    if unknown:
        parser.error(f"no scenario: {', '.join(unknown)}")
    return parsed


def options(parsed: argparse.Namespace, seed: int) -> Options:
    form: dict[str, Any] = {}
    if parsed.full:
        form = {"messages": 5000, "kills": 5, "restarts": 2, "rate": 0.05, "hang": 4.0, "patience": 4.0}
    names = ("messages", "kills", "restarts", "rate", "hang", "patience")
    form.update({name: getattr(parsed, name) for name in names if getattr(parsed, name) is not None})
    return Options(sqsd=parsed.sqsd, seed=seed, arguments=tuple(parsed.more), tells_progress=parsed.full, **form)


async def run(name: str, chosen: Options, as_json: bool) -> bool:
    replay = ["python3", sys.argv[0], "--sqsd", chosen.sqsd, name, "--seed", str(chosen.seed)]
    for option in ("messages", "kills", "restarts", "rate", "hang", "patience"):
        replay += [f"--{option}", str(getattr(chosen, option))]
    report = Report(name, chosen.seed, replay + [f"--with={word}" for word in chosen.arguments])
    began = asyncio.get_running_loop().time()
    try:
        await SCENARIOS[name](chosen, report)
    except Exception:
        report.failures.append(traceback.format_exc())
    report.figures["seconds"] = round(asyncio.get_running_loop().time() - began, 1)
    print(report.line() if as_json else report.text(), flush=True)
    return report.is_good


async def main() -> int:
    parsed = arguments()
    names = parsed.scenarios or list(SCENARIOS)
    is_good = True
    for seed in [int(word) for word in parsed.seeds.split()] or [parsed.seed]:
        chosen = options(parsed, seed)
        if parsed.full:
            for name in names:
                is_good = await run(name, chosen, parsed.json) and is_good
        else:
            is_good = all(await asyncio.gather(*(run(name, chosen, parsed.json) for name in names))) and is_good
    return 0 if is_good else 1


sys.exit(asyncio.run(main()))
