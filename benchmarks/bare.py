"""The least that Django can do: one template, the usual middleware, no database. Everything is told as a ratio to it."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

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
)
application = get_wsgi_application()
page = engines["django"].from_string("<!doctype html><title>{{ title }}</title><h1>{{ title }}</h1>")


def bare(request: HttpRequest) -> HttpResponse:
    """A page that says nothing."""
    return HttpResponse(page.render({"title": "Bare"}, request))


urlpatterns = [path("", bare)]
