#!/usr/bin/env python
"""Django's command line; without variables set it finds the running embedded stack of this checkout."""

import os
import sys


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
    from helpdesk.dev.environment import adopt_running_stack  # before the settings read the environment

    adopt_running_stack()
    from django.core.management import execute_from_command_line  # needs the virtual environment

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
