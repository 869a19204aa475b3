"""Addresses of the help center."""

from django.urls import path, re_path

from helpcenter import views

urlpatterns = [
    path("", views.root, name="root"),
    re_path(r"^(?P<locale>[a-z]{2}(?:-[a-z0-9]+)?)/$", views.home, name="home"),
]
