"""The stack every test stands on."""

import os

import psycopg
import redis


def test_the_suite_runs_on_a_stack_of_its_own() -> None:
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        row = connection.execute("SELECT current_user, upper('straße')").fetchone()

    assert row == ("desk_app", "STRASSE")
    with redis.Redis.from_url(os.environ["REDIS_URL"]) as client:
        assert client.ping() is True
