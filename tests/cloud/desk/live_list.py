"""The list of events of head office's live page, as a browser shows it."""

from playwright.sync_api import Locator


def ids(rows: Locator) -> list[str]:
    """The events of these rows, newest first, in one look: asked row by row, one that moves is read twice."""
    found: list[str] = rows.evaluate_all("rows => rows.map(row => row.dataset.id)")
    return found
