"""Prompts over time: converts requested marks to those of a recipe, and checks them against the model."""

from dataclasses import dataclass
from fractions import Fraction

from artifex.catalog.prompt_text import check_prompt
from artifex.catalog.spec import ModelSpec
from artifex.errors import BadInput
from artifex.recipe import PromptMark, Recipe
from artifex.units import counted

MOST_MARKS = 16
FIELD = "prompt_track"


@dataclass(frozen=True, slots=True)
class MarkWish:
    """A requested prompt that takes over during the clip, from a time in frames or in seconds."""

    at: int | Fraction
    """Frames as a whole number, seconds as a fraction."""
    prompt: str
    crossfade: int = 0
    """Frames over which it takes over."""

    def mark(self, rate: Fraction) -> PromptMark:
        """The mark in frames, at ``rate`` frames a second."""
        frame = self.at if isinstance(self.at, int) else round(self.at * rate)
        return PromptMark(frame, self.prompt, self.crossfade)


def check_track(spec: ModelSpec, recipe: Recipe) -> None:
    """Refuse a track that does not fit the model or the clip. Raises BadInput or a subclass."""
    track, last = recipe.prompt_track, recipe.frame_count - 1
    if not track:
        return
    if not spec.prompt_track:
        raise BadInput(f"{spec.name} keeps to one prompt; leave out the prompt track or choose another model.")
    if len(track) > MOST_MARKS:
        raise BadInput(f"The prompt track has {len(track)} marks; {MOST_MARKS} is the most.")
    before = 0
    for mark in track:
        check_prompt(mark.prompt, f"prompt at frame {mark.frame}", spec.limits.most_prompt_characters)
        if not 1 <= mark.frame <= last:
            raise BadInput(
                f"The prompt track has a mark at frame {mark.frame}; choose 1 to {last}, for the clip has "
                f"{counted(recipe.frame_count, 'frame')} and the first of them is the prompt's own."
            )
        if mark.frame <= before:
            raise BadInput(f"The prompt track's mark at frame {mark.frame} is not behind the one at {before}.")
        if not 0 <= mark.crossfade <= recipe.frame_count - mark.frame:
            raise BadInput(
                f"A cross-fade of {counted(mark.crossfade, 'frame')} at frame {mark.frame} goes beyond the clip; "
                f"choose 0 to {recipe.frame_count - mark.frame}."
            )
        before = mark.frame


def window_frames(spec: ModelSpec, recipe: Recipe, asked: int | None) -> int:
    """Frames of a window, 0 for the whole clip: as asked or, for a track over a long clip, the model's usual length."""
    usual = spec.defaults.frame_count if recipe.prompt_track and spec.windows else 0
    frames = usual if asked is None else asked
    return 0 if frames >= recipe.frame_count else frames


def check_window(spec: ModelSpec, recipe: Recipe) -> None:
    """Refuse a window that does not fit the model or the clip. Raises BadInput."""
    frames, step = recipe.window_frames, spec.limits.temporal
    if frames == 0:
        return
    if not spec.windows:
        raise BadInput(f"{spec.name} needs to see its picture all the time; leave out the window.")
    if not step < frames < recipe.frame_count or frames % step != 1 % step:
        raise BadInput(f"A window of {frames} frames cannot be; choose {step}n+1 from {step + 1} up, or 0 for none.")
