"""The HTTP interface for tills, shops on the web and whoever else has a key: `/api/v1`."""
