"""Addresses of the help center."""

from django.urls import path

from helpcenter import views

urlpatterns = [path("", views.root, name="root")]
