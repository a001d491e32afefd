"""`python -m tests.runbook` writes the tables of messages in docs/runbook.md and docs/runbook.fa.md anew."""

from tests.runbook.books import BOOKS, renewed

if __name__ == "__main__":
    for language, path in BOOKS.items():
        path.write_text(renewed(language), "utf-8")
