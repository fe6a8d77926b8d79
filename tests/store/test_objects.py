"""Objects are there whole or not at all, whatever the storage and the network to it do."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from artifex.errors import BadInput, NotFound, StorageFailed
from artifex.settings import Settings
from artifex.store.objects import LocalObjects, Objects, open_objects
from artifex.store.s3 import Patience, S3Objects
from tests.fakes.ports import free_port
from tests.fakes.s3 import ENVIRONMENT, Fault, SpoilingProxy, s3_server

HASTE = Patience(attempts=5, first_pause=0.01, longest_pause=0.05, connect=1.0, silence=2.0, request=20.0)
CONTENT = bytes(range(256)) * 400


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with s3_server(tmp_path_factory.mktemp("s3")) as url:
        yield url


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def proxy(endpoint: str) -> Iterator[SpoilingProxy]:
    with SpoilingProxy(urlsplit(endpoint).port or 0) as proxy:
        yield proxy


@pytest.fixture(params=["folder", "bucket"])
def objects(request: pytest.FixtureRequest, tmp_path: Path) -> Objects:
    if request.param == "folder":
        return LocalObjects(tmp_path / "objects")
    return bucket(request.getfixturevalue("endpoint"), tmp_path)


def bucket(endpoint: str, tmp_path: Path) -> S3Objects:
    return S3Objects(f"s3://bucket/{tmp_path.name}?endpoint={endpoint}&region=us-east-1", HASTE)


def test_what_is_put_is_what_comes_back(objects: Objects, tmp_path: Path) -> None:
    objects.put("work/a/1", CONTENT)
    (tmp_path / "given").write_bytes(b"from a file")
    objects.put("work/a/2", tmp_path / "given")
    objects.put("other/b", b"")
    assert objects.get("work/a/1") == CONTENT
    objects.get_file("work/a/2", tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == b"from a file"
    assert objects.size("work/a/1") == len(CONTENT)
    assert objects.get("other/b") == b""
    assert list(objects.list("work/")) == ["work/a/1", "work/a/2"]
    assert list(objects.list("")) == ["other/b", "work/a/1", "work/a/2"]


def test_an_object_is_replaced_and_removed(objects: Objects) -> None:
    objects.put("preview", b"one")
    objects.put("preview", b"other")
    assert objects.get("preview") == b"other"
    objects.delete("preview")
    objects.delete("preview")
    assert objects.size("preview") is None
    with pytest.raises(NotFound):
        objects.get("preview")


def test_a_large_file_goes_in_parts(endpoint: str, tmp_path: Path) -> None:
    content = CONTENT * 400
    (tmp_path / "large").write_bytes(content)
    objects = bucket(endpoint, tmp_path)
    objects.put("large", tmp_path / "large")
    objects.get_file("large", tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == content


UPLOAD_FAULTS = {
    "internal error": Fault("PUT", "status", 500),
    "slow down": Fault("PUT", "status", 503),
    "timeout": Fault("PUT", "hang", seconds=2.5),
    "answer lost": Fault("PUT", "drop"),
    "success reported of nothing": Fault("PUT", "lose"),
    "body altered on its way": Fault("PUT", "flip"),
    "wrong ETag": Fault("PUT", "etag"),
    "body read back is cut": Fault("GET", "truncate"),
    "body read back is altered": Fault("GET", "flip"),
    "head fails": Fault("HEAD", "status", 500),
}


@pytest.mark.parametrize("fault", UPLOAD_FAULTS.values(), ids=UPLOAD_FAULTS.keys())
def test_an_upload_that_is_disturbed_ends_whole(
    proxy: SpoilingProxy, endpoint: str, tmp_path: Path, fault: Fault
) -> None:
    objects = bucket(proxy.url, tmp_path)
    proxy.queue(fault)
    objects.put("key", CONTENT)
    assert not proxy.faults
    undisturbed = bucket(endpoint, tmp_path)
    assert undisturbed.get("key") == CONTENT
    assert list(undisturbed.list("")) == ["key"]
    assert list(undisturbed.list("unfinished/")) == []


def test_a_copy_that_is_reported_and_lost_is_made_again(proxy: SpoilingProxy, endpoint: str, tmp_path: Path) -> None:
    objects = bucket(proxy.url, tmp_path)
    proxy.queue(Fault("HEAD", "status", 404), Fault("PUT", "etag"), Fault("PUT", "lose"))
    objects.put("key", CONTENT)
    assert bucket(endpoint, tmp_path).get("key") == CONTENT


def test_a_download_that_is_cut_is_asked_for_again(proxy: SpoilingProxy, tmp_path: Path) -> None:
    objects = bucket(proxy.url, tmp_path)
    objects.put("key", CONTENT)
    proxy.queue(Fault("GET", "truncate"), Fault("GET", "status", 503), Fault("GET", "drop"))
    assert objects.get("key") == CONTENT
    assert not proxy.faults


def test_expired_credentials_are_said_at_once(proxy: SpoilingProxy, endpoint: str, tmp_path: Path) -> None:
    proxy.queue(*[Fault("*", "status", 403)] * 3)
    with pytest.raises(StorageFailed, match="credentials"):
        bucket(proxy.url, tmp_path).put("key", CONTENT)
    assert len(proxy.seen) == 1
    assert bucket(endpoint, tmp_path).size("key") is None


def test_storage_that_keeps_failing_leaves_no_object(proxy: SpoilingProxy, endpoint: str, tmp_path: Path) -> None:
    proxy.queue(*[Fault("PUT", "flip")] * 5)
    with pytest.raises(StorageFailed, match="again"):
        bucket(proxy.url, tmp_path).put("key", CONTENT)
    assert bucket(endpoint, tmp_path).size("key") is None


def test_storage_that_cannot_be_reached_is_said(tmp_path: Path) -> None:
    with pytest.raises(StorageFailed):
        bucket(f"http://127.0.0.1:{free_port()}", tmp_path).get("key")


def test_what_is_wrong_with_a_bucket_is_said_before_it_is_needed(
    endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = bucket(endpoint, tmp_path)
    there.check()
    assert list(there.list("unfinished/")) == []
    with pytest.raises(StorageFailed, match="no bucket 'elsewhere'; create it, or correct ARTIFEX_OBJECTS"):
        S3Objects(f"s3://elsewhere/x?endpoint={endpoint}&region=us-east-1", HASTE).check()
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    with pytest.raises(StorageFailed, match="refuses this server's credentials"):
        bucket(endpoint, tmp_path).check()


def test_a_bucket_that_is_away_is_told_and_may_come_back(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    bucket(f"http://127.0.0.1:{free_port()}", tmp_path).check()
    assert "The storage does not answer" in caplog.text


def test_leftovers_of_dead_writers_are_swept(objects: Objects, tmp_path: Path) -> None:
    objects.put("key", b"kept")
    leftover = tmp_path / "objects" / "ab" / ".artifex-0123456789ab-cd" if isinstance(objects, LocalObjects) else None
    if leftover is None:
        objects.put("unfinished/1000-dead", b"half")
    else:
        leftover.parent.mkdir()
        leftover.write_bytes(b"half")
    assert list(objects.list("")) == ["key"]
    assert objects.sweep(-10.0) == 1
    assert objects.get("key") == b"kept"


@pytest.mark.parametrize(
    "address",
    ["s3://", "file:///x", "s3://u:p@bucket", "s3://bucket?endpoint=x&secret=y", "s3://bucket?endpoint=127.0.0.1:9"],
)
def test_an_address_that_is_none_is_refused(address: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        open_objects(Settings(tmp_path, objects_url=address))
