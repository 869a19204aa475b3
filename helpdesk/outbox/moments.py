"""Moments in words, in the language and zone that are active: those of a mail's reader."""

import datetime as dt

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import pgettext


def moment_in_words(moment: dt.datetime) -> str:
    """Day and clock time, such as "Tue 24 Nov, 17:00"; the year only when it is another one."""
    local = timezone.localtime(moment)
    return pgettext("a day and a clock time", "%(day)s, %(time)s") % {
        "day": day_in_words(moment),
        "time": date_format(local, "H:i"),
    }


def day_in_words(moment: dt.datetime) -> str:
    """The day alone."""
    local = timezone.localtime(moment)
    if local.year == timezone.localtime().year:
        return date_format(local, pgettext("Django date format without a year", "D j M"))
    return date_format(local, pgettext("Django date format with a year", "D j M Y"))
