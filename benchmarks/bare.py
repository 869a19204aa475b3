"""The least that Django can do: a page without a database, a list of 25 rows, a form that stores one row.

Everything of the product is told as a ratio to one of these. Usual middleware, one template each, nobody signed in.
"""

import os

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template import engines
from django.urls import path
from psycopg.conninfo import conninfo_to_dict

_database = conninfo_to_dict(os.environ["BARE_DATABASE_URL"])
settings.configure(
    SECRET_KEY="nothing is signed here",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            **{key.upper(): str(_database.get(key) or "") for key in ("user", "password", "host", "port")},
            "NAME": str(_database["dbname"]),
            "CONN_MAX_AGE": 300,
            "OPTIONS": {"options": "-c search_path=bare"},
        }
    },
    USE_TZ=True,
)
django.setup()


class Row(models.Model):
    """One of many; `benchmarks.bare_rows` makes the table."""

    number = models.TextField()
    subject = models.TextField()
    body = models.TextField()
    name = models.TextField()
    status = models.TextField()
    updated_at = models.DateTimeField()

    class Meta:
        app_label = "bare"
        db_table = "row"

    def __str__(self) -> str:
        return self.number


_PAGE = "<!doctype html><title>{{ title }}</title><h1>{{ title }}</h1>"
_FORM = """<form method="post">{% csrf_token %}<input name="subject"><textarea name="body"></textarea><button>Send</button></form>"""
_ROWS = """<table>{% for row in rows %}<tr><td>{{ row.number }}</td><td><a href="/{{ row.number }}/">{{ row.subject }}</a></td>
<td>{{ row.name }}</td><td>{{ row.status }}</td><td>{{ row.updated_at|date:"j M Y, H:i" }}</td></tr>{% endfor %}</table>"""
page = engines["django"].from_string(_PAGE)
form = engines["django"].from_string(_PAGE + _FORM)
listed = engines["django"].from_string(_PAGE + _ROWS)


def bare(request: HttpRequest) -> HttpResponse:
    """A page that says nothing."""
    return HttpResponse(page.render({"title": "Bare"}, request))


def rows(request: HttpRequest) -> HttpResponse:
    """The newest 25."""
    newest = Row.objects.defer("body").order_by("-updated_at")[:25]
    return HttpResponse(listed.render({"title": "Bare", "rows": newest}, request))


def store(request: HttpRequest) -> HttpResponse:
    """A form of two boxes; posting it stores a row."""
    if request.method != "POST":
        return HttpResponse(form.render({"title": "Bare"}, request))
    Row.objects.create(
        number="X-1",
        subject=request.POST["subject"],
        body=request.POST["body"],
        name="Ana",
        status="new",
        updated_at="2020-01-01T00:00:00Z",
    )
    return HttpResponseRedirect("/")


urlpatterns = [path("", bare), path("rows/", rows), path("store/", store)]
application = get_wsgi_application()
