"""A person says which keys the desk listens to."""

from collections.abc import Mapping

from accounts.keymap import check_keys
from accounts.models import Member


def choose_keys(member: Member, *, is_on: bool, keys: Mapping[str, str]) -> None:
    """Keeps whether single keys act, and own ones by the shipped key; an empty one is as shipped.

    Raises Refused as `check_keys` does; nothing is kept then.
    """
    own = check_keys(keys)
    member.desk_keys = ({} if is_on else {"off": True}) | ({"keys": own} if own else {})
    member.save(update_fields=["desk_keys"])
