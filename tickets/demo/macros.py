"""The demo's macros, in the languages of its customers."""

import json
from collections.abc import Mapping

from accounts.models import Team
from tickets.demo.content import FOLDER
from tickets.models import Category, Macro, MacroText


def store_macros(slug: str, teams: Mapping[str, Team], categories: Mapping[str, Category]) -> None:
    """Stores the macros of `content/<slug>.macros.json`: for the team that each names, else for everybody."""
    for facts in json.loads((FOLDER / f"{slug}.macros.json").read_text(encoding="utf-8")):
        team = teams[facts["team"]] if "team" in facts else None
        macro = Macro.objects.create(
            name=facts["name"],
            scope=Macro.Scope.TEAM if team else Macro.Scope.ALL,
            team=team,
            note=facts.get("note", ""),
            tags=facts.get("tags", ""),
            status=facts.get("status", ""),
            priority=facts.get("priority"),
            assignment=facts.get("assignment", ""),
            category=categories[facts["category"]] if "category" in facts else None,
        )
        MacroText.objects.bulk_create(
            MacroText(macro=macro, locale=locale, body=body) for locale, body in facts["texts"].items()
        )
