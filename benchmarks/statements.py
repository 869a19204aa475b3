"""How many SQL statements a request needs and how many pages of the database they touch, counted in this process
against the same database.
"""

import logging

from benchmarks.in_process import People, pages_touched
from benchmarks.meter import Counted
from benchmarks.units import HOST


def count_statements() -> dict[str, Counted]:
    """Of every unit without a file, by its name. Each is done once before it is counted."""
    logging.disable(logging.CRITICAL)  # a line a request would stand between the tables
    people = People(HOST)
    return {name: _counted(people, name) for name in people.units}


def _counted(people: People, name: str) -> Counted:
    unit = people.units[name]
    people.do(unit)  # fills what a process remembers
    before = pages_touched()
    return Counted(people.count(unit), pages_touched() - before)
