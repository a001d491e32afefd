"""Which address shows which page."""

from django.urls import URLPattern, URLResolver, include, path

from cloud.api import v1
from cloud.desk.live.views import board, live, parked
from cloud.desk.stream import stream
from cloud.desk.till.papers import public_receipt

urlpatterns: list[URLPattern | URLResolver] = [
    path("", live, name="live"),
    path("stream", stream, name="stream"),
    path("board", board, name="board"),
    path("parked", parked, name="parked"),
    path("", include("cloud.desk.people.urls")),
    path("experience/", include("cloud.desk.experience.urls")),
    path("alarms/", include("cloud.desk.alarms.urls")),
    path("fleet/", include("cloud.desk.fleet.urls")),
    path("members/", include("cloud.desk.members.urls")),
    path("till/", include("cloud.desk.till.urls")),
    path("r/<str:token>", public_receipt, name="receipt"),
    path("api/v1/", v1.urls),
]
