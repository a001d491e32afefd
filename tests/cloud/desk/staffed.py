"""People of the club for tests: a user in a role, with the stores that are theirs."""

from django.contrib.auth.models import User

from cloud.desk.access import Role
from cloud.desk.models import Staff
from cloud.fleet.models import Store


def employ(name: str, role: Role, *stores: str) -> User:
    """A user with the password `right`."""
    user = User.objects.create_user(name, password="right")
    Staff.objects.create(user=user, role=role).stores.set(Store.objects.filter(id__in=stores))
    return user
