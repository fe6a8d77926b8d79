"""Configuration of the API server: who may reach it, and its limits."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits on requests and on what a user may keep; sizes in bytes. The guide documents the defaults ("Limits")."""

    json_bytes: int = 2**20
    json_depth: int = 32
    form_fields: int = 64
    form_files: int = 4
    form_part_bytes: int = 8 * 2**20
    image_bytes: int = 25 * 2**20
    video_bytes: int = 512 * 2**20
    audio_bytes: int = 100 * 2**20
    lora_bytes: int = 4 * 2**30
    body_idle_seconds: float = 30.0
    """A request whose body pauses for this long is aborted."""
    requests_a_minute: int = 6000
    """Per caller."""
    sign_ins_a_minute: int = 10
    """Per address and per name."""
    clip_work: float = 32.0
    """The most work of one clip (pixels times frames times steps), as a multiple of its model's default clip."""
    open_jobs: int = 10_000
    """Unfinished jobs of one user."""
    files: int = 10_000
    """Assets of one user."""
    bytes_kept: int = 500 * 2**30
    """Total size of one user's assets."""
    socket_frame_bytes: int = 2**16
    socket_messages_a_second: int = 50
    socket_backlog_bytes: int = 2**20
    """Unsent events of one slow reader, beyond which it is disconnected."""


@dataclass(frozen=True, slots=True)
class ApiConfig:
    """``accounts=False`` is local mode: nobody signs in, and only this machine's own browser and programs get in."""

    host: str = "127.0.0.1"
    port: int = 8188
    accounts: bool = False
    hosts: tuple[str, ...] = ()
    """Further host names of this server, besides localhost, 127.0.0.1, [::1] and ``host``."""
    origins: tuple[str, ...] = ()
    """Further origins whose pages may call it, like ``https://studio.example``."""
    proxies: tuple[str, ...] = ()
    """Networks of trusted proxies, whose forwarding headers are believed, like ``127.0.0.1/32``."""
    import_folders: tuple[Path, ...] = ()
    """Folders of the server that files may be imported from."""
    private_imports: bool = False
    """Tests only: let URLs of private addresses be imported."""
    slots: tuple[str, ...] = ()
    """Devices to start workers for (``cpu``, ``gpu0``); empty: all devices; ``none``: no workers."""
    event_seconds: float = 0.05
    """Interval at which the outbox of events is polled."""
    limits: Limits = field(default_factory=Limits)
