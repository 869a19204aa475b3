"""Tests that share a running product stay in one process."""

import pytest


@pytest.mark.xdist_group("live")
def test_a_group_stands_at_the_end_of_the_id_where_xdist_reads_it(request: pytest.FixtureRequest) -> None:
    is_grouped = request.config.getoption("loadgroup", default=False)

    assert request.node.nodeid.endswith("@live") == is_grouped
