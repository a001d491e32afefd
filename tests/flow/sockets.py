"""Every socket that a process has open, as the kernel lists them (proc(5), /proc/net)."""

import re
from pathlib import Path
from typing import NamedTuple

LISTEN = "0A"
"""A TCP socket's state in /proc/net/tcp (Linux, include/net/tcp_states.h)."""
UNIX_LISTENS = 0x10000
"""A UNIX socket's flag for one that accepts connections (Linux, __SO_ACCEPTCON)."""


class Found(NamedTuple):
    """One socket: what it speaks, its own port or path, the other end's port, whether it listens."""

    family: str
    own: str
    other: str
    listens: bool


def sockets(pid: int) -> list[Found]:
    """A process's sockets. One that no list of the kernel's names is `unknown`."""
    mine = _inodes(pid)
    found = {inode: one for inode, one in _listed(pid) if inode in mine}
    return [found.get(inode, Found("unknown", "", "", listens=False)) for inode in sorted(mine)]


def _inodes(pid: int) -> set[str]:
    links = []
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        try:
            links.append(str(entry.readlink()))
        except FileNotFoundError:
            continue  # closed meanwhile
    return {match[1] for link in links if (match := re.fullmatch(r"socket:\[(\d+)\]", link))}


def _listed(pid: int) -> list[tuple[str, Found]]:
    rows = []
    for name in ("tcp", "tcp6", "udp", "udp6", "raw", "raw6"):
        for row in _rows(pid, name):
            own, other = (str(int(end.rpartition(":")[2], 16)) for end in row[1:3])
            listens = row[3] == LISTEN if name.startswith("tcp") else True
            rows.append((row[9], Found(name, own, other, listens)))
    for row in _rows(pid, "unix"):
        path = row[7] if len(row) > 7 else ""
        rows.append((row[6], Found("unix", path, "", bool(int(row[3], 16) & UNIX_LISTENS))))
    rows += [(row[9], Found("netlink", "", "", listens=False)) for row in _rows(pid, "netlink")]
    rows += [(row[8], Found("packet", "", "", listens=True)) for row in _rows(pid, "packet")]
    return rows


def _rows(pid: int, name: str) -> list[list[str]]:
    path = Path(f"/proc/{pid}/net/{name}")
    return [line.split() for line in path.read_text("ascii").splitlines()[1:]] if path.exists() else []
