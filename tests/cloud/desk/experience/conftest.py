"""Two stores, and whoever looks at them."""

import pytest
from django.test import Client

from tests.cloud.desk.experience.asked import make_stores
from tests.cloud.desk.staffed import employ


@pytest.fixture
def stores(db: None) -> None:  # noqa: ARG001 - what it needs
    make_stores()


@pytest.fixture
def analyst(client: Client, stores: None) -> Client:  # noqa: ARG001 - what it needs
    client.force_login(employ("an", "analyst"))
    return client
