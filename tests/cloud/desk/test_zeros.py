"""No database holds a text with a zero in it: who sends one is not answered by an error of the database."""

import pytest
from django.test import Client

from tests.cloud.desk.staffed import employ

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client: Client) -> Client:
    client.force_login(employ("hq", "owner"))
    return client


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("get", "/audit", "who"),
        ("get", "/staff", "q"),
        ("get", "/experience/", "store"),
        ("get", "/", "store"),
        ("post", "/till/choose", "till"),
        ("post", "/till/setup", "kiosk"),
        ("post", "/members/", "text"),
    ],
)
def test_a_text_with_a_zero_in_it_fails_nothing(owner: Client, method: str, path: str, name: str) -> None:
    answer = getattr(owner, method)(path, {name: "a\0b", "other": "c"})
    assert answer.status_code < 500
