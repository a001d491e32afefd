"""Which address shows which of these pages."""

from django.urls import URLPattern, path

from cloud.desk.experience.tables import table
from cloud.desk.experience.views import behind, one, overview

urlpatterns: list[URLPattern] = [
    path("", overview, name="experience"),
    path("csv/<slug:index>/<slug:name>/", table, name="experience-csv"),
    path("<slug:index>/", one, name="experience-index"),
    path("<slug:index>/answers/", behind, name="experience-answers"),
]
