"""The published Wan checkpoints as data: what each can do, the authors' defaults, and where its files come from."""

from dataclasses import replace
from fractions import Fraction

from artifex.catalog.spec import Defaults, Hub, Limits, ModelSpec
from artifex.units import PixelSize

# The authors' negative prompts, in the language that the networks were trained with.
_NEGATIVE = (
    "色调艳丽，过曝，静态，细节模糊不清，字幕，风格，作品，画作，画面，静止，整体发灰，最差质量，低质量，JPEG压缩残留，丑陋的，残缺的，"
    "多余的手指，画得不好的手部，画得不好的脸部，畸形的，毁容的，形态畸形的肢体，手指融合，静止不动的画面，杂乱的背景，三条腿，背景人很多，倒着走"
)
_NEGATIVE_SPEECH = (
    "画面模糊，最差质量，画面模糊，细节模糊不清，情绪激动剧烈，手快速抖动，字幕，丑陋的，残缺的，多余的手指，画得不好的手部，"
    "画得不好的脸部，畸形的，毁容的，形态畸形的肢体，手指融合，静止不动的画面，杂乱的背景，三条腿，背景人很多，倒着走"
)

_TEXT_FILES = ("models_t5_umt5-xxl-enc-bf16.pth", "google/umt5-xxl/*")
_NETWORK_FILES = ("config.json", "diffusion_pytorch_model*.safetensors", "diffusion_pytorch_model*.index.json")
_EXPERT_FILES = tuple(f"{expert}_noise_model/{name}" for expert in ("high", "low") for name in _NETWORK_FILES)
_CLIP_FILES = ("models_clip_open-clip-xlm-roberta-large-vit-huge-14.pth",)
_VOICE_FILES = ("wav2vec2-large-xlsr-53-english/*",)


def _hub(repository: str, *files: str) -> Hub:
    return Hub(f"Wan-AI/{repository}", "main", (*_TEXT_FILES, *files))


_LIMITS = Limits(
    grid=16,
    temporal=4,
    smallest=PixelSize(64, 64),
    largest=PixelSize(2048, 2048),
    most_frames=241,
)
_FILM = Defaults(
    size=PixelSize(1280, 720),
    frame_count=81,
    frame_rate=Fraction(16),
    steps=40,
    guidance=(3.0, 4.0),
    shift=12.0,
    negative_prompt=_NEGATIVE,
)
_OLDER = replace(_FILM, steps=50, guidance=(5.0, 5.0), shift=5.0)
_480P = PixelSize(832, 480)
_APACHE = "https://www.apache.org/licenses/LICENSE-2.0"

_T2V_A14B = ModelSpec(
    name="wan2.2-t2v-a14b",
    title="Wan2.2 text to video, two experts of 14B",
    family="wan",
    folder=None,
    licence="Apache-2.0",
    tasks=("t2v",),
    accepts=(),
    accuracies=("exact", "high", "fast"),
    defaults=_FILM,
    limits=_LIMITS,
    experts=2,
    sizes=(_480P,),
    hub=_hub("Wan2.2-T2V-A14B", "Wan2.1_VAE.pth", *_EXPERT_FILES),
    licence_url=_APACHE,
)
_I2V_A14B = replace(
    _T2V_A14B,
    name="wan2.2-i2v-a14b",
    title="Wan2.2 picture to video, two experts of 14B",
    tasks=("i2v",),
    accepts=("image", "last_image", "video"),
    shaped_by_picture=True,
    defaults=replace(_FILM, guidance=(3.5, 3.5), shift=5.0),
    hub=_hub("Wan2.2-I2V-A14B", "Wan2.1_VAE.pth", *_EXPERT_FILES),
)
_TI2V_5B = replace(
    _T2V_A14B,
    name="wan2.2-ti2v-5b",
    title="Wan2.2 text or picture to video, 5B",
    tasks=("t2v", "i2v"),
    accepts=("image", "video"),
    shaped_by_picture=True,
    defaults=replace(
        _FILM,
        size=PixelSize(1280, 704),
        frame_count=121,
        frame_rate=Fraction(24),
        steps=50,
        guidance=(5.0, 5.0),
        shift=5.0,
    ),
    limits=replace(_LIMITS, grid=32),
    experts=1,
    sizes=(),
    hub=_hub("Wan2.2-TI2V-5B", "Wan2.2_VAE.pth", *_NETWORK_FILES),
)
_S2V_14B = replace(
    _T2V_A14B,
    name="wan2.2-s2v-14b",
    title="Wan2.2 voice and picture to video, 14B",
    tasks=("s2v",),
    accepts=("image", "audio", "pose"),
    shaped_by_picture=True,
    defaults=replace(
        _FILM,
        size=PixelSize(1024, 704),
        frame_count=80,
        guidance=(4.5, 4.5),
        shift=3.0,
        negative_prompt=_NEGATIVE_SPEECH,
    ),
    limits=replace(_LIMITS, grid=64, temporal=1, most_frames=16 * 60 * 10),
    experts=1,
    sizes=(),
    prompt_track=False,
    hub=_hub("Wan2.2-S2V-14B", "Wan2.1_VAE.pth", *_NETWORK_FILES, *_VOICE_FILES),
)
_T2V_14B = replace(
    _T2V_A14B,
    name="wan2.1-t2v-14b",
    title="Wan2.1 text to video, 14B",
    defaults=_OLDER,
    experts=1,
    hub=_hub("Wan2.1-T2V-14B", "Wan2.1_VAE.pth", *_NETWORK_FILES),
)
_T2V_1B = replace(
    _T2V_14B,
    name="wan2.1-t2v-1.3b",
    title="Wan2.1 text to video, 1.3B",
    defaults=replace(_OLDER, size=_480P, guidance=(6.0, 6.0), shift=8.0),
    sizes=(),
    hub=_hub("Wan2.1-T2V-1.3B", "Wan2.1_VAE.pth", *_NETWORK_FILES),
)
_I2V_14B_720P = replace(
    _T2V_14B,
    name="wan2.1-i2v-14b-720p",
    title="Wan2.1 picture to video at 720p, 14B",
    tasks=("i2v",),
    accepts=("image", "video"),
    shaped_by_picture=True,
    defaults=replace(_OLDER, steps=40),
    hub=_hub("Wan2.1-I2V-14B-720P", "Wan2.1_VAE.pth", *_NETWORK_FILES, *_CLIP_FILES),
)
_I2V_14B_480P = replace(
    _I2V_14B_720P,
    name="wan2.1-i2v-14b-480p",
    title="Wan2.1 picture to video at 480p, 14B",
    defaults=replace(_OLDER, size=_480P, steps=40, shift=3.0),
    sizes=(),
    hub=_hub("Wan2.1-I2V-14B-480P", "Wan2.1_VAE.pth", *_NETWORK_FILES, *_CLIP_FILES),
)

CHECKPOINTS = (_T2V_A14B, _I2V_A14B, _TI2V_5B, _S2V_14B, _T2V_14B, _T2V_1B, _I2V_14B_480P, _I2V_14B_720P)
