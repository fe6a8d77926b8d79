"""A client for a studio's server::

    from pathlib import Path
    from artifex.client import Client

    with Client("http://127.0.0.1:8188") as studio:
        job = studio.generate("a red circle moves right on a blue background")
        for event in job.follow():
            print(event.state, event.progress.step, event.progress.of)
        job.download(Path("clip.mp4"))

:class:`AsyncClient` is the same for asyncio. Neither needs a GPU, a model or torch.
"""

from artifex.client.answers import (
    ENDS,
    Asset,
    AssetPage,
    Board,
    EnhancedPrompt,
    Job,
    JobError,
    JobEvent,
    JobPage,
    Progress,
    Share,
)
from artifex.client.awaiting import AsyncClient, AsyncRunningJob
from artifex.client.blocking import Client, RunningJob

__all__ = [
    "ENDS",
    "Asset",
    "AssetPage",
    "AsyncClient",
    "AsyncRunningJob",
    "Board",
    "Client",
    "EnhancedPrompt",
    "Job",
    "JobError",
    "JobEvent",
    "JobPage",
    "Progress",
    "RunningJob",
    "Share",
]
