"""Reads the map that lld writes of an executable."""

import re
from typing import NamedTuple

# What is in the file and not in memory when the executable runs; in the map it lies at 0 and on.
NOT_LOADED = (
    ".debug", ".comment", ".note.stapsdt", ".gnu.warning", ".symtab", ".strtab", ".shstrtab",
)


class Entry(NamedTuple):
    address: int
    size: int
    # 0 for a section of the executable, 1 for one of an object in it, 2 for a symbol in that.
    depth: int
    text: str


def entries(path):
    """Yields (section, entry) for what is in each section of the executable."""
    section = ""
    with open(path, errors="replace") as lines:
        for line in lines:
            found = re.match(r" *([0-9a-f]+) +[0-9a-f]+ +([0-9a-f]+) +\d+ ( *)(\S.*)$", line)
            if not found:
                continue
            entry = Entry(int(found[1], 16), int(found[2], 16), len(found[3]) // 8, found[4])
            if entry.depth == 0:
                section = entry.text
            else:
                yield section, entry
