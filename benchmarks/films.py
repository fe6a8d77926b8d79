"""How fast films are written, compared with the system's ffmpeg doing the same in turn on the same machine.

    python -m benchmarks.films [--json FILE] [--rounds 5]

A film of hard cuts over three clips of 1280x720 with sound, and a proxy of one of them; each in turn with ffmpeg, with
the same encoder settings. Needs ffmpeg with libx264 (``apt-get install ffmpeg``), which also makes the clips. Exits
with 1 if a median ratio of the two speeds misses its bar.
"""

import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import av

from artifex.jobs.films.encodings import piece_codec
from artifex.jobs.films.rendering import Sources, Target, render_film
from artifex.media.encodings.encoding import Encoding
from artifex.media.looks.cube import Cube
from artifex.media.opener import Here, Opener
from artifex.media.proxies.proxy import write_proxy
from artifex.media.sandbox import Sandbox
from artifex.timeline.commands import parse_command, perform
from artifex.timeline.plan import RenderPlan, plan
from artifex.timeline.project import Project
from artifex.timeline.sources import MediaSource
from artifex.timeline.timeline import Timeline
from artifex.timeline.track import Track
from artifex.units import PixelSize

SIZE = PixelSize(width=1280, height=720)
RATE = 24
CLIP_SECONDS, CUTS, CUT_FRAMES = 8, 20, 24
THREADS = "4"
_PICTURES = (
    "testsrc2=size=1280x720:rate=24",
    "mandelbrot=size=1280x720:rate=24:maxiter=100",
    "gradients=size=1280x720:rate=24:speed=0.05",
)
_BT709 = {"colorspace": "bt709", "color_primaries": "bt709", "color_trc": "bt709", "color_range": "tv"}
_TAGS = ["-pix_fmt", "yuv420p", *(word for name, value in _BT709.items() for word in (f"-{name}", value))]
_QUIET = ["-hide_banner", "-loglevel", "error", "-nostdin", "-y"]


@dataclass(frozen=True, slots=True)
class Cut:
    clip: int
    start: int
    """First frame, within the clip."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """Ratio of our speed to ffmpeg's, in frames a second: the median over the rounds.

    ``processor`` is the ratio in frames per second of CPU time, which other work on the machine changes less.
    """

    name: str
    ours: float
    ffmpeg: float
    ratio: float
    processor: float
    bar: float | None
    rounds: list[float]

    @property
    def line(self) -> str:
        bar = "" if self.bar is None else f", bar {self.bar:g}"
        speeds = f"{self.ours:.1f} frames/s, ffmpeg {self.ffmpeg:.1f}"
        return f"{self.name}: {speeds}; ratio {self.ratio:.2f}{bar} (of processor time {self.processor:.2f})"

    @property
    def met(self) -> bool:
        return self.bar is None or self.ratio >= self.bar


class Silent:
    def frames(self, done: int, of: int) -> None: ...
    def stopping(self) -> bool:
        return False


def make_clips(folder: Path) -> list[Path]:
    clips: list[Path] = []
    for number, pictures in enumerate(_PICTURES):
        clips.append(folder / f"clip{number}.mp4")
        sound = f"sine=frequency={220 * (number + 1)}:sample_rate=48000"
        inputs = ["-f", "lavfi", "-i", pictures, "-f", "lavfi", "-i", sound, "-t", str(CLIP_SECONDS)]
        codecs = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "18", *_TAGS, "-c:a", "aac", "-ac", "2"]
        ffmpeg(*inputs, *codecs, str(clips[-1]))
    return clips


def ffmpeg(*words: str) -> None:
    subprocess.run(["ffmpeg", *_QUIET, *words], check=True)


def film_of(cuts: list[Cut]) -> RenderPlan:
    """A film of these cuts, each with its pictures on a video track and its sound on an audio track."""
    tracks = (Track("v1", "video"), Track("a1", "audio"))
    project = Project("p", "Film", Timeline(Fraction(RATE), SIZE.width, SIZE.height, tracks=tracks))
    for cut in cuts:
        source = MediaSource(
            f"c{cut.clip}", f"{cut.clip}" * 64, "video", CLIP_SECONDS * RATE, Fraction(RATE),
            width=SIZE.width, height=SIZE.height, has_sound=True,
        ).to_data()  # fmt: skip
        clip = {"start": 0, "duration": CUT_FRAMES, "source": source, "source_start": str(cut.start)}
        clips = [{"track": track, "clip": clip} for track in ("v1", "a1")]
        project = perform(project, parse_command({"edit": "append", "clips": clips}))
    return plan(project)


def export(cuts: list[Cut], clips: list[Path], folder: Path, opener: Opener) -> int:
    """Export by our renderer, with nothing cached; returns the number of frames."""
    kept = folder / "kept"
    shutil.rmtree(kept, ignore_errors=True)
    sources = Sources(opener, lambda layer: clips[int(layer.sha256[0])], no_cube)
    return render_film(film_of(cuts), Target(SIZE, Encoding(), kept), sources, folder / "ours.mp4", Silent())


def export_by_ffmpeg(cuts: list[Cut], clips: list[Path], folder: Path) -> int:
    words: list[str] = []
    for cut in cuts:
        words += ["-ss", f"{cut.start / RATE:.6f}", "-t", f"{CUT_FRAMES / RATE:.6f}", "-i", str(clips[cut.clip])]
    joined = "".join(f"[{number}:v][{number}:a]" for number in range(len(cuts)))
    graph = f"{joined}concat=n={len(cuts)}:v=1:a=1[v][a]"
    output = folder / "theirs.mp4"
    maps = ["-filter_complex", graph, "-map", "[v]", "-map", "[a]"]
    ffmpeg(*words, *maps, *_x264(dict(piece_codec(Encoding()).options)), "-c:a", "aac", "-b:a", "192k", str(output))
    return frame_count(output)


def proxy(clips: list[Path], folder: Path) -> int:
    return write_proxy(clips[0], folder / "ours-proxy.mp4")


def proxy_by_ffmpeg(clips: list[Path], folder: Path) -> int:
    output = folder / "theirs-proxy.mp4"
    options = {"preset": "ultrafast", "crf": "23", "g": "1", "tune": "fastdecode"}
    scale = ["-vf", f"scale={SIZE.width // 2}:{SIZE.height // 2}"]
    ffmpeg("-i", str(clips[0]), *scale, *_x264(options), "-c:a", "aac", "-b:a", "128k", str(output))
    return frame_count(output)


def _x264(options: dict[str, str]) -> list[str]:
    words = [word for name, value in options.items() for word in (f"-{name}:v", value)]
    return ["-c:v", "libx264", *words, "-threads", THREADS, *_TAGS, "-movflags", "+faststart"]


def frame_count(film: Path) -> int:
    with av.open(str(film)) as container:
        return container.streams.video[0].frames


def no_cube(_sha256: str) -> Cube:
    raise LookupError("no look has a table here")


def compared(name: str, ours: Callable[[], int], theirs: Callable[[], int], rounds: int, bar: float | None) -> Ratio:
    """Measure both in turn, so that other load on the machine affects both."""
    found = [(_speed(theirs), _speed(ours)) for _ in range(rounds)]
    ratios = [round(our.wall / their.wall, 3) for their, our in found]
    return Ratio(
        name,
        round(statistics.median(our.wall for _, our in found), 1),
        round(statistics.median(their.wall for their, _ in found), 1),
        statistics.median(ratios),
        round(statistics.median(our.processor / their.processor for their, our in found), 3),
        bar,
        ratios,
    )


@dataclass(frozen=True, slots=True)
class Speed:
    """Frames a second of wall-clock time, and of CPU time summed over all cores."""

    wall: float
    processor: float


def _speed(write: Callable[[], int]) -> Speed:
    began, used = time.perf_counter(), _processor_seconds()
    count = write()
    return Speed(count / (time.perf_counter() - began), count / (_processor_seconds() - used))


def _processor_seconds() -> float:
    """CPU time of this process and of its children that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def main() -> None:
    arguments = ArgumentParser(description="Measure how fast films are written, beside ffmpeg.")
    arguments.add_argument("--json", type=Path, help="write the figures there")
    arguments.add_argument("--rounds", type=int, default=5)
    chosen = arguments.parse_args()
    if shutil.which("ffmpeg") is None:
        sys.exit("This benchmark needs ffmpeg with libx264: apt-get install ffmpeg.")
    load = os.getloadavg()[0]
    chance = Random(1)
    cuts = [Cut(number % 3, chance.randrange(CLIP_SECONDS * RATE - CUT_FRAMES)) for number in range(CUTS)]
    with TemporaryDirectory(prefix="artifex-films-") as name:
        folder = Path(name)
        clips = make_clips(folder)

        def by_ffmpeg() -> int:
            return export_by_ffmpeg(cuts, clips, folder)

        results = [
            compared(title, lambda opener=opener: export(cuts, clips, folder, opener), by_ffmpeg, chosen.rounds, bar)
            for title, opener, bar in (
                ("export of 20 cuts, files of one's own", Here(), 0.9),
                ("export of 20 cuts, as a server opens files", Sandbox(), None),
            )
        ]
        results.append(
            compared("proxy", lambda: proxy(clips, folder), lambda: proxy_by_ffmpeg(clips, folder), chosen.rounds, 0.9)
        )
    for result in results:
        print(result.line, result.rounds)
    if chosen.json is not None:
        machine = {"cores": os.cpu_count(), "machine": platform.machine(), "load_before": load, "ffmpeg": version()}
        content = {"machine": machine, "film": film_facts(), "results": [asdict(result) for result in results]}
        chosen.json.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    sys.exit(0 if all(result.met for result in results) else 1)


def version() -> str:
    told = subprocess.run(["ffmpeg", "-version"], check=True, capture_output=True, text=True).stdout
    return told.split()[2]


def film_facts() -> dict[str, object]:
    settings = {**piece_codec(Encoding()).options, "threads": THREADS}
    return {"size": str(SIZE), "rate": RATE, "cuts": CUTS, "frames": CUTS * CUT_FRAMES, "x264": settings}


if __name__ == "__main__":
    main()
