"""What looks for open ports finds one that is open, and does not take "cannot be tried" for closed."""

import errno
import socket

import pytest

from tests.image.twin import scan


def test_who_listens_is_found_and_who_does_not_is_not() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert port in scan.open_ports("127.0.0.1", range(port, port + 1))
    assert scan.open_ports("127.0.0.1", range(port, port + 1)) == []


def test_an_address_that_cannot_be_tried_is_not_one_with_nothing_open() -> None:
    with pytest.raises(OSError, match=r"255\.255\.255\.255:9") as caught:
        scan.open_ports("255.255.255.255", range(9, 10))
    assert caught.value.errno in {errno.EACCES, errno.ENETUNREACH}
