"""How many SQL statements a request needs and how many pages of the database they touch, counted in this process
against the same database.
"""

import logging

from benchmarks.in_process import People
from benchmarks.meter import Counted
from benchmarks.units import HOST, units_of_product


def count_statements() -> dict[str, Counted]:
    """Of every unit without a file, by its name."""
    logging.disable(logging.CRITICAL)  # a line a request would stand between the tables
    people = People(HOST, units_of_product)
    return {name: people.counted(name) for name in people.units}
