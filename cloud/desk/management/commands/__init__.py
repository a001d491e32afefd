"""`python -m cloud web`."""
