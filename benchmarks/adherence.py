"""How often the shipped starter draws what a prompt says, measured through the program itself, from prompt to mp4.

    python benchmarks/adherence.py --language ko --count 400

The prompts are the held-out ones of the model card; each clip is written as an mp4, decoded, and read by the
analytic reader. Unlike ``training.starter.evaluate``, which samples in batches on a GPU, this makes clips as
``artifex generate`` does, on any machine.
"""

import argparse
import json
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from training.starter.prompts import questions
from training.starter.reader import Reading, read_clip

from artifex.catalog.compose import Wishes, compose
from artifex.catalog.contract import Hooks, References, VideoModel
from artifex.catalog.manifest import lock
from artifex.catalog.registry import find_model, load_model
from artifex.media.decode import frames
from artifex.media.encode import encode_video
from artifex.recipe import Recipe
from artifex.wiring import local_studio

ATTRIBUTES = ("colour", "background", "motion", "shape")
SILENT = Hooks(on_step=lambda _: None, on_checkpoint=lambda _: None, checkpoint_every=1000)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--language", choices=("en", "ko", "ru"), default="en")
    options.add_argument("--count", type=int, default=400)
    chosen = options.parse_args()
    spec = find_model("starter")
    model, right = None, Counter[str]()
    for number, question in enumerate(questions(chosen.count, chosen.language)):
        recipe = compose(spec, lock(spec), Wishes(question.prompt), seed=number)
        model = model or load_model(spec, local_studio().plan(recipe))
        reading = read_back(model, recipe)
        right.update(name for name in ATTRIBUTES if getattr(reading, name) == getattr(question.wanted, name))
    shares = {name: right[name] / chosen.count for name in ATTRIBUTES}
    print(json.dumps({"language": chosen.language, "count": chosen.count, **shares}))


def read_back(model: VideoModel, recipe: Recipe) -> Reading:
    """Make a clip, encode and decode it, and read what it shows."""
    conditioning = model.encode(recipe, References({}))
    latents = model.denoise(conditioning, recipe, SILENT, resume=None)
    with TemporaryDirectory() as folder:
        clip = Path(folder) / "clip.mp4"
        encode_video(model.decode(latents, conditioning), recipe.frame_rate, clip)
        return read_clip(np.stack(list(frames(clip))))


if __name__ == "__main__":
    main()
