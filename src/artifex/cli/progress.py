"""Shows a job's progress on a terminal: stage, steps, time left, memory, and a small moving preview."""

from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING

import psutil
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars
from rich.text import Text

from artifex.jobs.report import Stage
from artifex.recipe import Recipe
from artifex.units import show_bytes

if TYPE_CHECKING:
    from artifex.catalog.contract import Frames, StepReport

WORDS: dict[Stage, str] = {
    "start": "Starting",
    "load": "Loading the model",
    "encode": "Reading the prompt",
    "denoise": "Denoising",
    "decode": "Decoding frames",
}
STATES = {
    "scheduled": "Waiting its time",
    "queued": "Waiting its turn",
    "paused": "Paused",
    "dispatched": "Starting",
    "finalizing": "Storing the clip",
}
"""Words for the states of a server's job outside of its stages."""
UNITS = {"denoise": "step", "decode": "frame"}
RUNGS = {
    "tile": "frames decoded in tiles",
    "offload": "more of the model in ordinary memory",
    "text-on-cpu": "the prompt read by the processor",
    "int8": "weights rounded to eight bits",
    "shrunk": "a smaller picture",
}
"""Words for the fallbacks when memory runs out."""

PREVIEW_COLUMNS = 32


class Progress:
    """A :class:`artifex.jobs.report.Report` for people; silent when ``quiet``."""

    def __init__(self, recipe: Recipe, quiet: bool) -> None:
        self.where = "before the first step"
        self._stopping = False
        self._preview: RenderableType = Text()
        self._console = Console(stderr=True, quiet=quiet)
        self._bars = Bars(
            TextColumn("{task.description:<18}"),
            BarColumn(bar_width=30),
            TaskProgressColumn(),
            TextColumn("{task.fields[count]:<14}"),
            TimeRemainingColumn(compact=True),
            TextColumn("{task.fields[memory]}"),
            console=self._console,
        )
        self._task = self._bars.add_task(WORDS["start"], total=None, count="", memory="")
        self._live = Live(get_renderable=self._render, console=self._console, refresh_per_second=4, transient=True)
        self._first_step = 0
        self._heard = ""
        self._recipe = recipe

    def __enter__(self) -> "Progress":
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def stop(self) -> None:
        """Ask the job to stop after the current step."""
        self._stopping = True
        self._bars.update(self._task, description="Stopping")

    def stopping(self) -> bool:
        return self._stopping

    def stage(self, name: Stage) -> None:
        total = {"denoise": self._recipe.steps, "decode": self._recipe.frame_count}.get(name)
        self._bars.reset(self._task, total=total, description=WORDS[name], count="", memory=self._memory())
        if name == "decode":
            self._preview = Text()
        if not self._console.is_terminal:
            self._console.print(f"{WORDS[name]} ...")

    def step(self, done: "StepReport", preview: "Callable[[], Frames]") -> None:
        self.where = f"after {_place(done.step, done)}"
        before = done.segment * done.step_count + done.step - 1
        if self._first_step == 0:
            self._first_step = before + 1
            if before > 0:
                place = _place(done.step - 1, done)
                self._console.print(f"Going on from {place}, kept by an earlier run.")
        self._bars.update(
            self._task,
            completed=before + 1,
            total=done.segment_count * done.step_count,
            count=f"step {before + 1}/{done.segment_count * done.step_count}",
            memory=self._memory(),
        )
        if self._console.color_system == "truecolor" and self._console.height > 24:
            self._preview = half_blocks(preview(), done.step)

    def frames(self, done: int, of: int) -> None:
        self.where = "while decoding"
        self._bars.update(self._task, completed=done, count=f"frame {done}/{of}", memory=self._memory())

    def gave_way(self, rung: str) -> None:
        words = RUNGS.get(rung.partition("-")[0], RUNGS.get(rung, rung))
        self._console.print(f"Memory ran out; going on from the last checkpoint with {words}.")

    def heard(self, stage: str, step: int, of: int, memory: int | None) -> None:
        """A server's job is at ``step`` of ``of`` in a stage, or waits in a state; ``memory`` of its GPU in bytes."""
        words = STATES.get(stage) or next((text for name, text in WORDS.items() if name == stage), stage.capitalize())
        if stage != self._heard:
            self._heard = stage
            self._bars.reset(self._task, total=None, description=words, count="", memory="")
            if not self._console.is_terminal:
                self._console.print(f"{words} ...")
        if stage in UNITS:
            self._bars.update(
                self._task,
                completed=step,
                total=of or None,
                count=f"{UNITS[stage]} {step}/{of}",
                memory="" if memory is None else show_bytes(memory),
            )

    def _memory(self) -> str:
        return show_bytes(psutil.Process().memory_info().rss)

    def _render(self) -> RenderableType:
        return Group(self._preview, self._bars)


def _place(step: int, done: "StepReport") -> str:
    """The step in words, with the part of the clip if it is made in several."""
    steps = f"step {step} of {done.step_count}"
    return steps if done.segment_count == 1 else f"{steps} of part {done.segment + 1} of {done.segment_count}"


def half_blocks(frames: "Frames", step: int) -> Text:
    """One frame as coloured half blocks, two pixels per character; the next frame at each step, so that it moves."""
    frame = frames[step % len(frames)]
    stride = max(1, frame.shape[1] // PREVIEW_COLUMNS)
    small = frame[::stride, ::stride]
    text = Text()
    for upper, lower in zip(small[0::2], small[1::2], strict=False):
        for above, below in zip(upper, lower, strict=True):
            style = f"rgb({above[0]},{above[1]},{above[2]}) on rgb({below[0]},{below[1]},{below[2]})"
            text.append("\N{UPPER HALF BLOCK}", style)
        text.append("\n")
    return text
