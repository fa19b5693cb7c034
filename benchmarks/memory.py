"""How much memory a process holds (Linux)."""

from pathlib import Path


def resident(pid: int | str = "self") -> float:
    """MB in memory now (VmRSS, in kB: man 5 proc)."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024
