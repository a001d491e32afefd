"""Keeps card data in memory no longer than it is needed."""


def wipe(data: bytearray) -> None:
    """Overwrite with zeros, then drop. What Python copied out of it, it frees without overwriting."""
    data[:] = bytes(len(data))
    data.clear()
