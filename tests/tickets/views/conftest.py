"""What the portal's tests share."""

from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.core.cache import cache


@pytest.fixture
def real_limits(settings: LazySettings) -> Iterator[None]:
    """The limits of the product instead of the suite's, which are a thousand times wider."""
    settings.RATE_LIMIT_SCALE = 1
    cache.clear()
    yield
    cache.clear()
