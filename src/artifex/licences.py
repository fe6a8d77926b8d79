"""The packages Artifex is installed with, and the licence of each, read from their own metadata.

Metadata states the licence of a project's source. Where its binaries contain something else, or the metadata is
vague, the tables here add to it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata

PROGRAM_LICENCE = "Apache-2.0"
_PROJECT = "artifex"

_SPDX = {
    "apache 2.0 license": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "bsd": "BSD-3-Clause",
    "bsd license": "BSD-3-Clause",
    "isc license": "ISC",
    "mit license": "MIT",
}
"""Names found in metadata, in lower case -> SPDX names. BSD means three clauses in each package we use."""

_GCC_RUNTIME = "GPL-3.0-or-later WITH GCC-exception-3.1"

_NOTES = {
    "av": "Wheels contain FFmpeg (LGPL-3.0-or-later) linked with x264 and x265 (GPL-2.0-or-later). Running them is "
    "unrestricted; whoever passes these binaries on has to follow the GPL for them.",
    "certifi": "Mozilla's list of certificate authorities, unmodified.",
    "numpy": f"Wheels contain OpenBLAS (BSD-3-Clause), libgfortran ({_GCC_RUNTIME}) and libquadmath "
    "(LGPL-2.1-or-later).",
    "psycopg": "The LGPL allows using it unchanged, as is done here.",
    "psycopg-binary": "Wheels contain libpq (PostgreSQL) and OpenSSL (Apache-2.0). The LGPL allows using it unchanged.",
    "torch": f"Wheels contain libgomp ({_GCC_RUNTIME}); the CUDA build brings NVIDIA's libraries.",
}
_NVIDIA = "NVIDIA's proprietary libraries: free to use, passed on only under NVIDIA's terms."


@dataclass(frozen=True, slots=True)
class Package:
    """One installed distribution. ``note`` is empty where there is nothing to add to the licence."""

    name: str
    version: str
    licence: str
    """An SPDX expression where metadata gives one or can be read as one."""
    note: str


def installed_packages() -> tuple[Package, ...]:
    """Every installed third-party distribution that Artifex needs, by name."""
    found = {_normal(dist.name): dist for dist in _needed()}
    del found[_PROJECT]
    return tuple(_package(name, found[name]) for name in sorted(found))


def _needed() -> Iterator[metadata.Distribution]:
    """Artifex and its installed dependencies, direct or not, including those of its ``distributed`` extra."""
    from packaging.requirements import Requirement

    waiting = [Requirement(f"{_PROJECT}[distributed]")]
    seen: set[tuple[str, str]] = set()
    while waiting:
        wanted = waiting.pop()
        extras = {"", *wanted.extras}
        fresh = {(_normal(wanted.name), extra) for extra in extras} - seen
        if not fresh:
            continue
        seen |= fresh
        try:
            dist = metadata.distribution(wanted.name)
        except metadata.PackageNotFoundError:
            continue
        yield dist
        requirements = map(Requirement, dist.requires or ())
        waiting += [
            each
            for each in requirements
            if each.marker is None or any(each.marker.evaluate({"extra": extra}) for extra in extras)
        ]


def _package(name: str, dist: metadata.Distribution) -> Package:
    note = _NVIDIA if name.startswith(("nvidia-", "cuda-")) else _NOTES.get(name, "")
    return Package(dist.name, dist.version, _licence(dist), note)


def _licence(dist: metadata.Distribution) -> str:
    """The licence field if it is a name and not a whole text, or what a classifier says."""
    stated = [text for field in ("License-Expression", "License") for text in dist.metadata.get_all(field) or ()]
    classifiers = [text for text in dist.metadata.get_all("Classifier") or () if text.startswith("License :: ")]
    names = [*stated, *(text.rpartition(" :: ")[2] for text in classifiers)]
    named = next((name for name in names if 0 < len(name) < 200 and "\n" not in name), "not stated")
    return _SPDX.get(named.lower(), named)


def _normal(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")
