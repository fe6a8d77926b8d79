import pytest

from artifex.errors import BadInput
from artifex.settings import read_settings


@pytest.mark.parametrize(("text", "seconds"), [(None, 30), ("", 30), ("0", 0), (" 2.5 ", 2.5)])
def test_the_grace_of_workers(text: str | None, seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ARTIFEX_GRACE", raising=False)
    if text is not None:
        monkeypatch.setenv("ARTIFEX_GRACE", text)
    assert read_settings().grace_seconds == seconds


@pytest.mark.parametrize("text", ["thirty", "-1", "nan", "inf", "30s"])
def test_a_grace_that_is_none_is_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTIFEX_GRACE", text)
    with pytest.raises(BadInput, match="ARTIFEX_GRACE"):
        read_settings()
