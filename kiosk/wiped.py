"""A process in which what is freed is overwritten at once, so that no name stays where nobody looks.

The C library and Python read how they are to keep their memory when a process starts, so it starts anew.
"""

import os
import sys

_ALLOCATOR, _TUNABLES = "PYTHONMALLOC", "GLIBC_TUNABLES"
_WIPES = "glibc.malloc.perturb=165:glibc.malloc.tcache_count=0"
"""Free overwrites, and no thread keeps small pieces as they were; elsewhere than on glibc it does no harm.

https://sourceware.org/glibc/manual/latest/html_node/Memory-Allocation-Tunables.html
"""


def wipe_what_is_freed() -> None:
    """Start this process anew, by the same command and under the same number, unless it wipes already.

    Python's own pieces of up to 512 bytes, which it never overwrites, become the C library's.
    """
    tunables = os.environ.get(_TUNABLES, "")
    if os.environ.get(_ALLOCATOR) == "malloc" and _WIPES in tunables:
        return
    wiping = {_ALLOCATOR: "malloc", _TUNABLES: ":".join(filter(None, (tunables, _WIPES)))}
    os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], os.environ | wiping)  # noqa: S606 - no shell is wanted
