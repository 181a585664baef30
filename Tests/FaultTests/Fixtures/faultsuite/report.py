"""What a scenario found."""
from __future__ import annotations

import json
import shlex
from typing import Any


class Report:
    def __init__(self, scenario: str, seed: int, replay: list[str]):
        self.scenario = scenario
        self.seed = seed
        self.replay = shlex.join(replay)
        self.failures: list[str] = []
        self.figures: dict[str, Any] = {}
        self.log: list[str] = []
        """What sqsd had to say."""

    @property
    def is_good(self) -> bool:
        return not self.failures

    def check(self, is_so: bool, otherwise: str) -> bool:
        if not is_so:
            self.failures.append(otherwise)
        return is_so

    def line(self) -> str:
        return json.dumps({
            "scenario": self.scenario, "seed": self.seed, "ok": self.is_good, "failures": self.failures,
            "figures": self.figures, "replay": self.replay, "log": [] if self.is_good else self.log,
        }, ensure_ascii=False)

    def text(self) -> str:
        lines = [f"{'ok    ' if self.is_good else 'FAILED'} {self.scenario}, seed {self.seed}"]
        lines += [f"         {name}: {value}" for name, value in self.figures.items()]
        if not self.is_good:
            lines += [f"    -> {failure}" for failure in self.failures]
            lines += [f"    replay: {self.replay}"] + [f"    log: {line}" for line in self.log]
        return "\n".join(lines)
