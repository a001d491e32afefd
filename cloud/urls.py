"""Which address shows which page."""

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LogoutView
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from cloud.api import v1
from cloud.desk.stream import stream
from cloud.desk.till.papers import public_receipt
from cloud.desk.views import SignIn, live, parked

urlpatterns: list[URLPattern | URLResolver] = [
    path("", live, name="live"),
    path("stream", stream, name="stream"),
    path("parked", parked, name="parked"),
    path("login", SignIn.as_view(), name="login"),
    path("logout", LogoutView.as_view(), name="logout"),
    path("language", login_not_required(set_language), name="language"),
    path("", include("cloud.desk.people.urls")),
    path("experience/", include("cloud.desk.experience.urls")),
    path("alarms/", include("cloud.desk.alarms.urls")),
    path("members/", include("cloud.desk.members.urls")),
    path("till/", include("cloud.desk.till.urls")),
    path("r/<str:token>", public_receipt, name="receipt"),
    path("api/v1/", v1.urls),
]
