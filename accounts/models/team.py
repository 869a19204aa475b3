"""Teams and the tier each member works at."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from helpdesk.tenancy import TenantForeignKey, TenantModel


class Team(TenantModel):
    """People who answer a share of the tickets together."""

    is_setup = True

    class Assigning(models.TextChoices):
        BY_HAND = "by_hand", _("By hand: people take them from the queue")
        IN_TURN = "in_turn", _("In turn, to whoever got none for the longest time")
        LEAST_BUSY = "least_busy", _("To whoever has the fewest open tickets")

    class Presence(models.TextChoices):
        ANY = "any", _("Does not matter")
        FIRST = "first", _("Those at the desk first, then the others")
        ONLY = "only", _("Only those at the desk; while nobody is, it waits in the queue")

    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(_("short name"), max_length=60)
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="TeamMembership", related_name="teams", verbose_name=_("members")
    )
    assigning = models.CharField(
        _("who gets a new ticket"),
        max_length=10,
        choices=Assigning,
        default=Assigning.BY_HAND,
        db_default=Assigning.BY_HAND,
        help_text=_(
            "A rule gives tickets to those who take new ones, are not on leave, read the language where anybody there"
            " does, and have fewer than they take. What nobody is free for waits in the queue."
        ),
    )

    presence = models.CharField(
        _("being at the desk"),
        max_length=5,
        choices=Presence,
        default=Presence.ANY,
        db_default=Presence.ANY,
        help_text=_(
            "For a rule. At the desk is who opened one of its pages in the last five minutes, or has the queue or a"
            " ticket before them. The promises of a ticket run on while it waits."
        ),
    )

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                name="team_slug_once",
                fields=["tenant", "slug"],
                violation_error_message=_("There is already a team with this short name."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Tier(models.IntegerChoices):
    """A level inside a team; escalation moves a ticket up."""

    L1 = 1, _("L1")
    L2 = 2, _("L2")
    L3 = 3, _("L3")


class TeamMembership(TenantModel):
    """A person works in a team, at one tier of it."""

    team = TenantForeignKey(
        Team, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("team")
    )
    member = TenantForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="memberships",
        verbose_name=_("person"),
    )
    tier = models.PositiveSmallIntegerField(_("tier"), choices=Tier, default=Tier.L1)
    # Counts up with each ticket that the team's rule gives: who stands lowest is next in turn.
    turn = models.PositiveBigIntegerField(default=0, db_default=0, editable=False)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                name="membership_once",
                fields=["tenant", "team", "member"],
                violation_error_message=_("This person is in the team already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.member} · {self.team} · {self.get_tier_display()}"
