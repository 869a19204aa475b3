"""docker-compose.yml says the same as the table the supervisor runs from."""

import re
import shlex
from typing import Any

import pytest
import yaml

from helpdesk.dev.environment import CHECKOUT
from helpdesk.dev.postgres import APPLICATION, EXTENSIONS, INITDB, OWNER
from helpdesk.dev.table import SERVICES, WEB, Service


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())
    return loaded["services"]


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_compose_runs_the_commands_of_the_table(compose: dict[str, Any], service: Service) -> None:
    wanted = service.arguments(bind="0.0.0.0", port=8000, run="/run/desk")

    assert compose[service.name]["command"] == wanted


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_compose_sets_the_variables_of_the_table(compose: dict[str, Any], service: Service) -> None:
    assert sorted(compose[service.name]["environment"]) == sorted(service.variables)


def test_compose_asks_the_health_path_of_the_table(compose: dict[str, Any]) -> None:
    assert f"http://127.0.0.1:8000{WEB.health}" in compose["web"]["healthcheck"]["test"][-1]


def test_compose_makes_the_database_as_the_embedded_stack_does(compose: dict[str, Any]) -> None:
    arguments = shlex.split(compose["postgres"]["environment"]["POSTGRES_INITDB_ARGS"])
    script = (CHECKOUT / "docker" / "make-roles.sh").read_text()

    assert arguments == [word for word in INITDB if word not in {"-U", "postgres", "--auth=trust"}]
    assert re.findall(r"CREATE EXTENSION (\w+);", script) == list(EXTENSIONS)
    assert re.findall(r"CREATE ROLE (\w+)", script) == [OWNER, APPLICATION]
