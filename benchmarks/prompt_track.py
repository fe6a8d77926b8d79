"""How well the shipped starter follows a prompt track: red, then blue, then green, in one film of 66 frames.

    python -m benchmarks.prompt_track --seeds 50

Each clip is made as `artifex generate` makes it, with 69 frames (4n + 1), of which the film shows the first 66. Every
frame is read: colours are right if each is seen throughout its part of the track, except within two latent frames (8
frames) of a mark. Motion is right if the shape moves in the prompts' direction in each third. A seed passes if both
are. Exits with 1 if fewer than 90 % of the seeds pass.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from training.starter.domain import DIRECTIONS
from training.starter.reader import shape_by_frame

from artifex.catalog.compose import Wishes, compose
from artifex.catalog.contract import Hooks, References, VideoModel
from artifex.catalog.manifest import lock
from artifex.catalog.presets import Values
from artifex.catalog.prompt_track import MarkWish
from artifex.catalog.registry import find_model, load_model
from artifex.media.encode import encode_video
from artifex.recipe import Recipe
from artifex.wiring import local_studio

COLOURS = ("red", "blue", "green")
MARKS = (0, 22, 44)
FILM, MADE = 66, 69
NEAR = 8
"""Tolerance in frames around a mark: two latent frames."""
BAR = 0.9
SILENT = Hooks(on_step=lambda _: None, on_checkpoint=lambda _: None, checkpoint_every=1000)


@dataclass(frozen=True)
class Verdict:
    """How one clip follows its track."""

    seed: int
    direction: str
    changes: tuple[int | None, ...]
    """Frames from each mark to where the new colour is first seen and stays; None if it never does."""
    colour: bool
    ways: tuple[float, ...]
    """Pixels moved in the prompts' direction, in each third."""
    motion: bool


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seeds", type=int, default=50)
    options.add_argument("--shape", default="circle")
    options.add_argument("--background", default="white")
    options.add_argument("--crossfade", type=int, default=0)
    options.add_argument("--window", type=int, default=None, help="frames; 0 for the whole clip at once")
    options.add_argument("--frames", type=Path, default=None, help="a folder for the clips")
    chosen = options.parse_args()
    model: VideoModel | None = None
    verdicts: list[Verdict] = []
    for seed in range(chosen.seeds):
        direction = ("right", "left", "up", "down")[seed % 4]
        recipe = tracked(chosen, direction, seed)
        model = model or load_model(find_model(recipe.model.name), local_studio().plan(recipe))
        film = made(model, recipe)[:FILM]
        verdicts.append(judge(film, seed, direction))
        print(verdicts[-1], file=sys.stderr, flush=True)
        if chosen.frames is not None:
            encode_video(iter([film]), recipe.frame_rate, chosen.frames / f"{seed}.mp4")
    report = summary(verdicts)
    print(json.dumps(report, indent=1))
    raise SystemExit(share_passed(verdicts) < BAR)


def tracked(chosen: argparse.Namespace, direction: str, seed: int) -> Recipe:
    """The recipe of one clip."""
    spec = find_model("starter")
    prompts = [
        f"a {colour} {chosen.shape} moves slowly {direction} on a {chosen.background} background" for colour in COLOURS
    ]
    track = tuple(MarkWish(at, text, chosen.crossfade) for at, text in zip(MARKS[1:], prompts[1:], strict=True))
    values = Values(frame_count=MADE, window_frames=chosen.window)
    return compose(spec, lock(spec), Wishes(prompts[0], values, prompt_track=track), seed)


def made(model: VideoModel, recipe: Recipe) -> NDArray[np.uint8]:
    """Frames [frames, height, width, 3]."""
    conditioning = model.encode(recipe, References({}))
    latents = model.denoise(conditioning, recipe, SILENT, resume=None)
    return np.concatenate(list(model.decode(latents, conditioning)))


def judge(film: NDArray[np.uint8], seed: int, direction: str) -> Verdict:
    """Read one film, [frames, height, width, 3]."""
    colours, centres = shape_by_frame(film)
    ends = [*MARKS[1:], len(film)]
    changes = tuple(
        _settled(colours[:end], colour, mark)
        for mark, end, colour in zip(MARKS[1:], ends[1:], COLOURS[1:], strict=True)
    )
    right = all(
        colours[frame] == colour
        for start, end, colour in zip(MARKS, ends, COLOURS, strict=True)
        for frame in range(start + (NEAR if start else 0), end - (NEAR if end < len(film) else 0))
    )
    heading = np.array(DIRECTIONS[direction])
    stops = [*MARKS, len(film) - 1]
    ways = tuple(round(float((centres[end] - centres[start]) @ heading), 1) for start, end in pairwise(stops))
    return Verdict(seed, direction, changes, right, ways, all(way > 0 for way in ways))


def _settled(colours: Sequence[str], colour: str, mark: int) -> int | None:
    """Frames from the mark to the first frame from which all, except the last two latent frames, have the colour."""
    last = len(colours) - NEAR
    first = next((at for at in range(mark - NEAR, last) if all(seen == colour for seen in colours[at:last])), None)
    return None if first is None else first - mark


def share_passed(verdicts: Sequence[Verdict]) -> float:
    """Share of clips with right colours and motion."""
    return sum(verdict.colour and verdict.motion for verdict in verdicts) / len(verdicts)


def summary(verdicts: Sequence[Verdict]) -> dict[str, object]:
    count = len(verdicts)
    return {
        "seeds": count,
        "colour": sum(verdict.colour for verdict in verdicts) / count,
        "motion": sum(verdict.motion for verdict in verdicts) / count,
        "passed": share_passed(verdicts),
        "changes": [verdict.changes for verdict in verdicts],
        "ways": [verdict.ways for verdict in verdicts],
    }


if __name__ == "__main__":
    main()
