"""What a part of the benchmark comes to: its text, its samples, and the targets it was held to."""

from __future__ import annotations

from dataclasses import dataclass, field

from sample import Contender


class BenchFault(Exception):
    """A run that did not do what it was to do, so that its time means nothing."""


@dataclass
class Target:
    what: str
    measured: float
    limit: float
    unit: str = "×"

    @property
    def is_met(self) -> bool:
        return self.measured <= self.limit


@dataclass
class Outcome:
    text: str = ""
    contenders: list[Contender] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
