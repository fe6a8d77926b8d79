"""Prompts phrased as films are described."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artifex.catalog.enhance import enhance, enhance_for, enhance_with_model
from artifex.catalog.enhance.aspects import ASPECTS
from artifex.catalog.enhance.rules import find_style
from artifex.catalog.enhance.styles import AS_WRITTEN, STYLES
from artifex.catalog.enhance.vocabulary import normalised
from artifex.catalog.prompt_text import check_prompt
from artifex.catalog.registry import find_model
from artifex.errors import BadInput

MOST = 8000


@pytest.mark.parametrize(
    ("prompt", "style"),
    [
        ("a cat runs", "cinematic"),
        ("a cinematic chase", "cinematic"),
        ("고양이가 달린다", "cinematic"),
        ("кошка бежит", "cinematic"),
        ("an anime girl with an umbrella", "anime"),
        ("аниме про самурая", "anime"),
        ("애니풍의 소녀", "anime"),
        ("a wildlife documentary about foxes", "documentary"),
        ("야생 여우 다큐멘터리", "documentary"),
        ("документальный фильм о лисах", "documentary"),
        ("a perfume bottle, product commercial", "product"),
        ("향수 제품 광고", "product"),
        ("рекламный ролик духов", "product"),
        ("vintage footage of a fair", "vintage"),
        ("빈티지 자동차", "vintage"),
        ("винтажный автомобиль", "vintage"),
        ("a black-and-white tango", "noir"),
        ("흑백 영화 속 탱고", "noir"),
        ("чёрно-белое танго", "noir"),
        ("a watercolour fox", "painting"),
        ("수채화 여우", "painting"),
        ("акварельная лиса", "painting"),
        ("a claymation dinosaur", "stop motion"),
        ("пластилиновая ворона", "stop motion"),
        ("a 3D animated robot", "animation"),
        ("мультфильм про робота", "animation"),
        ("a dreamy, ethereal garden", "dreamy"),
        ("몽환적인 정원", "dreamy"),
        ("мечтательный сад", "dreamy"),
        ("a pixel art knight", "as written"),
        ("not a cartoon, a movie about a king", "cinematic"),
        ("만화가 아니라 영화, 애니메이션 말고", "cinematic"),
        ("не мультфильм, а кино", "cinematic"),
    ],
)
def test_the_style_is_found_in_three_languages(prompt: str, style: str) -> None:
    assert enhance(prompt, MOST).style == style


def test_the_authors_text_comes_first_and_unchanged() -> None:
    result = enhance("A  cat, running!", MOST)
    assert result.prompt == " ".join(("A  cat, running!", *result.added))
    assert enhance("a cat", MOST).prompt.startswith("a cat. ")


@pytest.mark.parametrize(
    ("prompt", "decided"),
    [
        ("a fox at night", {"scene", "light"}),
        ("밤의 여우", {"light"}),
        ("лиса ночью", {"light"}),
        ("aerial view of a city", {"camera"}),
        ("드론으로 촬영한 도시", {"camera"}),
        ("крупный план лисы", {"camera"}),
        ("a frozen dancer", {"motion"}),
        ("천천히 걷는 사람", {"motion"}),
        ("неподвижная цапля", {"motion"}),
        ("a red car", {"colour"}),
        ("빨간 자동차", {"colour"}),
        ("красная машина", {"colour"}),
        ("a fox with no bokeh", {"look"}),
        ("a cat in the snow", {"scene"}),
    ],
)
def test_what_the_author_decided_is_left_alone(prompt: str, decided: set[str]) -> None:
    result = enhance(prompt, MOST)
    sentences = find_style(normalised(prompt)).sentences
    assert {aspect for aspect, sentence in sentences.items() if sentence not in result.added} == decided


def test_a_full_description_is_not_touched() -> None:
    prompt = (
        "Film noir, fine grain. A woman in black crosses the street under hard light. "
        "Handheld camera. She moves slowly; muted colours."
    )
    assert enhance(prompt, MOST).prompt == prompt
    assert enhance(prompt, MOST).added == ()


@pytest.mark.parametrize("style", [*STYLES, AS_WRITTEN], ids=lambda style: style.name)
def test_every_sentence_speaks_of_its_aspect(style: Any) -> None:
    """So a second enhancement finds nothing to add, and a style is recognised by its own words."""
    for aspect, sentence in style.sentences.items():
        assert ASPECTS[aspect].count(normalised(sentence)), sentence


WORDS = st.sampled_from(
    [
        "a cat", "runs", "in", "night", "anime", "cartoon", "3d", "film", "movie", "product", "commercial", "retro",
        "vhs", "noir", "watercolor", "clay", "dreamy", "sketch", "wildlife", "camera", "red", "slow", "grain", "no",
        ".", ",", "고양이", "영화", "애니메이션", "수채화", "사진", "밤", "말고",
        "кошка", "фильм", "аниме", "не", "стиль", "реклама",
    ]
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=8).map(" ".join), st.integers(10, 400))
def test_enhancing_twice_adds_nothing_within_any_limit(prompt: str, most: int) -> None:
    once = enhance(prompt, most)
    twice = enhance(once.prompt, most)
    assert twice.prompt == once.prompt
    assert twice.added == ()
    assert once.prompt.startswith(prompt.rstrip())
    assert len(once.prompt) <= max(most, len(prompt))


@given(st.text(min_size=1, max_size=60))
def test_any_text_can_be_enhanced(prompt: str) -> None:
    result = enhance(prompt, MOST)
    assert result.prompt.startswith(prompt.rstrip())
    assert enhance(prompt, MOST) == result


def test_what_comes_out_is_a_prompt() -> None:
    check_prompt(enhance("빨간 원", MOST).prompt, "prompt", MOST)


def test_a_model_that_knows_few_words_refuses() -> None:
    starter = find_model("starter")
    with pytest.raises(BadInput, match="--enhance"):
        enhance_for(starter, "a red circle")
    rich = replace(starter, enhances=True)
    assert enhance_for(rich, "a red circle").prompt == enhance("a red circle", MOST).prompt


@pytest.fixture(scope="module")
def language_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A causal model of random weights, that answers in words of its tiny vocabulary."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("language")
    words = ["<unk>", "</s>", *(f"word{number}" for number in range(30))]
    tokenizer = Tokenizer(models.WordLevel({word: index for index, word in enumerate(words)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()  # pyright: ignore[reportAttributeAccessIssue]
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="<unk>", eos_token="</s>").save_pretrained(folder)
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(words), hidden_size=16, intermediate_size=32, num_hidden_layers=1, num_attention_heads=2,
        eos_token_id=None, bos_token_id=None
    )  # fmt: skip
    LlamaForCausalLM(config).save_pretrained(folder)
    return folder


def test_a_language_model_writes_the_prompt(language_model: Path) -> None:
    import torch

    drawn = torch.random.get_rng_state()
    first = enhance_with_model("a cat", MOST, language_model, seed=1)
    assert first.warning == ""
    assert first.prompt.startswith("word")
    assert enhance_with_model("a cat", MOST, language_model, seed=1) == first
    assert torch.equal(torch.random.get_rng_state(), drawn)
    assert enhance_for(replace(find_model("starter"), enhances=True), "a cat", language_model, 1) == first


_EACH = "{% for m in messages %}{{ m['content'] }} {% endfor %}word1"
_NO_SYSTEM = "{% if messages[0]['role'] == 'system' %}{{ raise_exception('No system role') }}{% endif %}" + _EACH


@pytest.fixture
def own_model(language_model: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    return shutil.copytree(language_model, tmp_path / "model")


def test_a_model_whose_conversations_have_no_system_role(own_model: Path) -> None:
    (own_model / "chat_template.jinja").write_text(_NO_SYSTEM)
    result = enhance_with_model("a cat", MOST, own_model, seed=1)
    assert result.warning == ""
    assert result.prompt.startswith("word")


def test_an_answer_that_is_too_long_is_not_used(language_model: Path) -> None:
    result = enhance_with_model("a cat", 20, language_model, seed=1)
    assert (result.prompt, result.added) == ("a cat", ())
    assert "no usable answer" in result.warning


def _missing(folder: Path) -> None:
    (folder / "model.safetensors").unlink()


def _damaged(folder: Path) -> None:
    file = folder / "model.safetensors"
    file.write_bytes(file.read_bytes()[:100])


def _pickled(folder: Path) -> None:
    import torch

    (folder / "model.safetensors").unlink()
    torch.save({}, folder / "pytorch_model.bin")


def _foreign(folder: Path) -> None:
    (folder / "config.json").write_text(json.dumps({"model_type": "nothing"}))


def _with_code(folder: Path) -> None:
    (folder / "config.json").write_text(
        json.dumps({"model_type": "own", "auto_map": {"AutoConfig": "own.Own", "AutoModelForCausalLM": "own.Own"}})
    )
    (folder / "own.py").write_text(f"open({str(folder / 'ran')!r}, 'w')\nclass Own: pass\n")


def _silent(folder: Path) -> None:
    (folder / "chat_template.jinja").write_text("{{ raise_exception('Nothing may be asked') }}")


@pytest.mark.parametrize("harm", [_missing, _damaged, _pickled, _foreign, _with_code, _silent])
def test_whatever_fails_the_authors_prompt_is_kept(own_model: Path, harm: Any) -> None:
    harm(own_model)
    result = enhance_with_model("a cat", MOST, own_model, seed=1)
    assert result.prompt == "a cat"
    assert "ARTIFEX_ENHANCER" in result.warning
    assert not (own_model / "ran").exists()


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    result = enhance_with_model("a cat", MOST, tmp_path / "nowhere", seed=1)
    assert (result.prompt, "no language model" in result.warning) == ("a cat", True)
