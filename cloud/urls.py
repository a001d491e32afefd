"""Which address shows which page."""

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LogoutView
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from cloud.api import v1
from cloud.desk.live.views import board, live, parked
from cloud.desk.stream import stream
from cloud.desk.views import SignIn

urlpatterns: list[URLPattern | URLResolver] = [
    path("", live, name="live"),
    path("stream", stream, name="stream"),
    path("board", board, name="board"),
    path("parked", parked, name="parked"),
    path("login", SignIn.as_view(), name="login"),
    path("logout", LogoutView.as_view(), name="logout"),
    path("language", login_not_required(set_language), name="language"),
    path("", include("cloud.desk.people.urls")),
    path("experience/", include("cloud.desk.experience.urls")),
    path("alarms/", include("cloud.desk.alarms.urls")),
    path("members/", include("cloud.desk.members.urls")),
    path("till/", include("cloud.desk.till.urls")),
    path("api/v1/", v1.urls),
]
