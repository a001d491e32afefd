"""The statements that let roll-ups be what the counts say, for those who change counts past the cloud."""

from cloud.voice.rolling import TABLES, summing


def rolling_up_anew(vendor: str) -> list[str]:
    """None of them has a parameter; `vendor` is `sqlite` or `postgresql`."""
    return [*(f"DELETE FROM {table}" for table in TABLES), *summing(vendor)]
