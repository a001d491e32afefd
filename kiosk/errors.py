"""The errors of the kiosk.

KioskError
├── ConfigError     kiosk.toml or the environment is wrong: file, line, key and what would be right
├── IdentityError   the files of an enrolment are damaged, or of another kiosk
├── DrawingError    the picture is made without the graphics chip
├── CatalogueError  the catalogue's file cannot be used
└── JournalError    an event could not be made durable
"""


class KioskError(Exception):
    """The base of every error of this folder."""


class ConfigError(KioskError, ValueError):
    """The configuration is wrong; the text names file, line and key and says what would be right."""


class IdentityError(KioskError, ValueError):
    """The files of an enrolment cannot be used; the text names the file and says what to do."""


class DrawingError(KioskError):
    """The picture is made without the graphics chip: a Raspberry Pi cannot serve anybody in this way."""


class CatalogueError(KioskError, ValueError):
    """The catalogue's file cannot be used; the text says why."""


class JournalError(KioskError, OSError):
    """An event could not be made durable: disk full, read-only or broken."""
