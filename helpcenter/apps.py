"""The app's entry in Django's registry."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HelpcenterConfig(AppConfig):
    """Articles that people find and read by themselves."""

    name = "helpcenter"
    verbose_name = _("Help center")
