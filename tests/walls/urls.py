"""Pages that fall into the traps of a request: only for the tests."""

from collections.abc import Iterator

from django.contrib.auth.decorators import login_not_required
from django.db import IntegrityError, connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.urls import path

from accounts.models import Member, Team, TeamMembership
from helpdesk.tenancy import tenant_scope

handler500 = "helpdesk.errors_views.server_error"


@login_not_required
def teams(request: HttpRequest) -> HttpResponse:
    """The teams that the policy alone lets through."""
    return JsonResponse({"teams": sorted(Team._base_manager.values_list("slug", flat=True))})


@login_not_required
def fail(request: HttpRequest) -> HttpResponse:
    """Writes, then fails."""
    Team.objects.create(name="Half done", slug="half-done")
    raise ZeroDivisionError


@login_not_required
def fail_in_the_database(request: HttpRequest) -> HttpResponse:
    """Writes, then breaks the transaction."""
    Team.objects.create(name="Half done", slug="half-done")
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1/0")
    return HttpResponse()


@login_not_required
def lose_connection(request: HttpRequest) -> HttpResponse:
    """Loses its connection half-way."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    return HttpResponse()


@login_not_required
def point_abroad(request: HttpRequest, member: int) -> HttpResponse:
    """Answers, having tied a person of whatever tenant to a team of this one."""
    TeamMembership.objects.create(team=Team.objects.get(), member_id=member)
    return HttpResponse("done")


@login_not_required
def catch_duplicate(request: HttpRequest) -> HttpResponse:
    """Catches a duplicate around an inner transaction, and keeps what it wrote before."""
    Team.objects.create(name="Kept", slug="kept")
    try:
        with transaction.atomic():
            Member.objects.create_user("twice@example.com")
            Member.objects.create_user("twice@example.com")
    except IntegrityError:
        return HttpResponse("taken")
    return HttpResponse("free")


@login_not_required
def stream(request: HttpRequest) -> StreamingHttpResponse:
    """Streams from a scope of its own: the request's is over by then."""
    tenant_id = request.tenant.pk  # type: ignore[attr-defined]

    def lines() -> Iterator[str]:
        with tenant_scope(tenant_id):
            yield from Team.objects.values_list("slug", flat=True).iterator()

    return StreamingHttpResponse(lines())


@login_not_required
def stream_without_scope(request: HttpRequest) -> StreamingHttpResponse:
    """Forgets that the request's scope is over by then."""

    def lines() -> Iterator[str]:
        yield from Team.objects.values_list("slug", flat=True)

    return StreamingHttpResponse(lines())


urlpatterns = [
    path("teams/", teams),
    path("fail/", fail),
    path("fail-in-the-database/", fail_in_the_database),
    path("lose-connection/", lose_connection),
    path("point-abroad/<int:member>/", point_abroad),
    path("catch-duplicate/", catch_duplicate),
    path("stream/", stream),
    path("stream-without-scope/", stream_without_scope),
]
