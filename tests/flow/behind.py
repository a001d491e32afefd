"""The kiosk's own programs on a machine whose clock is a day behind, and taken for right.

`python -m tests.flow.behind screen --config kiosk.toml`, as `python -m kiosk` is called.
"""

import sys
from dataclasses import replace

from kiosk import __main__ as program
from kiosk.clock import Clock, Stamp

DAY = 86_400.0


class Behind(Clock):
    """Stamps moments as that machine does."""

    def stamp(self) -> Stamp:
        """Now, a day ago."""
        stamp = super().stamp()
        return replace(stamp, wall=stamp.wall - DAY)


if __name__ == "__main__":
    vars(program)["Clock"] = Behind
    sys.exit(program.main())
