import pytest

from artifex.errors import BadInput
from artifex.logs import set_up_logs
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


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("ARTIFEX_DATABSE", "ARTIFEX_DATABASE"),
        ("ARTIFEX_DATABASE_URL", "ARTIFEX_DATABASE"),
        ("ARTIFEX_OBJECT", "ARTIFEX_OBJECTS"),
        ("ARTIFEX_BROKER_URL", "ARTIFEX_BROKER"),
        ("ARTIFEX_SECERT", "ARTIFEX_SECRET"),
    ],
)
def test_a_variable_that_is_misspelt_is_refused(wrong: str, right: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(wrong, "x")
    with pytest.raises(BadInput, match=f"{wrong} is set, which means nothing; {right} does"):
        read_settings()


def test_variables_of_others_mean_nothing_to_us(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of deploy/ and of the tests."""
    for name in ("OPTIONS", "PUBLIC_HOST", "PROXY", "TORCH", "FAULT_RUNS", "FAULT_SEED", "GOLDENS", "KILLS", "TRACES"):
        monkeypatch.setenv(f"ARTIFEX_{name}", "x")
    read_settings()


@pytest.mark.parametrize("level", ["VERBOSE", "debug please"])
def test_a_level_of_the_log_that_is_none_is_refused(level: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTIFEX_LOG", level)
    with pytest.raises(BadInput, match=r"ARTIFEX_LOG is .*; choose DEBUG, INFO, WARNING or ERROR"):
        set_up_logs()
