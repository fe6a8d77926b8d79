"""Opens the media that a recipe refers to, for the model and for the sound of the finished clip."""

from fractions import Fraction

from artifex.catalog.compose import OVERLAP_FRAMES
from artifex.catalog.contract import Frames, References
from artifex.media.audio import Sound
from artifex.media.opener import Opener
from artifex.recipe import Recipe, Reference, Role
from artifex.store.blobs import Blobs

_VOICE_RATE = 16_000
_SOUND_RATE = 48_000


def open_references(recipe: Recipe, blobs: Blobs, opener: Opener) -> References:
    """All references and LoRAs of a recipe, decoded for the model. Raises BadReference."""
    frames: dict[Role, Frames] = {}
    rates: dict[Role, Fraction] = {}
    for reference in recipe.references:
        if reference.role != "audio":
            frames[reference.role] = _frames(reference, recipe, blobs, opener)
    if "pose" in frames:
        rates["pose"] = recipe.frame_rate
    voice = recipe.reference("audio")
    sound = None if voice is None else opener.open_sound(blobs.path(voice.sha256), _VOICE_RATE, channels=1)
    audio = None if sound is None else sound.samples[:, 0]
    loras = tuple((lora, blobs.path(lora.sha256)) for lora in recipe.loras)
    return References(frames, audio, rates, loras)


def open_clip_sound(recipe: Recipe, blobs: Blobs, opener: Opener) -> Sound | None:
    """The sound of the clip, which is the voice it was made from; None without one. Raises BadReference."""
    voice = recipe.reference("audio")
    return None if voice is None else opener.open_sound(blobs.path(voice.sha256), _SOUND_RATE, channels=2)


def _frames(reference: Reference, recipe: Recipe, blobs: Blobs, opener: Opener) -> Frames:
    path = blobs.path(reference.sha256)
    match reference.role:
        case "video":
            return opener.last_frames(path, OVERLAP_FRAMES)
        case "pose":
            return opener.sampled_frames(path, recipe.frame_rate, recipe.frame_count)
        case _:
            return opener.open_picture(path)[None]
