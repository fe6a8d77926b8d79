"""``artifex models`` as people use it: list, add, use, remove, verify."""

import json
from pathlib import Path

import pytest

from artifex.catalog import manifest, registry
from artifex.catalog.adopt import adopt
from artifex.errors import BadInput, BadWeights, Busy, NotInstalled, WeightsDamaged
from tests.fakes.hub import FakeHub
from tests.models.conftest import Command, Place
from tests.models.paper import paper_files

PROMPT = "a red circle moves right on a blue background"


def write(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def rows(command: Command, *arguments: str) -> dict[str, dict[str, object]]:
    told = command("models", *arguments, "--json")
    assert told.returncode == 0, told.stderr
    return {row["name"]: row for row in json.loads(told.stdout)["models"]}


def test_the_list_tells_what_is_installed(command: Command, place: Place, files: dict[str, bytes]) -> None:
    before = rows(command)
    assert before["starter"]["installed"] is True
    assert before["starter"]["default"] is True
    assert (before["paper"]["installed"], before["paper"]["bytes"]) == (False, None)
    place.pull()
    assert command("models", "use", "paper").returncode == 0
    after = rows(command, "list")
    assert (after["paper"]["installed"], after["paper"]["bytes"]) == (True, sum(map(len, files.values())))
    assert [name for name, row in after.items() if row["default"]] == ["paper"]
    words = command("models").stdout
    assert "(default)" in words
    assert "not installed" in words
    assert "artifex models pull NAME" in words
    assert "CC0-1.0" in words


def test_json_may_be_asked_for_before_the_command(command: Command) -> None:
    assert "starter" in {row["name"] for row in json.loads(command("models", "--json", "list").stdout)["models"]}


def test_a_folder_named_from_another_is_remembered_by_itself(command: Command, place: Place, tmp_path: Path) -> None:
    folder = write(tmp_path / "weights", paper_files())
    (tmp_path / "here").mkdir()
    assert command("models", "add", str(tmp_path / "here" / ".." / "weights")).returncode == 0
    (tmp_path / "here").rmdir()
    assert registry.find_model("paper", place.shelf.root).folder == folder
    assert command("models", "verify", "paper").returncode == 0


def test_variants_of_one_model_stand_side_by_side(command: Command, place: Place, tmp_path: Path) -> None:
    folders = [write(tmp_path / name, paper_files(seed)) for seed, name in enumerate(("one", "two"))]
    assert command("models", "add", str(folders[0])).returncode == 0
    second = command("models", "add", str(folders[1]), "--name", "paper.v2-mine", "--json")
    assert json.loads(second.stdout)["like"] == "paper"
    specs = [registry.find_model(name, place.shelf.root) for name in ("paper", "paper.v2-mine")]
    assert [spec.folder for spec in specs] == folders
    assert manifest.lock(specs[0]).files != manifest.lock(specs[1]).files
    assert sorted(path.name for path in folders[0].iterdir()) == sorted({Path(name).parts[0] for name in paper_files()})
    taken = command("models", "add", str(folders[1]))
    assert taken.returncode == 2
    assert "--name" in taken.stderr


def test_removing_deletes_what_was_pulled_and_only_forgets_what_was_added(
    command: Command, place: Place, tmp_path: Path
) -> None:
    theirs = write(tmp_path / "theirs", paper_files(kind="card"))
    place.pull()
    adopt(place.shelf, theirs, None, lambda _: None)
    assert command("models", "use", "card").returncode == 0
    assert registry.default_model(place.shelf.root) == "card"
    for name in ("paper", "card"):
        assert command("models", "remove", name, "--yes").returncode == 0
    assert {path.relative_to(theirs).as_posix() for path in theirs.rglob("*") if path.is_file()} == set(paper_files())
    assert not place.files.exists()
    assert registry.default_model(place.shelf.root) == "starter"
    for name, words in (("paper", "not installed"), ("starter", "comes with Artifex"), ("papre", "did you mean paper")):
        refused = command("models", "remove", name)
        assert refused.returncode == 2
        assert words in refused.stderr


def test_a_model_that_is_not_installed_can_be_planned_and_not_used(command: Command) -> None:
    for arguments in (["generate", PROMPT, "--model", "paper", "-o", "clip.mp4"], ["models", "use", "paper"]):
        refused = command(*arguments, "--json")
        assert refused.returncode == 3
        error = json.loads(refused.stderr)["error"]
        assert error["code"] == "not_installed"
        assert error["message"].endswith("artifex models pull paper")


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"config.json": b'{"kind": "cloth"}'}, BadInput, "no model"),
        ({"model-00001-of-00007.safetensors": b""}, BadWeights, "cannot be read"),
        ({"model-00001-of-00007.safetensors": b"\xff" * 64}, BadWeights, "cannot be read"),
        ({"model-00001-of-00007.safetensors": b"\4\0\0\0\0\0\0\0[[]]"}, BadWeights, "cannot be read"),
        ({"model-00001-of-00007.safetensors": b"\2\0\0\0\0\0\0\0{}abc"}, BadWeights, "cannot be read"),
        ({"model.safetensors.index.json": b"[" * 100_000}, BadWeights, "cannot be read"),
        ({"model.safetensors.index.json": b'{"weight_map": {"x": "../x.safetensors"}}'}, BadWeights, "missing"),
    ],
)
def test_a_folder_that_is_no_whole_model_is_refused(
    change: dict[str, bytes], error: type[Exception], words: str, place: Place, tmp_path: Path
) -> None:
    folder = write(tmp_path / "theirs", paper_files() | change)
    with pytest.raises(error, match=words):
        adopt(place.shelf, folder, None, lambda _: None)
    assert place.shelf.installed() == {}


@pytest.mark.parametrize("name", ["", "../up", "a/b", ".hidden", "default", "x" * 65, "a b", "a.", "ü", "starter"])
def test_bad_names_are_refused(name: str, place: Place, tmp_path: Path) -> None:
    folder = write(tmp_path / "theirs", paper_files())
    with pytest.raises(BadInput):
        adopt(place.shelf, folder, name, lambda _: None)
    assert not list(tmp_path.rglob("installed.json"))


def test_missing_folders_and_files_are_refused(command: Command, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    for folder in ("nowhere", str(tmp_path / "file"), ""):
        told = command("models", "add", folder, "--json")
        assert told.returncode == 2
        assert json.loads(told.stderr)["error"]["code"] == "bad_input"


def test_files_of_other_programs_are_left_out(place: Place, tmp_path: Path) -> None:
    folder = write(
        tmp_path / "theirs",
        paper_files()
        | {".cache/x.json": b"1", ".git/y.txt": b"2", "evil.pkl": b"3", "train.py": b"4", "notes.md": b"5"},
    )
    model = adopt(place.shelf, folder, None, lambda _: None)
    assert {file.path for file in model.files} == set(paper_files())


def test_a_folder_of_links_is_read_through_them(place: Place, tmp_path: Path) -> None:
    blobs, snapshot = write(tmp_path / "blobs", paper_files()), tmp_path / "snapshot"
    for name in paper_files():
        (snapshot / name).parent.mkdir(parents=True, exist_ok=True)
        (snapshot / name).symlink_to(blobs / name)
    model = adopt(place.shelf, snapshot, None, lambda _: None)
    assert model.size == sum(map(len, paper_files().values()))
    assert manifest.verify(place.spec) == ()


def test_pulled_models_move_with_their_home(place: Place, hub: FakeHub) -> None:
    place.pull()
    moved = place.shelf.root.rename(place.shelf.root.with_name("elsewhere"))
    spec = registry.find_model("paper", moved)
    assert spec.folder == moved / "paper" / "files"
    assert len(manifest.lock(spec).files) == len(paper_files())


def test_installed_files_are_hashed_once_and_again_when_they_change(place: Place, tmp_path: Path) -> None:
    folder = write(tmp_path / "theirs", paper_files())
    adopt(place.shelf, folder, None, lambda _: None)
    spec = place.spec
    before = manifest.lock(spec)
    shard = folder / "model-00003-of-00007.safetensors"
    shard.chmod(0)  # hashing it again would fail, were we not the superuser
    assert manifest.lock(spec) == before
    shard.chmod(0o644)
    content = shard.read_bytes()
    shard.write_bytes(content[:-1] + b"\7")
    with pytest.raises(WeightsDamaged, match=r"00003.*damaged.*artifex models remove paper"):
        manifest.lock(spec)
    shard.write_bytes(content)
    assert manifest.lock(spec) == before
    shard.unlink()
    with pytest.raises(WeightsDamaged, match=r"00003.* is missing"):
        manifest.lock(spec)
    with pytest.raises(NotInstalled):
        manifest.lock(registry.find_model("card", place.shelf.root))


def test_verify_tells_each_fault_as_data(command: Command, place: Place) -> None:
    place.pull()
    (place.files / "config.json").unlink()
    (place.files / "tokenizer" / "empty.txt").write_bytes(b"no longer")
    told = command("models", "verify", "--json")
    assert told.returncode == 3
    found = {model["name"]: model for model in json.loads(told.stdout)["models"]}
    assert found["starter"] == {"name": "starter", "intact": True, "faults": []}
    assert [(Path(fault["file"]).name, fault["what"]) for fault in found["paper"]["faults"]] == [
        ("config.json", "missing"),
        ("empty.txt", "damaged"),
    ]
    assert command("models", "verify", "card").returncode == 3
    assert command("models", "verify", "no such").returncode == 2


def test_nobody_removes_what_another_process_is_at(place: Place, command: Command) -> None:
    place.pull()
    with place.shelf.hold("paper"):
        told = command("models", "remove", "paper", "--json")
    assert told.returncode == 3
    assert json.loads(told.stderr)["error"]["code"] == Busy.code
    assert manifest.verify(place.spec) == ()


@pytest.mark.parametrize(
    "damage", [b"", b"{}", b"[]", b'{"format": 2}', b"\xff", b'{"format": 1, "name": "other"}', b"[" * 100_000]
)
def test_a_damaged_record_hides_only_its_own_model(damage: bytes, place: Place, tmp_path: Path) -> None:
    adopt(place.shelf, write(tmp_path / "theirs", paper_files()), "mine", lambda _: None)
    place.pull()
    place.shelf.record_path("mine").write_bytes(damage)
    assert list(place.shelf.installed()) == ["paper"]
    assert "mine" not in registry.models(place.shelf.root)
