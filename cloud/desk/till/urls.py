"""Which address shows which of these pages."""

from django.urls import URLPattern, path

from cloud.desk.till import pages, papers, selling, serving, stream

urlpatterns: list[URLPattern] = [
    path("", pages.sell, name="till"),
    path("choose", pages.choose, name="till-choose"),
    path("setup", pages.setup, name="till-setup"),
    path("stream", stream.stream, name="till-stream"),
    path("customer", serving.customer, name="till-customer"),
    path("join", serving.join, name="till-join"),
    path("card", serving.card, name="till-card"),
    path("history/<str:member>", pages.history, name="till-history"),
    path("quote", selling.quote, name="till-quote"),
    path("sale", selling.sale, name="till-sale"),
    path("return", papers.give_back, name="till-return"),
    path("receipt/<str:document>", papers.receipt, name="till-receipt"),
]
