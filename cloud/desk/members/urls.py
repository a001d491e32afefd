"""Which address shows which of these pages."""

from django.urls import URLPattern, path

from cloud.desk.members.acting import act
from cloud.desk.members.actions import ACTIONS
from cloud.desk.members.views import member, member_phone, member_timeline, members, members_card

urlpatterns: list[URLPattern] = [
    path("", members, name="members"),
    path("card", members_card, name="members-card"),
    path("<str:member_id>/", member, name="member"),
    path("<str:member_id>/timeline", member_timeline, name="member-timeline"),
    path("<str:member_id>/phone", member_phone, name="member-phone"),
    *(path(f"<str:member_id>/{name}", act, {"action": name}, name=f"member-{name}") for name in ACTIONS),
]
