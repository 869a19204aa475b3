"""Many tables in one step of a migration."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.migrations import CreateModel
from django.db.migrations.operations.base import Operation


class CreateTogether(Operation):
    """Creates models one after the other, each after those it points to, but draws the whole of them only once.

    Django draws every model that is related to a new one anew with each step: with fifty that point to one another this
    takes most of the time in which a fresh database is made.
    """

    def __init__(self, models: Sequence[CreateModel]) -> None:
        self.models = models

    def state_forwards(self, app_label: str, state: Any) -> None:
        vars(state).pop("apps", None)  # drawn again when it is asked for
        for model in self.models:
            model.state_forwards(app_label, state)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for model in self.models:
            model.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for model in reversed(self.models):
            model.database_backwards(app_label, schema_editor, from_state, to_state)

    def references_model(self, name: str, app_label: str) -> bool:
        return any(model.references_model(name, app_label) for model in self.models)

    def describe(self) -> str:
        return f"Create {', '.join(self._names())}"

    @property
    def migration_name_fragment(self) -> str:
        return "_".join(self._names()).lower()

    def _names(self) -> Iterator[str]:
        return (str(model.name) for model in self.models)
