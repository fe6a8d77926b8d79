"""How a server is to behave: who may reach it, and how much it takes from them."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Limits:
    """What is taken at once; sizes in bytes. The defaults are those of the documents (guide, "Limits")."""

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
    """A request's body that sends nothing for so long is cut."""
    requests_a_minute: int = 6000
    """Per caller."""
    sign_ins_a_minute: int = 10
    """Per address and per name."""
    clip_work: float = 32.0
    """How many times the work of its model's own clip a clip may be: pixels times frames times steps."""
    open_jobs: int = 10_000
    """Jobs of one user that are not over."""
    files: int = 10_000
    """Assets of one user."""
    bytes_kept: int = 500 * 2**30
    """Of one user's assets."""
    socket_frame_bytes: int = 2**16
    socket_messages_a_second: int = 50
    socket_backlog_bytes: int = 2**20
    """What may wait for a slow reader before it is dropped."""


@dataclass(frozen=True, slots=True)
class ApiConfig:
    """``accounts=False`` is local mode: nobody signs in, and only this machine's own browser and programs get in."""

    host: str = "127.0.0.1"
    port: int = 8188
    accounts: bool = False
    hosts: tuple[str, ...] = ()
    """Further names this server is reached by, besides localhost, 127.0.0.1, [::1] and ``host``."""
    origins: tuple[str, ...] = ()
    """Further pages that may call it, like ``https://studio.example``."""
    proxies: tuple[str, ...] = ()
    """Networks of proxies that are believed whom they speak for, like ``127.0.0.1/32``."""
    import_folders: tuple[Path, ...] = ()
    """Folders of the server that files may be imported from."""
    private_imports: bool = False
    """Tests only: let URLs of private addresses be imported."""
    slots: tuple[str, ...] = ()
    """Devices workers are started for here (``cpu``, ``gpu0``); empty: all there are; ``none``: no
    workers."""
    event_seconds: float = 0.05
    """How often the outbox of events is looked at."""
    limits: Limits = field(default_factory=Limits)
