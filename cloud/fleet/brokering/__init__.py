"""The broker: who may read and write what, its files, and its configuration. Nothing here knows Django."""
