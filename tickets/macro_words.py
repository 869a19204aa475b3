"""What a macro changes, in words, for its list and for the ticket it is about to be used on."""

from django.utils.translation import gettext as _

from tickets.models import Macro
from tickets.models.ticket import Priority, Status


def changes_of(macro: Macro) -> list[str]:
    """What goes with the reply, one sentence each, in the order of the acts; the note is not among them."""
    status = [_("Status → %(status)s") % {"status": Status(macro.status).label}] if macro.status else []
    return [*changes_beside_status(macro), *status]


def changes_beside_status(macro: Macro) -> list[str]:
    """The same without the status, which goes with the button that sends the reply."""
    changes = []
    if macro.category_id and macro.category:
        changes.append(_("Category → %(category)s") % {"category": macro.category.name})
    if macro.assignment:
        assignee = Macro.Assignment(macro.assignment).label
        changes.append(_("Assignee → %(assignee)s") % {"assignee": assignee})
    if macro.priority:
        changes.append(_("Priority → %(priority)s") % {"priority": Priority(macro.priority).label})
    if macro.tag_names:
        changes.append(_("Tags + %(tags)s") % {"tags": ", ".join(macro.tag_names)})
    return changes
