"""Which address shows which of these pages."""

from django.urls import URLPattern, path

from cloud.desk.people import account, asking, audit_page, signing, staff_pages

urlpatterns: list[URLPattern] = [
    path("login", signing.SignIn.as_view(), name="login"),
    path("logout", signing.SignOut.as_view(), name="logout"),
    path("language", signing.language, name="language"),
    path("second", asking.second, name="second"),
    path("second/setup", asking.second_setup, name="second-setup"),
    path("account", account.account, name="account"),
    path("account/password", account.account_password, name="account-password"),
    path("account/second", account.account_second, name="account-second"),
    path("account/elsewhere", account.account_elsewhere, name="account-elsewhere"),
    path("staff", staff_pages.people, name="staff"),
    path("staff/new", staff_pages.staff_add, name="staff-add"),
    path("staff/<str:user>", staff_pages.staff_person, name="staff-person"),
    path("audit", audit_page.audit, name="audit"),
    path("audit.csv", audit_page.audit_csv, name="audit-csv"),
]
