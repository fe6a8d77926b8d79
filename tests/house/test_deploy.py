"""What deploy/ says agrees with the program, with itself and with the repository."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml
from sqlalchemy.engine import make_url

from artifex.cli.main import app
from artifex.settings import PREFIX, VARIABLES, Settings, read_settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
GPU: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.gpu.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, Any] = COMPOSE["services"]
DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
COMMANDS = typer.main.get_command(app).commands  # pyright: ignore[reportAttributeAccessIssue]
OURS = ("api", "worker")


def variables(text: str) -> set[str]:
    """Names that a compose file takes from the environment."""
    return set(re.findall(r"(?<!\$)\$\{([A-Z0-9_]+)", text))


def steps(name: str) -> list[str]:
    """The Dockerfile's instructions of one kind, continued lines joined."""
    joined = re.sub(r"\\\n", " ", re.sub(r"^#.*\n", "", DOCKERFILE, flags=re.MULTILINE))
    return re.findall(rf"^{name} +(.*)$", joined, re.MULTILINE)


def read_by_the_program() -> set[str]:
    """Environment variables that the package's sources name."""
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py"))
    return set(re.findall(r"ARTIFEX_[A-Z]+", sources))


def test_what_the_program_reads_is_what_it_knows_how_to_spell() -> None:
    assert read_by_the_program() == {f"{PREFIX}{name}" for name in VARIABLES}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_refers_to_what_is_declared(service: str) -> None:
    spec = SERVICES[service]
    named = {volume.partition(":")[0] for volume in spec.get("volumes", ())}
    assert named <= COMPOSE["volumes"].keys()
    assert set(spec.get("networks", ())) <= COMPOSE["networks"].keys()
    assert {each["source"] for each in spec.get("configs", ())} <= COMPOSE["configs"].keys()
    for other, wanted in spec.get("depends_on", {}).items():
        assert wanted["condition"] != "service_healthy" or "healthcheck" in SERVICES[other] or other in OURS


def test_only_the_server_is_reached_and_only_from_this_machine() -> None:
    ports = {name: spec["ports"] for name, spec in SERVICES.items() if "ports" in spec}
    assert ports == {"api": ["127.0.0.1:8188:8188"]}
    assert COMPOSE["networks"]["back"]["internal"]
    assert all("front" not in spec["networks"] for name, spec in SERVICES.items() if name not in OURS)


@pytest.mark.parametrize("service", OURS)
def test_our_containers_have_no_more_rights_than_they_need(service: str) -> None:
    spec = SERVICES[service]
    assert spec["read_only"]
    assert spec["cap_drop"] == ["ALL"]
    assert spec["security_opt"] == ["no-new-privileges:true"]


def test_images_of_others_have_a_version() -> None:
    images = [spec["image"] for name, spec in SERVICES.items() if name not in OURS]
    assert all(re.fullmatch(r"[\w./-]+:\d[\w.-]*", image) for image in images)


def test_every_variable_of_the_compose_file_is_in_the_example() -> None:
    example = (DEPLOY / ".env.example").read_text(encoding="utf-8")
    assert variables((DEPLOY / "compose.yaml").read_text(encoding="utf-8")) == set(
        re.findall(r"^([A-Z0-9_]+)=", example, re.MULTILINE)
    )


@pytest.mark.parametrize("service", OURS)
def test_our_containers_are_told_what_the_program_reads(service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    environment: dict[str, str] = SERVICES[service]["environment"]
    assert {name for name in environment if name.startswith("ARTIFEX_")} <= read_by_the_program()
    for name, value in environment.items():
        monkeypatch.setenv(name, re.sub(r"\$\{[^}]*\}", "secret", value))
    settings = read_settings()
    assert make_url(settings.database_url).host in SERVICES
    for url, other in ((settings.broker_url, "valkey"), (settings.objects_url, "objects")):
        assert other in url
    assert settings.objects_url.startswith("s3://artifex?")
    assert "artifex" in SERVICES["bucket"]["command"][0]


@pytest.mark.parametrize("command", [SERVICES[name]["command"] for name in OURS], ids=OURS)
def test_our_containers_run_commands_that_exist(command: list[str]) -> None:
    assert_options_exist(command)


def test_the_broker_forgets_nothing_while_it_lives_and_wants_a_password() -> None:
    command = SERVICES["valkey"]["command"][-1]
    for option in ("--appendonly yes", "--maxmemory-policy noeviction", "--requirepass"):
        assert option in command


def test_the_gpu_file_only_adds_to_services_that_exist() -> None:
    assert GPU["services"].keys() <= SERVICES.keys()


def test_the_image_copies_only_what_exists_and_is_let_through() -> None:
    copied = [word for step in steps("COPY") if "--from" not in step for word in step.split()[:-1]]
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    let_through = {line.removeprefix("!") for line in ignored if line.startswith("!")}
    assert set(copied) == let_through
    assert all((ROOT / name).exists() for name in copied)


def test_the_image_runs_as_nobody_special_and_answers_for_itself() -> None:
    assert steps("USER") == ["10001:10001"]
    (check,) = steps("HEALTHCHECK")
    assert "http://127.0.0.1:8188/healthz" in check
    assert steps("EXPOSE") == ["8188"]


def test_the_image_runs_a_command_that_exists() -> None:
    (command,) = steps("CMD")
    assert steps("ENTRYPOINT") == ['["artifex"]']
    assert_options_exist(yaml.safe_load(command))


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_runs_a_command_that_exists(unit: Path) -> None:
    (line,) = re.findall(r"^ExecStart=(.*)$", unit.read_text(encoding="utf-8"), re.MULTILINE)
    program, *words = shlex.split(line)
    assert program == "/opt/artifex/bin/artifex"
    assert_options_exist([word for word in words if not word.startswith("$")])


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_lets_the_sandbox_have_its_namespaces(unit: Path) -> None:
    """They are asked for at once, so that one which is refused leaves the sandbox without any."""
    jail = (ROOT / "src" / "artifex" / "media" / "jail.py").read_text(encoding="utf-8")
    asked = {name.lower() for name in re.findall(r"\b_CLONE_NEW([A-Z]+)\b", jail)}
    (allowed,) = re.findall(r"^RestrictNamespaces=(.*)$", unit.read_text(encoding="utf-8"), re.MULTILINE)
    assert asked == set(allowed.split())


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_waits_for_longer_than_a_job_may_take_to_stop(unit: Path) -> None:
    (seconds,) = re.findall(r"^TimeoutStopSec=(.*)$", unit.read_text(encoding="utf-8"), re.MULTILINE)
    assert int(seconds) > Settings(ROOT).grace_seconds + 20  # connections end, and the database is told


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="service: systemd-analyze is not here")
def test_systemd_understands_a_unit(unit: Path, tmp_path: Path) -> None:
    text = unit.read_text(encoding="utf-8").replace("/opt/artifex/bin/artifex", sys.executable)
    copy = tmp_path / unit.name.replace("@.", "@gpu0.")
    copy.write_text(text, encoding="utf-8")
    command = ["systemd-analyze", "verify", "--man=no", str(copy)]
    verdict = subprocess.run(command, check=False, capture_output=True, text=True, timeout=30, env={**os.environ})
    assert (verdict.returncode, verdict.stderr) == (0, "")


def assert_options_exist(words: list[str]) -> None:
    command, *rest = words
    known = {option for parameter in COMMANDS[command].params for option in parameter.opts}
    assert {word for word in rest if word.startswith("--")} <= known
