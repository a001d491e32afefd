"""Webhooks are signed so that any receiver of the specification can tell."""

from datetime import UTC, datetime

import pytest
from pytest_django import Settings

from cloud.voice.alarms.sealing import Unreadable, seal, unseal
from cloud.voice.alarms.sending import public
from cloud.voice.alarms.signing import headers, new_secret


def test_the_published_example_has_the_published_signature() -> None:
    # the example of the specification's reference libraries
    made = headers(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        datetime.fromtimestamp(1614265330, UTC),
        b'{"test": 2432232314}',
    )
    assert made == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_no_secret_is_made_twice_and_none_is_stored_as_it_is() -> None:
    one, two = new_secret(), new_secret()
    assert one != two
    assert one.encode() not in seal(one)
    assert unseal(seal(one)) == one


def test_a_secret_cannot_be_read_under_another_key(settings: Settings) -> None:
    sealed = seal("whsec_x")
    settings.SECRET_KEY = "another"
    with pytest.raises(Unreadable):
        unseal(sealed)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "0.0.0.0", "224.0.0.1"),
        *("100.64.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1"),
        *("::ffff:127.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "2001:0:0:0:0:0:80ff:fffe"),
    ],
)
def test_an_address_that_is_not_public_is_known(address: str) -> None:
    assert not public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111"])
def test_a_public_address_is_known(address: str) -> None:
    assert public(address)
