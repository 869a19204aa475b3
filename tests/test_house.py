"""The house itself: its contracts, its walls, its templates and its addresses hold."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

from django.apps import apps
from django.core.management import call_command
from django.db import models

from helpdesk.tenancy import TenantManager, TenantModel

ROOT = Path(__file__).resolve().parent.parent
OURS = ("helpdesk", "accounts", "helpcenter", "tickets")
# Known before any scope opens, or the same for every tenant.
GLOBAL = {"accounts.Tenant", "accounts.TenantHost"}
ROOF = {"helpdesk.urls", "helpdesk.platform_urls"}  # they bring the apps together


def sources() -> list[Path]:
    """The product's own Python files, migrations left out."""
    return [
        path for app in OURS for path in sorted((ROOT / app).rglob("*.py")) if "migrations" not in path.parts
    ]


def short(path: Path) -> str:
    """The path as people type it here."""
    return str(path.relative_to(ROOT))


def test_imports_go_one_way() -> None:
    result = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        check=False,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )

    assert result.returncode == 0, result.stdout


def test_every_module_of_the_project_is_ground_or_roof() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    ground = {
        name for contract in contracts if contract["id"] == "ground" for name in contract["source_modules"]
    }

    modules = {
        f"helpdesk.{path.stem}" for path in (ROOT / "helpdesk").glob("[a-z]*") if path.suffix in {"", ".py"}
    }

    assert modules - ground == ROOF


def test_migrations_are_complete(db: None) -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_model_of_ours_belongs_to_a_tenant() -> None:
    ours = [
        model for app in apps.get_app_configs() if app.name.startswith(OURS) for model in app.get_models()
    ]

    outside = {model._meta.label for model in ours if not issubclass(model, TenantModel)}
    assert outside == GLOBAL


def test_every_unique_key_of_ours_starts_with_the_tenant() -> None:
    models_of_ours = [model for model in apps.get_models() if issubclass(model, TenantModel)]

    wrong = [
        constraint.name
        for model in models_of_ours
        for constraint in model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint) and constraint.fields[0] != "tenant"
    ]
    assert wrong == []


def test_every_model_has_a_manager_that_refuses(db: None) -> None:
    loose = [
        model._meta.label
        for model in apps.get_models()
        if issubclass(model, TenantModel) and not isinstance(model._default_manager, TenantManager)
    ]
    assert loose == []


def test_files_and_functions_stay_small() -> None:
    texts = {path: path.read_text() for path in sources()}

    long_functions = {
        (short(path), node.name)
        for path, text in texts.items()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > 50
    }
    long_files = {short(path) for path, text in texts.items() if text.count("\n") > 400}
    assert (long_functions, long_files) == (set(), set())


def test_every_file_and_public_verb_states_its_contract() -> None:
    trees = {path: ast.parse(path.read_text()) for path in sources()}

    silent_files = {short(path) for path, tree in trees.items() if tree.body and not ast.get_docstring(tree)}
    silent_verbs = {
        (short(path), node.name)
        for path, tree in trees.items()
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and node.name != "Command"
        and ast.get_docstring(node) is None
    }
    assert (silent_files, silent_verbs) == (set(), set())


def test_no_file_is_called_utils() -> None:
    assert [path for path in sources() if path.stem in {"utils", "helpers", "misc"}] == []


def test_locks_carry_hashes_and_no_address() -> None:
    for lock in sorted((ROOT / "requirements").glob("*.lock")):
        text = lock.read_text()
        pins = [line for line in text.splitlines() if line and not line.startswith((" ", "#", "-c", "-r"))]

        assert "://" not in text
        assert pins
        assert all("==" in pin for pin in pins)
        assert text.count("--hash=sha256:") >= len(pins)
