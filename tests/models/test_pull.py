"""Pulling over a real connection that fails in every way: whole and true in the end, or a clear error."""

import hashlib
import json
import os
import shutil
import signal
import sys
import time
from pathlib import Path
from random import Random

import pytest

from artifex.catalog import manifest
from artifex.errors import BadInput, Busy, DownloadFailed, Offline, OutOfSpace, WeightsDamaged
from tests.fakes.hub import COMMIT, FakeHub, Fault, is_large
from tests.models.conftest import REPOSITORY, Command, Place, Run, Start

SHARD = "model-00005-of-00007.safetensors"
MOST = 1.2
"""Bytes sent by the hub over bytes of the model, at most."""


def size_of(files: dict[str, bytes]) -> int:
    return sum(map(len, files.values()))


def passing_faults(random: Random, files: dict[str, bytes]) -> dict[str, list[Fault]]:
    """Trouble that a line or a busy server makes; one file of all has its ETag changed or a byte flipped."""
    faults: dict[str, list[Fault]] = {"": [Fault("status", status=random.choice([429, 503]))][: random.randint(0, 1)]}
    for path, content in sorted(files.items()):
        trouble: list[Fault] = []
        for _ in range(random.randint(0, 3)):
            kind = random.choice(["drop", "truncate", "status"])
            status = random.choice([429, 500, 502, 503, 504])
            trouble.append(Fault(kind, random.randrange(len(content) + 1), status, random.choice(["", "1", "7"])))  # type: ignore[arg-type]
        faults[path] = trouble
    worst = random.choice([path for path in sorted(files) if is_large(path)])
    at = random.randrange(len(files[worst]))
    faults[worst] += [[Fault("flip", at)], [Fault("drop", at), Fault("etag")]][random.randrange(2)]
    return faults


def lies(random: Random, files: dict[str, bytes]) -> dict[str, list[Fault]]:
    """Passing faults, and a file that stays wrong however often it is fetched."""
    faults = passing_faults(random, files)
    path = random.choice([path for path in sorted(files) if is_large(path)])
    kind = random.choice(["flip", "length", "more", "status"])
    wrong = Fault(kind, random.randrange(len(files[path])), status=random.choice([403, 404, 418, 503]))  # type: ignore[arg-type]
    faults[path] = [wrong] * 40
    return faults


@pytest.mark.parametrize("seed", range(20))
def test_trouble_that_passes_ends_with_every_byte_right(
    seed: int, hub: FakeHub, place: Place, files: dict[str, bytes]
) -> None:
    for path, faults in passing_faults(Random(seed), files).items():
        hub.queue(path, *faults)
    pulled = place.pull()
    assert place.content() == files
    assert pulled.began == "new"
    assert {file.path: file.sha256 for file in pulled.model.files} == {
        path: hashlib.sha256(content).hexdigest() for path, content in files.items()
    }
    assert manifest.verify(place.spec) == ()
    assert place.log.here == place.log.total == size_of(files)
    assert hub.bytes_sent <= MOST * size_of(files)
    assert not place.shelf.parts_folder("paper").exists()


@pytest.mark.parametrize("seed", range(12))
def test_lies_end_with_a_clear_error_and_nothing_installed(
    seed: int, hub: FakeHub, place: Place, files: dict[str, bytes]
) -> None:
    for path, faults in lies(Random(seed), files).items():
        hub.queue(path, *faults)
    with pytest.raises(DownloadFailed) as failed:
        place.pull()
    assert 30 < len(failed.value.message) < 300
    assert hub.bytes_sent <= MOST * size_of(files)
    assert place.shelf.find("paper") is None
    assert place.content().items() <= files.items()
    kept = set(place.content())
    hub.faults.clear()
    hub.requests.clear()
    place.pull()  # the same command goes on with what is good
    assert place.content() == files
    assert not kept & {request.path for request in hub.requests}


def test_a_busy_hub_is_waited_for_as_long_as_it_asks(hub: FakeHub, place: Place) -> None:
    hub.queue(SHARD, Fault("status", status=429, retry_after="7"), Fault("status", status=503, retry_after="9999"))
    place.pull()
    assert place.waits[0] == 7
    assert place.waits[1] == 300


def test_a_list_that_breaks_off_is_asked_for_again(hub: FakeHub, place: Place) -> None:
    hub.queue("", Fault("drop"), Fault("status", status=500), Fault("drop"))
    place.pull()
    assert len(hub.listings) == 4
    hub.queue("", *[Fault("drop")] * 6)
    with pytest.raises(DownloadFailed, match="broke off while listing"):
        place.pull()


def test_attempts_without_progress_are_bounded(hub: FakeHub, place: Place, files: dict[str, bytes]) -> None:
    hub.queue(SHARD, *[Fault("drop", 100_000)] * 40)
    with pytest.raises(DownloadFailed, match="goes on from there"):
        place.pull()
    assert sum(request.path == SHARD for request in hub.requests) == 6
    assert hub.bytes_sent < size_of(files)


def test_a_server_without_ranges_costs_the_bytes_it_sends_again(hub: FakeHub, place: Place) -> None:
    hub.queue(SHARD, Fault("drop", 50_000), Fault("no ranges"))
    place.pull()
    assert [(request.first_byte, request.status) for request in hub.requests if request.path == SHARD] == [
        (0, 200),
        (0, 200),
    ]


def test_the_token_goes_to_the_hub_and_nowhere_else(hub: FakeHub, place: Place) -> None:
    place.pull()
    assert {token for server, token in hub.tokens if server == "front"} == {"Bearer secret"}
    assert {token for server, token in hub.tokens if server == "store"} == {""}


def test_a_killed_pull_goes_on_from_the_bytes_it_had(
    hub: FakeHub, start: Start, artifex: Run, place: Place, files: dict[str, bytes]
) -> None:
    hub.seconds_a_piece = 0.003
    for share in (0.3, 0.6):
        with start("models", "pull", "paper") as child:
            deadline = time.monotonic() + 30
            while hub.bytes_sent < share * size_of(files):
                assert child.poll() is None, child.communicate()
                assert time.monotonic() < deadline
                time.sleep(0.005)
            child.send_signal(signal.SIGKILL)
    hub.seconds_a_piece = 0.0
    time.sleep(0.1)
    assert place.shelf.find("paper") is None
    done = artifex("models", "pull", "paper", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["commit"] == COMMIT
    assert place.content() == files
    assert any(request.first_byte > 0 and request.status == 206 for request in hub.requests)
    assert hub.bytes_sent <= MOST * size_of(files)


def test_only_the_damaged_file_is_fetched_again(
    hub: FakeHub, command: Command, place: Place, files: dict[str, bytes]
) -> None:
    place.pull()
    with (place.files / SHARD).open("r+b") as shard:
        shard.seek(1000)
        shard.write(b"\0\0\0\0")
    told = command("models", "verify")
    assert told.returncode == 3
    assert f"{place.files / SHARD} is damaged" in told.stdout
    assert "starter: whole" in told.stdout
    hub.requests.clear()
    assert place.pull().fetched == (SHARD,)
    assert [request.path for request in hub.requests] == [SHARD]
    assert place.content() == files
    assert command("models", "verify", "paper").returncode == 0


def test_rot_that_leaves_no_trace_is_found_by_verify_and_mended_by_pull(place: Place) -> None:
    place.pull()
    shard = place.files / SHARD
    status = shard.stat()
    content = bytearray(shard.read_bytes())
    content[5000] ^= 4
    shard.write_bytes(content)
    os.utime(shard, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert [fault.path for fault in manifest.verify(place.spec)] == [shard]
    with pytest.raises(WeightsDamaged, match="artifex models pull paper"):
        manifest.lock(place.spec)
    assert place.pull().fetched == (SHARD,)
    manifest.lock(place.spec)


def test_without_a_hub_what_is_whole_is_enough(hub: FakeHub, artifex: Run, place: Place) -> None:
    nowhere = "http://127.0.0.1:9"
    absent = artifex("models", "pull", "paper", "--json", HF_HUB_OFFLINE="1")
    assert absent.returncode == 3
    assert json.loads(absent.stderr)["error"]["code"] == "offline"
    place.pull()
    for environment in ({"HF_HUB_OFFLINE": "1"}, {"HF_ENDPOINT": nowhere}):
        told = artifex("models", "pull", "paper", **environment)
        assert told.returncode == 0, told.stderr
        assert "installed and whole" in told.stdout
    (place.files / SHARD).unlink()
    place.endpoint = nowhere
    with pytest.raises(Offline, match="not whole here"):
        place.pull()


@pytest.mark.parametrize("endpoint", ["huggingface.co", "ftp://huggingface.co", "https://"])
def test_what_is_no_address_of_a_hub_is_not_asked_again_and_again(place: Place, endpoint: str) -> None:
    place.endpoint = endpoint
    with pytest.raises(DownloadFailed, match="HF_ENDPOINT"):
        place.pull()
    assert place.waits == []


def test_pulling_again_asks_for_the_commit_that_is_installed(hub: FakeHub, place: Place) -> None:
    place.pull()
    assert place.pull().began == "complete"
    assert hub.listings == ["main", COMMIT]


def test_an_update_takes_what_the_hub_has_now_and_leaves_nothing_of_the_old(
    hub: FakeHub, place: Place, files: dict[str, bytes]
) -> None:
    place.pull()
    newer = {**files, "tokenizer/words.txt": b"yellow\n"}
    del newer["tokenizer/vocabulary.txt"]
    hub.commit, hub.repositories[REPOSITORY] = "f" * 40, newer
    pulled = place.pull(update=True)
    assert pulled.fetched == ("tokenizer/words.txt",)
    assert pulled.model.source is not None
    assert pulled.model.source.commit == "f" * 40
    assert place.content() == newer


@pytest.mark.parametrize(
    "name",
    [
        "tokenizer/../../../evil.txt",
        "tokenizer/..",
        "tokenizer//x.txt",
        "tokenizer/a\\b.txt",
        "tokenizer/C:x",
        "tokenizer/a\0b",
    ],
)
def test_names_that_lead_elsewhere_are_refused(name: str, hub: FakeHub, place: Place, tmp_path: Path) -> None:
    hub.edit_listing = lambda listed: listed.append({**listed[0], "rfilename": name})
    with pytest.raises(DownloadFailed, match="not safe"):
        place.pull()
    assert place.content() == {}
    assert not hub.requests
    assert not list(tmp_path.rglob("evil*"))


def test_files_nobody_asked_for_stay_there(hub: FakeHub, place: Place) -> None:
    hub.edit_listing = lambda listed: listed.append({**listed[0], "rfilename": "../../run.pkl"})
    hub.repositories[REPOSITORY]["setup.py"] = b"import os"
    assert "setup.py" not in {file.path for file in place.pull().model.files}
    assert "setup.py" not in place.content()


@pytest.mark.parametrize("lie", [{"size": -1}, {"size": 2**60}, {"size": "12"}, {"blobId": "x"}, {"blobId": None}])
def test_a_list_that_makes_no_sense_is_refused(lie: dict[str, object], hub: FakeHub, place: Place) -> None:
    hub.edit_listing = lambda listed: listed[0].update(lie)
    with pytest.raises(DownloadFailed, match=r"config\.json"):
        place.pull()
    assert place.content() == {}


def test_a_listed_size_that_is_not_the_real_one_is_refused(hub: FakeHub, place: Place) -> None:
    def shrink(listed: list[dict[str, object]]) -> None:
        listed[0]["size"] = 3

    hub.edit_listing = shrink
    with pytest.raises(DownloadFailed, match="where it listed 3"):
        place.pull()


def test_an_index_that_promises_too_much_is_refused(hub: FakeHub, place: Place, files: dict[str, bytes]) -> None:
    index = json.loads(files["model.safetensors.index.json"])
    index["weight_map"]["blocks.9.weight"] = SHARD
    hub.repositories[REPOSITORY]["model.safetensors.index.json"] = json.dumps(index).encode()
    with pytest.raises(WeightsDamaged, match=r"blocks\.9\.weight"):
        place.pull()
    assert place.shelf.find("paper") is None


def test_a_full_disk_is_found_out_first(hub: FakeHub, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    full = shutil.disk_usage(place.shelf.root.parents[1])._replace(free=2**20)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: full)
    with pytest.raises(OutOfSpace, match="make room"):
        place.pull()
    assert not hub.requests


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits on the size of files")
def test_a_disk_that_fills_up_meanwhile_loses_nothing(hub: FakeHub, place: Place, files: dict[str, bytes]) -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, before[1]))
    try:
        with pytest.raises(OutOfSpace, match="No room left"):
            place.pull()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    [part] = [path for path in place.shelf.parts_folder("paper").iterdir() if path.suffix == ""]
    assert part.stat().st_size == 400_000
    place.pull()
    assert place.content() == files
    assert hub.bytes_sent <= MOST * size_of(files)


def test_one_process_at_a_time(place: Place) -> None:
    with place.shelf.hold("paper"), pytest.raises(Busy):
        place.pull()
    place.pull()


def test_a_model_in_one_file_has_no_index_and_no_other_file_may_be_missing(hub: FakeHub, place: Place) -> None:
    kept = hub.repositories[REPOSITORY]
    del kept["model.safetensors.index.json"]
    assert len(place.pull().model.files) == len(kept)
    for path in [path for path in kept if path.startswith("tokenizer/")]:
        del kept[path]
    hub.requests.clear()
    with pytest.raises(DownloadFailed, match=r"no file tokenizer/\*"):
        place.pull()
    assert not hub.requests


def test_an_unknown_repository_and_a_broken_record(hub: FakeHub, place: Place) -> None:
    place.pull()
    place.shelf.record_path("paper").write_text('{"format": 1, "name"')
    assert place.spec.folder is None
    hub.requests.clear()
    assert place.pull().fetched == ()
    assert not hub.requests
    hub.repositories.clear()
    with pytest.raises(DownloadFailed, match=r"does not (give|have)"):
        place.pull()


def test_what_no_hub_has_cannot_be_pulled(command: Command) -> None:
    for name in ("starter", "card"):
        told = command("models", "pull", name, "--json")
        assert told.returncode == 2
        assert json.loads(told.stderr)["error"]["code"] == BadInput.code
