"""What root does on the SD image, whose kiosk.toml is mounted read-only: a used token goes out of it."""

import logging
from collections.abc import Mapping
from pathlib import Path

from kiosk import config, token_line
from kiosk.cradle import is_spent

log = logging.getLogger(__name__)


def check(path: Path, environment: Mapping[str, str]) -> int:
    """0 where :func:`erase` would take a token out, 1 where there is nothing to do; writes nothing.

    So the card is made writable only for that: on a FAT that writes by itself, and a power cut meanwhile
    leaves it marked as not clean.
    """
    token, data = config.token(path, environment)
    return 0 if token and data is not None and is_spent(data, token) else 1


def erase(path: Path, environment: Mapping[str, str]) -> int:
    """Take the token out of kiosk.toml if this kiosk's identity came of it; 0, also where it did not.

    A token that nobody has used, and whatever else may be wrong with the file, is left. Raises ConfigError
    where the token is there and is not found, OSError where the file cannot be written.
    """
    token, data = config.token(path, environment)
    if not token:
        log.info("erase: %s has no token", path)
    elif data is None or not is_spent(data, token):
        log.info("erase: the token in %s is not used yet; it stays", path)
    else:
        token_line.erase(path)
        log.info("erase: the used token is out of %s", path)
    return 0
