"""The tables as Markdown."""

from __future__ import annotations

import statistics
from collections.abc import Callable

from cases import Case
from contenders import Round, Timing

Rounds = dict[str, list[Round]]


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def median(rounds: list[Round], case: str, part: Callable[[Timing], float]) -> float:
    return statistics.median(part(one[case]) for one in rounds)


def microseconds(value: float) -> str:
    return f"{value:.0f} µs" if value < 10_000 else f"{value / 1000:.0f} ms"


def compared(
    rounds: Rounds,
    titles: dict[str, str],
    cases: list[Case],
    base: str,
    part: Callable[[Timing], float],
    text: Callable[[float], str],
) -> str:
    """One figure of everybody, and how often each is the base's."""
    rows = []
    for case in cases:
        floor = median(rounds[base], case.name, part)
        row = [case.title]
        for name in titles:
            value = median(rounds[name], case.name, part)
            row.append(text(value) + ("" if name == base else f", {value / floor:.2f} ×"))
        rows.append(row)
    return table(["", *titles.values()], rows)


def targets(held: list[tuple[str, float, float]]) -> str:
    rows = [
        [what, f"{measured:.2f}", f"{limit:g}", "met" if measured <= limit else "MISSED"]
        for what, measured, limit in held
    ]
    return table(["target", "measured", "at most", ""], rows)
