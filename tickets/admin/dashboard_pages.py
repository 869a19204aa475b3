"""The addresses of the dashboard, and its place in the views of the desk."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from accounts.factors import person_of
from accounts.sites import desk
from tickets.admin.dashboard import dashboard
from tickets.admin.dashboard_csv import figures_csv
from tickets.admin.dashboard_mail import choose_mail
from tickets.admin.who_takes import who_takes_tickets
from tickets.rules import may_see_figures

desk.pages += [
    ("dashboard/", dashboard, "dashboard"),
    ("dashboard/csv/", figures_csv, "dashboard_csv"),
    ("dashboard/people/", who_takes_tickets, "dashboard_people"),
    ("dashboard/mail/", choose_mail, "dashboard_mail"),
]


def dashboard_link(request: HttpRequest) -> dict[str, Any]:
    """The address of the dashboard, for who may see it; asks the database nothing."""
    return {"desk_figures_url": reverse("admin:dashboard") if may_see_figures(person_of(request)) else ""}


desk.panels.append(dashboard_link)
