"""Builds the importer of files into the library, with the server's settings and the caller's limits."""

from artifex.api.service import Caller, Service
from artifex.jobs.importing import Importer, Sizes
from artifex.store.assets import Quota
from artifex.store.fetch import Fetcher


def importer_of(the: Service, asks: Caller) -> Importer:
    limits = the.limits_of(asks)
    return Importer(
        the.assets,
        the.settings.uploads,
        Sizes(limits.image_bytes, limits.video_bytes, limits.audio_bytes, limits.lora_bytes),
        Quota(limits.files, limits.bytes_kept),
        _LOCAL if the.config.private_imports else Fetcher(),
    )


_LOCAL = Fetcher(allowed=frozenset(("127.0.0.1", "::1")), ports=range(1, 2**16))
