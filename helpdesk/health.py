"""`/health/live` and `/health/ready`: answered on every host name, before any tenant is looked for."""

from collections.abc import Callable

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

GetResponse = Callable[[HttpRequest], HttpResponse]
REDIS_SECONDS = 2.0


class HealthMiddleware:
    """Answers the two questions of a load balancer; `ready` names what fails and is 503 then."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.migrated = False

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/health/live":
            return _answer([])
        if request.path == "/health/ready":
            return _answer(self._failing())
        return self.get_response(request)

    def _failing(self) -> list[str]:
        if not _database_answers():
            return ["database"] if _redis_answers() else ["database", "redis"]
        failing = [] if _redis_answers() else ["redis"]
        # Asked once: what this code wants to find applied stays applied while it runs.
        self.migrated = self.migrated or _all_migrated()
        return failing if self.migrated else [*failing, "migrations"]


def _answer(failing: list[str]) -> HttpResponse:
    body = {"status": "unavailable", "failing": failing} if failing else {"status": "ok"}
    response = JsonResponse(body, status=503 if failing else 200, headers={"Cache-Control": "no-store"})
    if failing:
        response["Retry-After"] = "5"
    return response


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        connection.close()  # the next question opens a new one
        return False
    return True


def _redis_answers() -> bool:
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=REDIS_SECONDS) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def _all_migrated() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())
