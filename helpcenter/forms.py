"""What an editor types."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Member, Sender
from accounts.queries import audiences
from helpcenter.actions.articles import Text
from helpcenter.checks import faults_of
from helpcenter.contact import topics
from helpcenter.models import Article, Revision, Section, Significance, Translation, Visibility
from helpcenter.queries import help_settings
from helpcenter.rules import Reach, may_move_article
from helpdesk.errors import Refused
from helpdesk.files import INLINE_TYPES
from helpdesk.forms import NativeDateTimeInput, show_refusal
from helpdesk.locales import CHOICES
from helpdesk.tenancy import TenantModelForm

NO_TOPIC = ("", gettext_lazy("The list of topics"))
ARTICLE_FIELDS = ("section", "position", "visibility", "is_featured", "contact_path")


def readers_choices() -> list[tuple[str, str]]:
    """Who may read an article: a visibility, or where the tenant has several audiences, one of them."""
    own = [(f"{Visibility.SIGNED_IN}-{one.pk}", _audience_told(one)) for one in audiences()]
    everybody, signed_in, team = ((str(level), str(told)) for level, told in Visibility.choices)
    return [everybody, signed_in, *own, team]


def readers_of(chosen: str) -> Reach:
    """Those whom one of `readers_choices` names."""
    level, _dash, audience = chosen.partition("-")
    return Reach(int(level), int(audience) if audience else None)


def article_facts(given: dict[str, Any]) -> dict[str, Any]:
    """What a clean form says of the whole article, by the article's own fields."""
    readers = readers_of(given["visibility"])
    own = {name: given[name] for name in ARTICLE_FIELDS}
    return own | {"visibility": readers.up_to, "audience_id": readers.audience}


def _chosen_of(article: Article) -> str:
    told = str(article.visibility)
    return f"{told}-{article.audience_id}" if article.audience_id else told


def _audience_told(sender: Sender) -> str:
    return _("Signed in: %(audience)s") % {"audience": sender.audience}


class TopicField(forms.ChoiceField):
    """One of the topics of requests as they are now."""

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=lambda: [NO_TOPIC, *topics()], required=False, **options)


class TextForm(TenantModelForm):
    """A text in one language, with what belongs to the whole article below it."""

    actor: Member | None = None  # who writes: the door says it
    refused_picture: Refused | None = None  # what the door found wrong with the chosen picture
    locale = forms.ChoiceField(label=gettext_lazy("Language"), choices=CHOICES)
    picture = forms.FileField(
        label=gettext_lazy("Add a picture"),
        help_text=gettext_lazy("PNG, JPEG, GIF or WebP, up to 5 MB. It is put below the text when you save."),
        widget=forms.FileInput(attrs={"accept": ",".join(sorted(INLINE_TYPES))}),
        required=False,
    )
    picture_alt = forms.CharField(
        label=gettext_lazy("What the picture shows"),
        help_text=gettext_lazy("For people who cannot see it."),
        max_length=300,
        required=False,
    )
    significance = forms.TypedChoiceField(
        label=gettext_lazy("What this change means for translations"),
        choices=Significance.choices,
        coerce=int,
        initial=Significance.NORMAL,
    )
    comment = forms.CharField(label=gettext_lazy("Note for colleagues"), max_length=240, required=False)
    goes_out_at = forms.DateTimeField(
        label=gettext_lazy("Publish at"),
        help_text=gettext_lazy("The newest text of that moment goes to readers then. In your own time zone."),
        widget=NativeDateTimeInput,
        required=False,
    )
    section = forms.ModelChoiceField(label=gettext_lazy("Section"), queryset=Section.objects.none())
    position = forms.IntegerField(label=gettext_lazy("Position"), min_value=0, max_value=30_000, initial=0)
    visibility = forms.ChoiceField(label=gettext_lazy("Who may read it"), choices=readers_choices)
    contact_path = TopicField(label=gettext_lazy("“Contact us about this” leads to"))
    is_featured = forms.BooleanField(label=gettext_lazy("Among the popular ones"), required=False)

    class Meta:
        model = Translation
        fields = ["title", "summary", "body", "keywords"]
        help_texts = {
            "body": gettext_lazy(
                "Markdown. A line that begins with ??? is a question; indent its answer below by four blanks."
            )
        }
        widgets = {
            "body": forms.Textarea(attrs={"rows": 24, "dir": "auto", "class": "editor"}),
            "summary": forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["section"].queryset = Section.objects.prefetch_related("translations")  # type: ignore[attr-defined]
        if self.instance.pk or self.initial.get("article"):
            self.fields["locale"].disabled = bool(self.instance.pk)
            article = (
                self.instance.article if self.instance.pk else Article.objects.get(pk=self.initial["article"])
            )
            self.initial.update({name: getattr(article, name) for name in ARTICLE_FIELDS})
            self.initial["section"] = article.section_id
            self.initial["visibility"] = _chosen_of(article)
            if self.instance.pk:
                self.initial["locale"] = self.instance.locale
                self.initial["goes_out_at"] = self.instance.publish_at
            self._fix(article)

    def _fix(self, article: Article) -> None:
        """Leaves the article as it is where the person may not move it."""
        if not may_move_article(self.actor, article.translations.all()):
            for name in ARTICLE_FIELDS:
                self.fields[name].disabled = True

    def clean(self) -> dict[str, Any]:
        """Stops what may not be shown to readers before anything is kept of it."""
        given: dict[str, Any] = super().clean() or {}
        if self.refused_picture:
            show_refusal(self, self.refused_picture)
        if "_schedule" in self.data:
            self._find_time(given.get("goes_out_at"))
        if {"_publish", "_schedule"} & set(self.data):
            readers = readers_of(given.get("visibility") or str(Visibility.PUBLIC))
            for fault in faults_of(given.get("body", ""), readers=readers):
                self.add_error("body", str(fault))
            if self._is_own(given):
                self.add_error(
                    None, _("You wrote this text. Somebody else has to publish it: send it to review.")
                )
        return given

    def _find_time(self, at: dt.datetime | None) -> None:
        if at is None and "goes_out_at" not in self.errors:
            self.add_error("goes_out_at", _("Choose when the text goes to readers."))
        elif at and at <= timezone.now():
            self.add_error("goes_out_at", _("Choose a time that is still to come."))

    def _is_own(self, given: dict[str, Any]) -> bool:
        """Whether the text to publish would be the person's own, where the tenant asks for two."""
        if not help_settings().needs_second_person:
            return False
        if not self.instance.pk or {"title", "summary", "body", "keywords"} & set(self.changed_data):
            return True
        newest = Revision.objects.filter(translation=self.instance, number=self.instance.latest)
        return newest.filter(author=self.actor).exists()

    def text(self) -> Text:
        """What was typed."""
        given = self.cleaned_data
        return Text(given["title"], given["body"], given["summary"], given["keywords"])
