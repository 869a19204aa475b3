"""What a new tenant needs before its first ticket."""

from django.utils.translation import gettext

from accounts.models import Team, Tenant
from tickets.models import (
    Calendar,
    CalendarVersion,
    Category,
    CategoryPrompt,
    CategoryTranslation,
    EscalationStep,
    Policy,
    PolicyTarget,
    PolicyVersion,
    PromptTranslation,
    TicketCounter,
)
from tickets.models.sla import ClockKind

HOUR_SECONDS = 3600
TARGETS = {
    ClockKind.FIRST_RESPONSE: 24 * HOUR_SECONDS,
    ClockKind.NEXT_RESPONSE: 24 * HOUR_SECONDS,
    ClockKind.RESOLUTION: 48 * HOUR_SECONDS,
}
FIRST_STEPS = ((75, EscalationStep.Act.ASSIGNEE), (100, EscalationStep.Act.LEAD))  # for every promise
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
FIRST_CATEGORIES = {  # people's data, not the interface: a tenant renames them, so they stand in both languages
    "account": {"en": "Account and sign-in", "ar": "الحساب وتسجيل الدخول"},
    "payments": {"en": "Payments and refunds", "ar": "المدفوعات والاسترداد"},
    "technical": {"en": "Something doesn't work", "ar": "شيء لا يعمل"},
    "other": {"en": "Something else", "ar": "أمر آخر"},
}
TECHNICAL_QUESTIONS: dict[str, tuple[CategoryPrompt.Kind, dict[str, dict[str, str]]]] = {
    "error_message": (
        CategoryPrompt.Kind.TEXT,
        {
            "en": {"label": "Exact error message", "hint": "Copy it as it is shown."},
            "ar": {"label": "نص رسالة الخطأ كما هو", "hint": "انسخه كما يظهر."},
        },
    ),
    "steps": (
        CategoryPrompt.Kind.STEPS,
        {
            "en": {"label": "Steps to get there", "hint": "What you did, in order, one on each line."},
            "ar": {"label": "الخطوات التي تؤدي إلى المشكلة", "hint": "ما فعلته بالترتيب، خطوة في كل سطر."},
        },
    ),
    "since": (
        CategoryPrompt.Kind.DATE,
        {"en": {"label": "Since when does it happen?"}, "ar": {"label": "منذ متى يحدث ذلك؟"}},
    ),
}


def set_up_tenant(tenant: Tenant) -> None:
    """Gives a new tenant its calendar, promise, escalation, categories and counter. Runs in the tenant's scope, once."""
    set_up_promise(tenant)
    set_up_escalation()
    team = Team.objects.order_by("pk")[0]
    for position, (slug, names) in enumerate(FIRST_CATEGORIES.items()):
        category = Category.objects.create(slug=slug, team=team, position=position)
        for locale, name in names.items():
            CategoryTranslation.objects.create(category=category, locale=locale, name=name)
        if slug == "technical":
            add_technical_questions(category)
    TicketCounter.objects.create()


def set_up_escalation() -> None:
    """Whoever has a ticket is told when three quarters of a promise's time are used, the leads when it is over."""
    for percent, act in FIRST_STEPS:
        EscalationStep.objects.create(percent=percent, act=act)


def add_technical_questions(category: Category) -> None:
    """What a desk has to ask about nearly every fault; none of it must be answered. The tenant changes it as it likes."""
    for position, (key, (kind, wordings)) in enumerate(TECHNICAL_QUESTIONS.items()):
        prompt = CategoryPrompt.objects.create(category=category, key=key, kind=kind, position=position)
        for locale, words in wordings.items():
            PromptTranslation.objects.create(prompt=prompt, locale=locale, **words)


def set_up_promise(tenant: Tenant) -> PolicyVersion:
    """Monday to Friday from nine to five in the tenant's zone; 24 hours to each reply, 48 to the solution."""
    calendar = Calendar.objects.create(name=gettext("Office hours"))
    CalendarVersion.objects.create(
        calendar=calendar,
        version=1,
        definition={
            "timezone": tenant.timezone,
            "hours": {day: [["09:00", "17:00"]] for day in WORKDAYS},
            "holidays": {"yearly": [], "dates": []},
        },
    )
    policy = Policy.objects.create(name=gettext("Standard"), is_default=True)
    version = PolicyVersion.objects.create(policy=policy, version=1, calendar=calendar)
    for kind, seconds in TARGETS.items():
        PolicyTarget.objects.create(policy_version=version, kind=kind, business_seconds=seconds)
    return version
