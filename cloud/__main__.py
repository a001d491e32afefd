"""`python -m cloud <command>`: Django's own commands, and collector, worker, web, seed and audit."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cloud.settings")
    execute_from_command_line(["bashgah-cloud", *sys.argv[1:]])
