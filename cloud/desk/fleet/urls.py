"""Which address shows which of these pages; a kiosk's end with a stroke, so any name can be one's."""

from django.urls import URLPattern, path

from cloud.desk.fleet import commanding, deeds, kiosk, overview, tokens

urlpatterns: list[URLPattern] = [
    path("", overview.fleet, name="fleet"),
    path("list", overview.fleet_list, name="fleet-list"),
    path("add", deeds.add, name="fleet-add"),
    path("command", commanding.command, name="fleet-command"),
    path("<str:kiosk>/", kiosk.kiosk_page, name="fleet-kiosk"),
    path("<str:kiosk>/commands", kiosk.commands_part, name="fleet-commands"),
    path("<str:kiosk>/token", tokens.issue, name="fleet-token"),
    path("<str:kiosk>/token/file", tokens.file, name="fleet-token-file"),
    path("<str:kiosk>/token/withdraw", tokens.withdraw, name="fleet-token-withdraw"),
    path("<str:kiosk>/revoke", deeds.revoke, name="fleet-revoke"),
    path("<str:kiosk>/admit", deeds.admit, name="fleet-admit"),
]
