"""Which address shows which of these pages."""

from django.urls import URLPattern, path

from cloud.desk.alarms import hooks, views, watches

urlpatterns: list[URLPattern] = [
    path("", views.alarms, name="alarms"),
    path("<int:number>", views.signal_page, name="alarm-signal"),
    path("<int:number>/handle", views.handle, name="alarm-handle"),
    path("watches", watches.watches, name="alarm-watches"),
    path("watches/new", watches.watch_page, name="alarm-watch-new"),
    path("watches/offer", watches.offer, name="alarm-offer"),
    path("watches/quiet", watches.quiet, name="alarm-quiet"),
    path("watches/<int:number>", watches.watch_page, name="alarm-watch"),
    path("watches/<int:number>/pause", watches.pause, name="alarm-watch-pause"),
    path("watches/<int:number>/test", watches.try_out, name="alarm-watch-test"),
    path("hooks/new", hooks.add, name="alarm-hook-new"),
    path("hooks/<int:number>/secret", hooks.renew, name="alarm-hook-secret"),
    path("hooks/<int:number>/pause", hooks.pause_hook, name="alarm-hook-pause"),
]
