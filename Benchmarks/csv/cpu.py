"""CPU time, as the kernel counts it: of a process, of a tree of processes, of the whole machine."""

import os

TICK = os.sysconf("SC_CLK_TCK")


def _fields(pid: int) -> list[str]:
    with open(f"/proc/{pid}/stat") as file:
        # The name in brackets may hold blanks; what follows it starts with the state.
        return file.read().rpartition(")")[2].split()


def of_process(pid: int) -> float:
    """Seconds that a live process used."""
    fields = _fields(pid)
    return (int(fields[11]) + int(fields[12])) / TICK


def of_tree(root: int) -> float:
    """Seconds that a process, its live descendants and its ended children used."""
    parents: dict[int, int] = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                parents[int(name)] = int(_fields(int(name))[1])
            except (FileNotFoundError, ProcessLookupError):
                continue
    family = {root}
    while more := {pid for pid, parent in parents.items() if parent in family} - family:
        family |= more
    total = 0.0
    for pid in family:
        try:
            fields = _fields(pid)
        except (FileNotFoundError, ProcessLookupError):
            continue
        total += sum(int(fields[index]) for index in (11, 12)) / TICK
        if pid == root:
            total += sum(int(fields[index]) for index in (13, 14)) / TICK
    return total


def of_machine() -> float:
    """Seconds that all processors were busy, those taken by other virtual machines included."""
    with open("/proc/stat") as file:
        user, nice, system, _idle, _wait, irq, softirq, steal = file.readline().split()[1:9]
    return sum(map(int, (user, nice, system, irq, softirq, steal))) / TICK


def of_self() -> float:
    times = os.times()
    return times.user + times.system


def peak_megabytes(pid: int) -> int:
    """The most memory a live process held since the peak was last forgotten."""
    with open(f"/proc/{pid}/status") as status:
        for line in status:
            if line.startswith("VmHWM"):
                return int(line.split()[1]) // 1024
    return 0


def forget_peak(pid: int) -> None:
    with open(f"/proc/{pid}/clear_refs", "w") as file:
        file.write("5")
