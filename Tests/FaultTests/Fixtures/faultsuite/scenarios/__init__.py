"""Every scenario by its name."""
from __future__ import annotations

from typing import Awaitable, Callable

from ..report import Report
from ..stage import Options
from .leaving import leaving
from .long_jobs import long_jobs
from .order import dead_letters_of_groups, order
from .outage import outage, start_without_application
from .overload import overload
from .pair import pair
from .poison import poison
from .refusal import refusal
from .storm import storm, storm_of_two

Scenario = Callable[[Options, Report], Awaitable[None]]

SCENARIOS: dict[str, Scenario] = {
    "storm": storm, "storm-of-two": storm_of_two, "order": order, "dead-letters-of-groups": dead_letters_of_groups,
    "outage": outage, "start": start_without_application, "refusal": refusal, "poison": poison, "pair": pair,
    "leaving": leaving, "long-jobs": long_jobs, "overload": overload,
}
