"""Addresses of sign-in and profile."""

from django.urls import include, path

urlpatterns = [path("", include("allauth.account.urls"))]
