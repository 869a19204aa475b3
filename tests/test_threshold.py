"""What no page is asked about: a NUL that the database could not take, and a body larger than anything we accept."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import LazySettings, settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Member, Tenant
from helpdesk import tenancy
from helpdesk.tenancy import current_tenant_id_or_none, tenant_scope
from tests.accounts.conftest import sign_in
from tests.factories.cast import House, make_member
from tests.pages import Page

LARGEST = settings.FILES_PER_MESSAGE * settings.FILE_SIZE_LIMIT + 2 * 1024 * 1024


class Unread:
    """The body of a request, whose first byte nobody may ask for."""

    def read(self, *_arguments: object) -> bytes:
        raise AssertionError("The body was read.")

    readline = read


@pytest.fixture
def platform_site(house: House) -> Client:
    """The browser of an operator who is signed in on the bare domain."""
    with tenant_scope(Tenant.objects.get(slug=Tenant.PLATFORM).pk):
        operator = make_member("operator@platform.example", role=Member.Role.OPERATOR)
    browser = Client(headers={"host": "localhost"})
    sign_in(browser, operator.email)
    return browser


@pytest.mark.parametrize(
    "path",
    [
        "/files/1/a%00b", "/t/a%00b/", "/contact/a%00b/", "/en/%00", "/%00", "/static/a%00b.css", "/en/?a=%00", "/en/?%00=1",
        "/admin/accounts/member/?q=%00", "/admin/accounts/member/?role=%00", "/admin/tickets/ticket/?topic=%00",
        "/admin/accounts/member/%00/change/", "/accounts/login/?next=%00", "/accounts/invitation/%00/",
    ],
)  # fmt: skip
def test_nul_in_an_address_of_a_tenant_is_a_bad_request(site: Client, admin: Member, path: str) -> None:
    sign_in(site, admin.email)

    answer = site.get(path)

    assert (answer.status_code, answer["Content-Type"]) == (400, "text/plain; charset=utf-8")


@pytest.mark.parametrize(
    "path", ["/admin/accounts/tenant/?q=%00", "/admin/accounts/tenant/?state=%00", "/admin/a%00b/"]
)
def test_nul_in_an_address_of_the_platform_is_a_bad_request(platform_site: Client, path: str) -> None:
    assert platform_site.get(path).status_code == 400


@pytest.mark.parametrize("cookie", [r'session="aaa\000b"', "session=aaa\0b"])
@pytest.mark.parametrize("host", ["acme.localhost", "localhost"])
def test_nul_in_a_session_is_a_bad_request(house: House, host: str, cookie: str) -> None:
    assert Client(headers={"host": host, "cookie": cookie}).get("/accounts/login/").status_code == 400


def unread() -> dict[str, Any]:
    """A request whose body must not be read."""
    return {"wsgi.input": Unread()}


def test_what_only_looks_like_nul_passes(site: Client, house: House) -> None:
    assert site.get("/accounts/login/?next=%2500").status_code == 200


@pytest.mark.parametrize("path", ["/contact/refund-late/", "/accounts/login/", "/admin/", "/nowhere/"])
def test_a_body_that_is_too_large_is_not_read(site: Client, house: House, path: str) -> None:
    answer: Any = site.post(path, CONTENT_LENGTH=str(LARGEST + 1), **unread())

    page = Page(answer)
    assert answer.status_code == 413
    assert "up to 10 files of up to 25.0 MB each" in page.text


def test_a_body_that_is_too_large_is_refused_in_the_readers_language(site: Client, house: House) -> None:
    answer: Any = site.post(
        "/contact/",
        CONTENT_LENGTH=str(LARGEST + 1),
        headers={"accept-language": "ar"},
        **unread(),
    )

    assert (answer.status_code, answer["Content-Language"]) == (413, "ar")
    assert "<h1" in answer.content.decode()


def test_the_largest_body_is_let_through(site: Client, house: House) -> None:
    assert site.get("/en/", CONTENT_LENGTH=str(LARGEST)).status_code == 200


def test_a_body_without_a_length_is_not_read(site: Client, house: House) -> None:
    answer: Any = site.post(
        "/contact/refund-late/",
        CONTENT_LENGTH="",
        headers={"transfer-encoding": "chunked"},
        **unread(),
    )

    assert (answer.status_code, answer["Content-Type"]) == (411, "text/plain; charset=utf-8")


def files(count: int) -> dict[str, Any]:
    """A form with this many files in it."""
    return {"files": [SimpleUploadedFile(f"{number}.txt", b"line") for number in range(count)]}


@pytest.mark.parametrize("path", ["/contact/refund-late/", "/accounts/login/", "/nowhere/"])
def test_a_form_with_too_many_files_is_told_so(site: Client, house: House, path: str) -> None:
    answer: Any = site.post(path, files(41))

    assert answer.status_code == 413
    assert "up to 10 files of up to 25.0 MB each" in Page(answer).text


def test_a_form_that_is_no_form_is_a_bad_request(site: Client, house: House) -> None:
    answer: Any = site.generic("POST", "/contact/refund-late/", b"x", content_type="multipart/form-data")

    assert (answer.status_code, "We couldn’t read that request" in Page(answer).text) == (400, True)


def test_a_form_that_breaks_off_is_a_bad_request(site: Client, house: House) -> None:
    class Broken:
        def read(self, *_arguments: object) -> bytes:
            raise ConnectionResetError

        readline = read

    answer: Any = site.post("/contact/refund-late/", **form_from(Broken()))

    assert answer.status_code == 400


def test_a_full_disk_is_told_and_nothing_is_lost(site: Client, house: House, settings: LazySettings) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = "/dev/full/nowhere"  # no file can be made there
    large = SimpleUploadedFile("a.bin", bytes(settings.FILE_UPLOAD_MAX_MEMORY_SIZE + 1))

    answer: Any = site.post("/contact/refund-late/", {"files": large})

    assert answer.status_code == 507
    assert "what you typed is still there" in Page(answer).text


def test_a_slow_form_holds_no_transaction_open(house: House, site: Client) -> None:
    seen = []

    class Slow:
        def read(self, *_arguments: object) -> bytes:
            seen.append(current_tenant_id_or_none())
            return b""

        readline = read

    with outside_every_scope():
        site.post("/contact/refund-late/", **form_from(Slow()))

    assert seen
    assert set(seen) == {None}


def form_from(body: object) -> dict[str, Any]:
    """A form whose 50 bytes come from `body`."""
    return {"wsgi.input": body, "CONTENT_LENGTH": "50", "CONTENT_TYPE": "multipart/form-data; boundary=x"}


@contextmanager
def outside_every_scope() -> Iterator[None]:
    """The test's own scope hides whether the request has opened one."""
    token = tenancy._current.set(None)
    try:
        yield
    finally:
        tenancy._current.reset(token)
