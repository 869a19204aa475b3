"""Who may do what, read from the role; with `tickets.rules` the only place that reads roles."""

from accounts.models import Member

Role = Member.Role
DESK_ROLES = frozenset({Role.AGENT, Role.LEAD, Role.ADMIN})
KEEPER_ROLES = frozenset(
    {Role.ADMIN, Role.OPERATOR}
)  # who keeps the list of people, and so never may be nobody
# Roles a keeper may give and take: an admin none above own, an operator only operators.
GRANTS: dict[str, tuple[Role, ...]] = {
    Role.ADMIN: (Role.CUSTOMER, Role.AGENT, Role.LEAD, Role.ADMIN),
    Role.OPERATOR: (Role.OPERATOR,),
}
_ALL = frozenset({"view", "add", "change", "delete"})
# Models of the desk by role: everything else is closed. Verbs are Django's: view, add, change, delete.
DESK_MODELS: dict[str, dict[str, frozenset[str]]] = {
    "tickets.ticket": {
        Role.AGENT: frozenset({"view", "change"}),
        Role.LEAD: frozenset({"view", "change"}),
        Role.ADMIN: frozenset({"view", "change"}),
    },
    # Which of them each may write says `tickets.rules.may_keep_macro`.
    "tickets.macro": dict.fromkeys(DESK_ROLES, frozenset({"view", "add", "change"})),
    "tickets.macrotext": dict.fromkeys(DESK_ROLES, frozenset({"view", "add", "change", "delete"})),
    # Everybody of the team writes drafts; who shows them to readers says `helpcenter.rules.may_publish_articles`.
    "helpcenter.translation": dict.fromkeys(DESK_ROLES, frozenset({"view", "add", "change"})),
    "accounts.auditentry": {Role.LEAD: frozenset({"view"})},
    "tickets.blockedsender": {Role.LEAD: _ALL},
    "tickets.routingline": {Role.LEAD: frozenset({"view"})},
}
_KEEP = frozenset({"view", "add", "change"})
_READ = frozenset({"view"})
ADMIN_MODELS: dict[str, frozenset[str]] = {
    "accounts.auditentry": _READ,
    "accounts.member": _KEEP,
    "accounts.team": _KEEP,
    "accounts.teammembership": _ALL,
    "accounts.sender": _KEEP,
    "accounts.tenantsettings": frozenset({"view", "change"}),
    "helpcenter.article": _KEEP,
    "helpcenter.helpsettings": frozenset({"view", "change"}),
    "helpcenter.incident": _KEEP,
    "helpcenter.section": _KEEP,
    "helpcenter.sectiontranslation": _ALL,
    "helpcenter.synonyms": _ALL,
    "helpcenter.translation": _KEEP,
    "tickets.blockedsender": _ALL,
    "tickets.category": _KEEP,
    "tickets.categorytranslation": _ALL,
    "tickets.categoryprompt": _KEEP,
    "tickets.prompttranslation": _ALL,
    "tickets.calendar": _KEEP,
    "tickets.policy": _KEEP,
    "tickets.routingline": _ALL,
    "tickets.escalationstep": _KEEP,
    "tickets.tag": _KEEP,
    "outbox.outboxrow": _READ,
}
OPERATOR_MODELS: dict[str, frozenset[str]] = {
    "accounts.tenant": _KEEP,
    "accounts.tenanthost": _ALL,
    "accounts.member": _KEEP,
}


def may_use_model(member: Member, perm: str) -> bool:
    """Whether the member's role opens `app.verb_model` (Django's permission name)."""
    app, _dot, rest = perm.partition(".")
    verb, _underscore, model = rest.partition("_")
    name = f"{app}.{model}"
    if member.role == Role.OPERATOR:
        return verb in OPERATOR_MODELS.get(name, frozenset())
    if member.role == Role.ADMIN and verb in ADMIN_MODELS.get(name, frozenset()):
        return True
    return verb in DESK_MODELS.get(name, {}).get(member.role, frozenset())


def grantable_roles(actor: Member) -> tuple[Role, ...]:
    """The roles that `actor` may give to people and take from them."""
    return GRANTS.get(actor.role, ()) if actor.is_active else ()


def may_grant_role(actor: Member, role: str) -> bool:
    """Whether `actor` may give `role` to somebody, or change somebody who has it."""
    return role in grantable_roles(actor)


def may_use_desk(member: object) -> bool:
    """Whether the desk opens: active agents, leads and admins of this tenant."""
    return isinstance(member, Member) and member.is_active and member.role in DESK_ROLES


def may_use_platform(member: object) -> bool:
    """Whether the operators' admin opens."""
    return isinstance(member, Member) and member.is_active and member.role == Role.OPERATOR
