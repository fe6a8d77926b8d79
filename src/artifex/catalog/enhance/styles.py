"""Styles of film: the words that call for them, and how each is described.

The descriptions are English whatever the prompt's language, because the models saw far more English in training. Each
holds a word of its aspect's vocabulary, so that enhancing a prompt twice adds nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from artifex.catalog.enhance.aspects import Aspect
from artifex.catalog.enhance.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Style:
    """One style; an aspect it has no sentence for is left open."""

    name: str
    called_by: Vocabulary
    sentences: Mapping[Aspect, str]


_STEADY = "Steady camera, balanced framing."
_NATURAL = "Natural, fluid motion."
_DEPTH = "The background suits the subject and has depth."

CINEMATIC = Style(
    "cinematic",
    Vocabulary(
        "cinematic*, cinema*, movie*, film, film-like, blockbuster*, epic, trailer*, 영화, 시네마, 예고편,"
        "кинематограф*, кино*, фильм*, эпичн*, эпическ*, трейлер*"
    ),
    {
        "look": "Cinematic look with a shallow depth of field.",
        "scene": _DEPTH,
        "light": "Soft directional light with gentle shadows.",
        "colour": "Natural colours with a restrained grade.",
        "camera": _STEADY,
        "motion": _NATURAL,
    },
)

AS_WRITTEN = Style(
    "as written",
    Vocabulary(
        "style*, pixel art, pixelated, vector*, flat design, sketch*, drawing*, drawn, doodle*, comic*, diagram*,"
        "infographic*, screen recording, minimalis*, photograph*, low-poly, voxel*, glitch*, graffiti, mosaic,"
        "스타일, 픽셀, 벡터, 스케치, 그림, 낙서, 사진, 미니멀, 모자이크,"
        "стил*, пиксел*, вектор*, эскиз*, рисун*, нарисован*, комикс*, диаграмм*, фото*, минимализ*, мозаик*"
    ),
    {"camera": _STEADY, "motion": _NATURAL},
)
"""For a style named by the author that is not in the list: adds only what suits any style."""

STYLES = (
    Style(
        "stop motion",
        Vocabulary(
            "stop-motion, claymation, clay, plasticine, puppet*, 스톱모션, 클레이, 점토, 인형극,"
            "пластилин*, кукольн*, покадров*"
        ),
        {
            "look": "Handmade stop-motion figures with the texture of clay and visible fingerprints.",
            "scene": "A small handbuilt set for a background.",
            "light": "Warm miniature studio light.",
            "camera": "Fixed camera, balanced framing.",
            "motion": "Slightly stepped motion, frame by frame.",
        },
    ),
    Style(
        "animation",
        Vocabulary(
            "animation, animated, cartoon*, 3d, cgi, 애니메이션, 카툰, 입체, 3디,"
            "анимац*, анимирован*, мультфильм*, мультяшн*, мульт, 3д"
        ),
        {
            "look": "Polished animation with clean shapes and carefully made textures.",
            "scene": _DEPTH,
            "light": "Soft global light with gentle shadows.",
            "colour": "Clear, friendly colours.",
            "camera": _STEADY,
            "motion": "Expressive, fluid motion.",
        },
    ),
    Style(
        "anime",
        Vocabulary("anime, manga, 애니메, 애니풍, 재패니메이션, 망가, аниме, манга"),
        {
            "look": "Anime drawing with clean outlines and cel shading.",
            "scene": "A painted background with depth.",
            "light": "Clear light with crisp shadows.",
            "colour": "Vivid, harmonious colours.",
            "camera": _STEADY,
            "motion": "Expressive, fluid motion.",
        },
    ),
    Style(
        "painting",
        Vocabulary(
            "watercolo*, oil painting*, painting*, painterly, gouache, impressionis*, ink wash, 수채, 유화, 회화, 수묵,"
            "акварел*, живопис*, маслом, гуаш*, импрессионис*, картин*"
        ),
        {
            "look": "Painting with visible brush strokes and the texture of paper and pigment.",
            "light": "Soft painted light.",
            "colour": "Harmonious colours that run into one another.",
            "camera": _STEADY,
            "motion": "Gentle motion, as if the paint were alive.",
        },
    ),
    Style(
        "noir",
        Vocabulary("noir, black and white, monochrome, 누아르, 느와르, 흑백, нуар*, черно-бел*, монохром*"),
        {
            "look": "Film noir, black and white with fine grain.",
            "light": "Hard low-key light with deep shadows.",
            "camera": _STEADY,
            "motion": _NATURAL,
        },
    ),
    Style(
        "vintage",
        Vocabulary(
            "vintage, retro, old film, old-fashioned, super 8, 8mm, vhs, 1920s, 1930s, 1940s, 1950s, 1960s, 1970s,"
            "1980s, 1990s, nostalgi*, 빈티지, 레트로, 복고, 옛날, 필름 느낌,"
            "винтаж*, ретро, старин*, старого фильма, старая пленка, ностальг*"
        ),
        {
            "look": "Vintage film stock with visible grain and soft edges.",
            "light": "Warm, slightly hazy light.",
            "colour": "Faded colours.",
            "camera": _STEADY,
            "motion": _NATURAL,
        },
    ),
    Style(
        "product",
        Vocabulary(
            "product*, commercial*, advert*, packshot*, e-commerce, showcase*, 제품, 상품, 광고,"
            "реклам*, продукт*, товар*, предметн*"
        ),
        {
            "look": "Product film, everything in sharp focus with fine texture.",
            "scene": "A clean background without clutter.",
            "light": "Large soft studio light with clear highlights.",
            "camera": _STEADY,
            "motion": "Smooth, measured motion.",
        },
    ),
    Style(
        "documentary",
        Vocabulary(
            "documentar*, wildlife, nature film, news*, interview*, reportage, 다큐, 인터뷰, 야생, 뉴스,"
            "документальн*, репортаж*, интервью, дик* природ*, новост*"
        ),
        {
            "look": "Documentary realism with natural detail.",
            "scene": "A true-to-life setting.",
            "light": "Natural available light.",
            "colour": "True colours.",
            "camera": "Observing camera at eye level.",
            "motion": _NATURAL,
        },
    ),
    Style(
        "dreamy",
        Vocabulary(
            "aesthetic*, dreamy, dreamlike, ethereal, surreal*, fairy*, whimsical, 몽환, 감성, 꿈같, 동화,"
            "мечтательн*, сказочн*, эстети*, сюрреал*, воздушн*"
        ),
        {
            "look": "Dreamy softness with bokeh and a shallow depth of field.",
            "scene": _DEPTH,
            "light": "Diffuse glowing light.",
            "colour": "Delicate pastel colours.",
            "camera": "Floating camera, balanced framing.",
            "motion": "Slow, gentle motion.",
        },
    ),
    CINEMATIC,
)
"""The first wins a tie."""
