"""Addresses of the portal's ticket pages."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
