"""Every address of the product with a key of somebody else's thing in it: what the stranger test walks.

A new URL name fails the suite until it stands in one of the tables below:

- `KEYS`: its address names a thing of a tenant; say how to build the arguments from what `furnish` made;
- `KEPT`: a page of the desk's admin for a model of ours; say which thing of `furnish` it shows;
- `LISTS`: it names nothing, but what it shows belongs to a tenant;
- `PUBLIC`: it holds no tenant's data that a visitor may not see; say why;
- the same with `PLATFORM_` in front for the bare domain.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.actions.audit import record_change
from accounts.actions.invitations import invite
from accounts.models import AuditEntry, Invitation, Member, Sender, TenantSettings
from helpcenter.actions.articles import Text, create_article, publish
from helpcenter.actions.incidents import follow_incident, report_incident
from helpcenter.actions.pictures import keep_picture
from helpcenter.incidents import token_of
from helpcenter.models import (
    Article,
    HelpSettings,
    Incident,
    IncidentFollower,
    Picture,
    Section,
    SectionTranslation,
    Synonyms,
    Translation,
    Visibility,
)
from helpdesk.outbox.models import OutboxRow
from helpdesk.tenancy import tenant_scope
from tests.factories.cast import House, make_guest, make_member
from tests.factories.tickets import answer, make_ticket, note, participant_of
from tests.pictures import png
from tickets.actions.files import keep_file
from tickets.actions.saved_views import save_view
from tickets.actions.tags import add_tag
from tickets.actions.uploads import begin_upload
from tickets.guest_links import new_guest_link
from tickets.models import (
    Attachment,
    BlockedSender,
    BulkItem,
    BulkRun,
    Calendar,
    CategoryPrompt,
    EscalationStep,
    Macro,
    MacroText,
    Message,
    Policy,
    RequestDraft,
    RoutingLine,
    Tag,
    Ticket,
)

# Stands in everything of the tenant that no stranger may read.
CANARY = "Canary-7f3a"
NOTHING = 987_654_321


@dataclass
class Things:
    """What the tenant owns that an address can name."""

    house: House
    ticket: Ticket
    key: uuid.UUID
    token: str
    file: Attachment
    waiting_file: Attachment
    upload: uuid.UUID
    draft: uuid.UUID
    member: Member
    invitation: str
    passkey: int
    article: Translation  # for the team only
    follower: IncidentFollower
    kept: dict[str, int]

    def without(self) -> Things:
        """The same with keys that lead to nothing: how the product answers when there is no such thing."""
        gone = Ticket(pk=NOTHING, number="ACME-99994", submission_key=uuid.uuid4())
        file = Attachment(pk=NOTHING, name=self.file.name)
        kept = dict.fromkeys(self.kept, NOTHING)
        member = Member(pk=NOTHING)
        text = Translation(
            pk=NOTHING, article=Article(pk=NOTHING, section_id=NOTHING), locale="en", title="Nothing"
        )
        upload, draft = uuid.uuid4(), uuid.uuid4()
        return Things(
            self.house,
            gone,
            gone.submission_key,
            "x" * 43,
            file,
            file,
            upload,
            draft,
            member,
            "y" * 43,
            NOTHING,
            text,
            IncidentFollower(pk=NOTHING),
            kept,
        )


def furnish(house: House) -> Things:
    """Fills the tenant with one of everything, each with the canary in it; in its open scope."""
    agent = make_member(
        "own-agent@acme.example", role=Member.Role.AGENT, team=house.team, name=f"Agent {CANARY}"
    )
    guest = make_guest(f"{CANARY.lower()}@elsewhere.example", name=f"Guest {CANARY}", locale="en")
    key = uuid.uuid4()
    # Pages repeat the address they were asked for, so no name of a file may give the canary away.
    upload = SimpleUploadedFile("report.txt", f"{CANARY} inside".encode())
    file = keep_file(upload, draft_key=key, uploaded_by=None)
    ticket = make_ticket(
        house,
        guest,
        is_proven=False,
        subject=f"Subject {CANARY}",
        body=f"Body {CANARY}",
        submission_key=key,
    )
    answer(ticket, agent, f"Answer {CANARY}")
    note(ticket, agent, f"Note {CANARY}")
    waiting = SimpleUploadedFile("draft.txt", f"{CANARY} too".encode())
    prompt = CategoryPrompt.objects.create(category=house.category, key=f"k_{CANARY[-4:]}")
    draft = RequestDraft.objects.create(
        key=uuid.uuid4(),
        member=make_member("writes@acme.example"),
        category=house.category,
        answers={"subject": f"Draft {CANARY}"},
        ready={"subject": f"Draft {CANARY}"},
        expires_at=timezone.now() + dt.timedelta(days=1),
    )
    secret = [("Name", "", CANARY)]
    add_tag(ticket, name=CANARY, actor=agent)
    tag = Tag.objects.get()
    invited = make_member("invited@acme.example", name=f"Invited {CANARY}")
    return Things(
        house=house,
        ticket=ticket,
        key=key,
        token=new_guest_link(participant_of(ticket, guest)),
        file=Attachment.objects.get(pk=file.pk),
        waiting_file=keep_file(waiting, draft_key=uuid.uuid4(), uploaded_by=None),
        upload=begin_upload(draft_key=key, uploaded_by=None, name=f"{CANARY}.txt", size=5).key,
        draft=draft.key,
        member=guest,
        article=furnish_articles(agent),
        follower=furnish_incident(),
        invitation=invite(invited).rstrip("/").rpartition("/")[2],
        passkey=Authenticator.objects.create(
            user=agent, type=Authenticator.Type.WEBAUTHN, data={"name": f"Key {CANARY}"}
        ).pk,
        kept={
            "accounts_auditentry": record_change(
                house.team, AuditEntry.Act.CHANGED, actor=agent, changes=secret
            ).pk,
            "accounts_member": guest.pk,
            "accounts_team": house.other_team.pk,
            "accounts_sender": Sender.objects.get().pk,
            "accounts_tenantsettings": TenantSettings.objects.get().pk,
            "helpcenter_helpsettings": HelpSettings.objects.get().pk,
            "helpcenter_section": Section.objects.get().pk,
            "helpcenter_synonyms": Synonyms.objects.create(locale="en", words=CANARY).pk,
            "helpcenter_incident": Incident.objects.get().pk,
            "picture": Picture.objects.get().pk,
            "helpcenter_translation": Translation.objects.filter(state="published").get().pk,
            "tickets_blockedsender": BlockedSender.objects.create(value=f"{CANARY.lower()}.example").pk,
            "tickets_calendar": Calendar.objects.get().pk,
            "tickets_category": house.category.pk,
            "tickets_categoryprompt": prompt.pk,
            "tickets_escalationstep": EscalationStep.objects.create(percent=80, act="lead").pk,
            "tickets_macro": furnish_macro(agent).pk,
            "tickets_policy": Policy.objects.get().pk,
            "tickets_routingline": RoutingLine.objects.create(audience=CANARY, team=house.team).pk,
            "run": furnish_run(agent, ticket).pk,
            "saved_view": save_view(agent, name=f"View {CANARY}", query="status=new", team=house.team).pk,
            "tickets_tag": tag.pk,
            "message": Message.objects.filter(ticket=ticket, author=guest).earliest("pk").pk,
            "participant": participant_of(ticket, guest).pk,
            "outbox_outboxrow": OutboxRow.objects.filter(to_address=guest.email).earliest("pk").pk,
        },
    )


def furnish_articles(author: Member) -> Translation:
    """An article with a picture for the team only, and a draft; no one but agents may read the one, nobody the other."""
    section = Section.objects.create()
    SectionTranslation.objects.create(section=section, locale="en", name=f"Section {CANARY}")
    # Its title stands in its address, which pages repeat.
    upload = SimpleUploadedFile(f"{CANARY}.png", png(), "image/png")
    picture = keep_picture(upload, uploaded_by=author)
    body = f"Only among us: {CANARY} ![Ours](picture:{picture.pk})"
    told = Text("How we do it", body, summary=f"In short: {CANARY}")
    write_article = partial(create_article, section, locale="en", author=None)
    write_article(text=Text(f"Draft {CANARY}", f"Not yet {CANARY}"))
    return publish(write_article(text=told, visibility=Visibility.INTERNAL))


def furnish_incident() -> IncidentFollower:
    """An incident, which is for everybody, and somebody who follows it, whom nobody should know."""
    now = timezone.now()
    incident = report_incident({"en": "Uploads are slow"}, {}, author=None, now=now)
    email = f"{CANARY.lower()}@elsewhere.example"
    return follow_incident(incident, email=email, locale="en", is_proven=True, now=now)


def furnish_macro(agent: Member) -> Macro:
    """A macro of the agent's own."""
    macro = Macro.objects.create(name=f"Macro {CANARY}", owner=agent, note=f"Macro note {CANARY}")
    MacroText.objects.create(macro=macro, locale="en", body=f"Macro text {CANARY}")
    return macro


def furnish_run(agent: Member, ticket: Ticket) -> BulkRun:
    """An act of the agent on many tickets, which left one as it was."""
    run = BulkRun.objects.create(
        key=uuid.uuid4(),
        actor=agent,
        act="status",
        wishes={"status": "solved"},
        locale="en",
        total=1,
        skipped=1,
        finished_at=timezone.now(),
    )
    BulkItem.objects.create(run=run, ticket=ticket, outcome="skipped", reason=f"Because {CANARY}")
    return run


Arguments = Callable[[Things], Iterable[Any]]

KEYS: dict[str, Arguments] = {
    "contact_check": lambda a: [a.draft],
    "contact_sent": lambda a: [a.key],
    "contact_code": lambda a: [a.draft],
    "ticket": lambda a: [a.ticket.number],
    "ticket_reply": lambda a: [a.ticket.number],
    "ticket_solve": lambda a: [a.ticket.number],
    "ticket_reopen": lambda a: [a.ticket.number],
    "ticket_late": lambda a: [a.ticket.number],
    "ticket_rate": lambda a: [a.ticket.number],
    "ticket_judge": lambda a: [a.ticket.number],
    "ticket_add": lambda a: [a.ticket.number],
    "ticket_remove": lambda a: [a.ticket.number, a.kept["participant"]],
    "ticket_edit": lambda a: [a.ticket.number, a.kept["message"]],
    "ticket_print": lambda a: [a.ticket.number],
    "ticket_calendar": lambda a: [a.ticket.number],
    "ticket_news": lambda a: [a.ticket.number],
    "guest_link": lambda a: [a.token],
    "guest_ticket": lambda a: [a.key],
    "guest_reply": lambda a: [a.key],
    "guest_solve": lambda a: [a.key],
    "guest_reopen": lambda a: [a.key],
    "guest_late": lambda a: [a.key],
    "guest_rate": lambda a: [a.key],
    "guest_judge": lambda a: [a.key],
    "guest_add": lambda a: [a.key],
    "guest_remove": lambda a: [a.key, a.kept["participant"]],
    "guest_edit": lambda a: [a.key, a.kept["message"]],
    "guest_print": lambda a: [a.key],
    "guest_calendar": lambda a: [a.key],
    "guest_news": lambda a: [a.key],
    "attachment": lambda a: [a.file.pk, a.file.name],
    "thumbnail": lambda a: [a.file.pk],
    "upload": lambda a: [a.upload],
    "upload_done": lambda a: [a.upload],
    "invitation": lambda a: [a.invitation],
    "passkey_rename": lambda a: [a.passkey],
    "passkey_remove": lambda a: [a.passkey],
    "admin:accounts_member_reset_second_step": lambda a: [a.member.pk],
    "article": lambda a: [a.article.locale, a.article.article_id, a.article.slug],
    "article_untitled": lambda a: [a.article.locale, a.article.article_id],
    "article_anywhere": lambda a: [a.article.article_id],
    "article_vote": lambda a: [a.article.article_id],
    "api_article": lambda a: [a.article.article_id],
    "incident": lambda a: [a.kept["helpcenter_incident"]],
    "incident_confirm": lambda a: [token_of(a.follower)],
    "incident_stop": lambda a: [token_of(a.follower)],
    "article_picture": lambda a: [a.kept["picture"]],
    "help_section": lambda a: [a.article.locale, a.article.article.section_id],
    "admin:helpcenter_translation_preview": lambda a: [a.article.pk],
    "admin:helpcenter_translation_restore": lambda a: [a.article.pk, 1],
    "admin:tickets_ticket_change": lambda a: [a.ticket.pk],
    "admin:tickets_ticket_reply": lambda a: [a.ticket.pk],
    "admin:tickets_ticket_note": lambda a: [a.ticket.pk],
    "admin:tickets_ticket_status": lambda a: [a.ticket.pk],
    "admin:tickets_ticket_priority": lambda a: [a.ticket.pk],
    "admin:tickets_ticket_assign": lambda a: [a.ticket.pk],
    "admin:tickets_ticket_route": lambda a: [a.ticket.pk],
    "admin:tickets_ticket_macro": lambda a: [a.ticket.pk],
    "admin:tickets_ticket_run": lambda a: [a.kept["run"]],
    "admin:tickets_ticket_run_progress": lambda a: [a.kept["run"]],
    "admin:tickets_ticket_run_undo": lambda a: [a.kept["run"]],
    "admin:tickets_ticket_preview": lambda a: [a.ticket.pk],
    "admin:tickets_ticket_here": lambda a: [a.ticket.pk],
    "admin:tickets_ticket_offers": lambda a: [a.ticket.pk],
    "admin:tickets_ticket_view_change": lambda a: [a.kept["saved_view"]],
    "admin:tickets_ticket_view_move": lambda a: [a.kept["saved_view"]],
    "admin:tickets_ticket_view_remove": lambda a: [a.kept["saved_view"]],
    "admin:tickets_ticket_tag": lambda a: [a.ticket.pk],
    "admin:tickets_ticket_title": lambda a: [a.ticket.pk],
    "admin:tickets_ticket_untag": lambda a: [a.ticket.pk],
    "admin:tickets_ticket_answers": lambda a: [a.ticket.pk],
    "admin:tickets_calendar_holidays": lambda a: [a.kept["tickets_calendar"]],
    "admin:tickets_tag_merge": lambda a: [a.kept["tickets_tag"]],
    "admin:tickets_ticket_articles": lambda a: [a.ticket.pk],
    "admin:tickets_ticket_spam": lambda a: [a.ticket.pk],
    "admin:tickets_ticket_merge": lambda a: [a.ticket.pk],
    "admin:tickets_ticket_unmerge": lambda a: [a.ticket.pk],
    "admin:tickets_ticket_split": lambda a: [a.ticket.pk],
    "admin:tickets_ticket_print": lambda a: [a.ticket.pk],
    "admin:tickets_ticket_phone": lambda a: [a.ticket.pk],
    "admin:tickets_ticket_side": lambda a: [a.ticket.pk],
    "admin:tickets_ticket_history": lambda a: [a.ticket.pk],
    "admin:tickets_ticket_related": lambda a: [a.ticket.pk],
    "admin:tickets_ticket_time": lambda a: [a.ticket.pk],
    "admin:tickets_ticket_handover": lambda a: [a.ticket.pk],
    "admin:tickets_ticket_handback": lambda a: [a.ticket.pk],
    "admin:tickets_ticket_people": lambda a: [a.ticket.pk],
    "admin:tickets_ticket_export": lambda a: [a.ticket.pk],
    "admin:tickets_ticket_watch": lambda a: [a.ticket.pk],
    "admin:tickets_ticket_undo": lambda a: [a.ticket.pk, a.key],
}
# Models with pages of Django's admin in the desk; the thing is in `Things.kept`.
KEPT = (
    "accounts_auditentry",
    "accounts_member",
    "accounts_team",
    "accounts_sender",
    "accounts_tenantsettings",
    "helpcenter_helpsettings",
    "helpcenter_incident",
    "helpcenter_section",
    "helpcenter_synonyms",
    "helpcenter_translation",
    "tickets_blockedsender",
    "tickets_calendar",
    "tickets_category",
    "tickets_categoryprompt",
    "tickets_escalationstep",
    "tickets_macro",
    "tickets_policy",
    "tickets_routingline",
    "tickets_tag",
    "outbox_outboxrow",
)
LISTS = {
    "tickets",
    "profile",
    "account_change_password",
    "account_set_password",
    "account_logout",
    "account_email",
    "confirm_person",
    "interrupted",
    "second_factor",
    "app_add",
    "app_remove",
    "recovery_codes",
    "passkey_add",
    "admin:index",
    "admin:tickets_ticket_changelist",
    "admin:tickets_ticket_add",
    "admin:tickets_ticket_bulk",
    "admin:tickets_ticket_live",
    "admin:tickets_ticket_views",
    "admin:tickets_ticket_view_add",
    "admin:tickets_ticket_tags",
    "admin:tickets_ticket_colleagues",
    "admin:tickets_ticket_palette",
    "admin:dashboard",
    "admin:dashboard_csv",
    "admin:dashboard_mail",
    "admin:dashboard_people",
    "admin:tickets_policy_test",
    "admin:tickets_policy_anew",
    "admin:tickets_routingline_misrouted",
    "admin:helpcenter_translation_todo",
    "admin:helpcenter_translation_unsaved",
    "admin:helpcenter_translation_links",
    "admin:helpcenter_translation_pictures",
    "admin:accounts_member_keys",
    "admin:accounts_member_work",
    "admin:app_list",
    "admin:autocomplete",
    "admin:password_change",
    "admin:password_change_done",
    "admin:logout",
    "admin:login",
}
PUBLIC = {
    "root": "leads to the home page",
    "help_search": "searches what everybody may read; see the tests of search for the rest",
    "api_article_search": "the same as JSON",
    "api_articles": "the articles that the visitor may read",
    "incident_hide": "sets a cookie",
    "sitemap": "the addresses of what everybody may read",
    "robots": "the same for every tenant but for its address",
    "home": "what the tenant tells everybody: its topics and its promise",
    "contact": "the topics",
    "contact_category": "a topic and its empty form",
    "suggested_articles": "articles that everybody may read, for the words in the address",
    "article_solved": "says thanks; knows only articles that the person may read",
    "uploads": "takes files into the visitor's own form, and tells nothing",
    "guest_link_lost": "an empty form; its answer is the same for every number and address",
    "account_login": "an empty form",
    "account_request_login_code": "an empty form",
    "account_confirm_login_code": "speaks of the code that this browser asked for",
    "account_signup": "an empty form",
    "account_inactive": "the same words for everybody",
    "account_email_verification_sent": "speaks of the code that this browser asked for",
    "account_reset_password": "an empty form",
    "account_confirm_password_reset_code": "speaks of the code that this browser asked for",
    "account_complete_password_reset": "speaks of the code that this browser asked for",
    "mfa_authenticate": "speaks of the sign-in that this browser began",
    "passkey_sign_in": "takes a passkey and shows nothing",
    "passkey_options": "a random question for the browser",
    "invitation_accept": "speaks of the invitation that this browser opened",
    "admin:jsi18n": "words of the interface",
    "set_language": "sets a cookie",
    "set_theme": "sets a cookie",
    "styleguide": "invented content",
}
# Addresses without a name, or whose name says nothing.
UNNAMED: dict[str, Callable[[Things], list[str]]] = {
    "admin:<path:object_id>/": lambda a: [
        f"/admin/{model.replace('_', '/')}/{a.kept[model]}/" for model in KEPT
    ],
    "admin:(?P<url>.*)$": lambda a: ["/admin/nothing-here/"],
    "admin:view_on_site": lambda a: [f"/admin/r/1/{a.ticket.pk}/"],
}

PLATFORM_KEPT = ("accounts_member", "accounts_tenant")
PLATFORM_PUBLIC = {
    "platform_home": "in the demo its tenants and logins, otherwise nothing",
    "metrics": "figures without a name in them; to this machine or a token only",
    "caught_mails": "404 outside the demo",
    "caught_mails_json": "404 outside the demo",
    "caught_mail": "404 outside the demo",
    "caught_mail_html": "404 outside the demo",
    "caught_mail_file": "404 outside the demo",
}
FORMS_OF_ADMIN = ("changelist", "add", "history", "delete", "change")
PLAIN_ARGUMENTS: dict[str, list[Any]] = {
    "incident_hide": [1],
    "home": ["en"],
    "help_search": ["en"],
    "contact_category": ["refund-late"],
    "admin:app_list": ["accounts"],
    "caught_mail": ["x"],
    "caught_mail_html": ["x"],
    "caught_mail_file": ["x", 0],
}


def known_names() -> set[str]:
    """Every name of a tenant's host that has a case."""
    return {*KEYS, *_of_admin(KEPT), *LISTS, *PUBLIC, *UNNAMED}


def known_names_of_platform() -> set[str]:
    """The same of the bare domain; what it shares with a tenant's host is as public there."""
    shared = {name for name in {*PUBLIC, *LISTS, *UNNAMED} if name.startswith(("account_", "admin:", "set_"))}
    shared |= {
        "profile",
        "invitation",
        "invitation_accept",
        "mfa_authenticate",
        "admin:accounts_member_reset_second_step",
    }
    shared |= {"interrupted", "confirm_person", "second_factor", "app_add", "app_remove", "recovery_codes"}
    shared |= {"passkey_add", "passkey_rename", "passkey_remove", "passkey_sign_in", "passkey_options"}
    ours = ("admin:tickets_", "admin:helpcenter_", "admin:dashboard")
    desk = {name for name in LISTS if name.startswith(ours)} | {
        "admin:accounts_member_keys",
        "admin:accounts_member_work",
    }
    return {*_of_admin(PLATFORM_KEPT), *PLATFORM_PUBLIC, *shared} - desk


def paths_with_keys(things: Things) -> dict[str, str]:
    """Each address that names a thing of the tenant, by a word for it."""
    paths = {name: reverse(name, args=list(arguments(things))) for name, arguments in KEYS.items()}
    for model in KEPT:
        for form in ("history", "delete", "change"):
            paths[f"admin:{model}_{form}"] = reverse(f"admin:{model}_{form}", args=[things.kept[model]])
    for name, make in UNNAMED.items():
        paths |= {f"{name} {path}": path for path in make(things)}
    waiting = things.waiting_file
    return paths | {"attachment of a draft": reverse("attachment", args=[waiting.pk, waiting.name])}


def paths_without_keys() -> dict[str, str]:
    """Every other address of a tenant's host."""
    plain = {name: reverse(name, args=PLAIN_ARGUMENTS.get(name, [])) for name in {*LISTS, *PUBLIC}}
    forms = {f"admin:{model}_{form}" for model in KEPT for form in ("changelist", "add")}
    return plain | {name: reverse(name) for name in forms}


def paths_of_platform(things: Things) -> dict[str, str]:
    """Every address of the bare domain, with keys of the tenant's things where it takes one."""
    keys = {"accounts_member": things.member.pk, "accounts_tenant": things.house.tenant.pk}
    urls = settings.PLATFORM_URLCONF
    paths = {}
    for name in known_names_of_platform() - set(UNNAMED):
        model, _underscore, form = name.removeprefix("admin:").rpartition("_")
        if model in keys and form in {"history", "delete", "change"}:
            arguments: list[Any] = [keys[model]]
        elif name == "invitation":
            arguments = [things.invitation]
        elif name in {"passkey_rename", "passkey_remove"}:
            arguments = [things.passkey]
        elif name == "admin:accounts_member_reset_second_step":
            arguments = [things.member.pk]
        else:
            arguments = PLAIN_ARGUMENTS.get(name, [])
        paths[name] = reverse(name, urls, args=arguments)
    return paths


def state_of(tenant_id: int) -> dict[str, str]:
    """A fingerprint of every row that the tenant owns, by table.

    Sessions come and go, and a visitor who posts a form begins a draft of their own.
    """
    from django.apps import apps
    from django.db import connection

    from helpdesk.tenancy import TenantModel

    tables = sorted(
        model._meta.db_table
        for model in apps.get_models()
        if issubclass(model, TenantModel) and model._meta.model_name != "session"
    )
    found = {}
    with tenant_scope(tenant_id), connection.cursor() as cursor:
        for table in tables:
            own = "WHERE member_id IS NOT NULL" if table == "tickets_requestdraft" else ""
            cursor.execute(
                f"SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY id), '')) FROM \"{table}\" t {own}"
            )
            found[table] = cursor.fetchone()[0]
    return found


def open_invitations() -> int:
    """How many links of the current tenant still work."""
    return Invitation.objects.filter(used_at=None, revoked_at=None).count()


def _of_admin(models: Iterable[str]) -> set[str]:
    return {f"admin:{model}_{form}" for model in models for form in FORMS_OF_ADMIN}
