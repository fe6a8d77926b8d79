"""``python -m artifex`` runs the ``artifex`` command, for where scripts are not on the path."""

from artifex.cli.main import run

if __name__ == "__main__":
    run()
