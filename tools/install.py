"""Make ``.venv`` and install Artifex into it. This is what ``make setup`` runs.

    python3 tools/install.py [--dev]

Needs Python 3.11 or newer and a package index, nothing else. Packages are installed in the versions of
``constraints.txt``: by uv if the index has it, because it is several times faster, otherwise by pip. On Linux
machines without an NVIDIA driver the CPU build of torch is installed, which saves about 3 GB: set
``UV_TORCH_BACKEND`` (``cpu``, ``cu130``, ...) to decide yourself.
"""

import argparse
import ast
import os
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
TORCH_CPU_INDEX = "https://download.pytorch.org/whl/cpu"
WITHOUT_TORCHVISION = ("spandrel", "einops")
"""Installed without dependencies, to leave out torchvision: one built for another torch also breaks diffusers and
transformers."""


def main() -> None:
    arguments = argparse.ArgumentParser(description="Make .venv and install Artifex into it.")
    arguments.add_argument("--dev", action="store_true", help="also what tests and checks need")
    dev = arguments.parse_args().dev
    extras = "[dev]" if dev else ""
    if sys.version_info < (3, 11):  # noqa: UP036 - an older Python may run this
        sys.exit(f"Artifex needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    make_venv()
    install(["-c", "constraints.txt", "-e", f".{extras}"], torch_backend())
    if dev:
        install(["-c", "constraints.txt", "--no-deps", *WITHOUT_TORCHVISION], None)
    # Saves half a second for every process, also where Python is told to write no bytecode itself.
    run([str(PYTHON), "-m", "compileall", "-q", "src"])


def make_venv() -> None:
    """Make ``.venv``, or keep an existing one if its Python still runs and is new enough."""
    probe = [str(PYTHON), "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
    if PYTHON.exists() and subprocess.run(probe, check=False).returncode == 0:
        return
    say(f"Making .venv with Python {sys.version.split()[0]}")
    if run([sys.executable, "-m", "venv", "--clear", str(VENV)]):
        return
    uv = shutil.which("uv")
    if uv and run([uv, "venv", "--seed", "--clear", "--python", sys.executable, str(VENV)]):
        return
    sys.exit(f"{sys.executable} cannot make a virtual environment. On Debian and Ubuntu: apt install python3-venv.")


def torch_backend() -> str | None:
    """The value for uv's ``--torch-backend``, or None for the index's default build of torch."""
    chosen = os.environ.get("UV_TORCH_BACKEND")
    if chosen or sys.platform != "linux" or has_nvidia_driver():
        return chosen
    try:
        urllib.request.urlopen(f"{TORCH_CPU_INDEX}/torch/", timeout=5).close()
    except (OSError, ValueError):
        return None
    return "cpu"


def has_nvidia_driver() -> bool:
    places = ("/proc/driver/nvidia", "/dev/nvidiactl", "/dev/dxg")
    return any(Path(place).exists() for place in places) or shutil.which("nvidia-smi") is not None


def install(what: list[str], backend: str | None) -> None:
    environment = {**uv_settings(), **os.environ, "UV_COMPILE_BYTECODE": "1"}
    torch = ["--torch-backend", backend] if backend else []
    say("Installing packages (the first time takes a minute or more)")
    pip = [str(PYTHON), "-m", "pip", "--quiet", "--disable-pip-version-check"]
    if run([*pip, "install", "uv"]) and run(
        [str(PYTHON), "-m", "uv", "pip", "install", "--python", str(PYTHON), *torch, *what], environment
    ):
        return
    say("uv did not manage; trying pip, which is slower")
    torch = ["--extra-index-url", TORCH_CPU_INDEX] if backend == "cpu" else []
    if not run([*pip, "install", *torch, *what]):
        sys.exit("Installing failed; the lines above say why. Is the package index within reach?")


def uv_settings() -> dict[str, str]:
    """Environment variables that give uv the package sources of pip's settings, which it does not read itself."""
    listing = subprocess.run([str(PYTHON), "-m", "pip", "config", "list"], capture_output=True, text=True, check=False)
    found: dict[str, str] = {}
    ranks = {"global": 0, "install": 1, ":env:": 2}
    lines = [line.partition("=") for line in listing.stdout.splitlines()]
    for key, _, value in sorted(lines, key=lambda line: ranks.get(line[0].rpartition(".")[0], 0)):
        found[key.rpartition(".")[2]] = str(ast.literal_eval(value))
    settings = {
        "UV_FIND_LINKS": ",".join(found.get("find-links", "").split()),
        "UV_DEFAULT_INDEX": found.get("index-url", ""),
        "SSL_CERT_FILE": found.get("cert", ""),
    }
    return {name: value for name, value in settings.items() if value}


def run(command: list[str], environment: dict[str, str] | None = None) -> bool:
    try:
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode == 0
    except OSError as error:
        print(error, file=sys.stderr)
        return False


def say(text: str) -> None:
    print(f"== {text}", flush=True)


if __name__ == "__main__":
    main()
