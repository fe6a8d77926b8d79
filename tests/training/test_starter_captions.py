"""The grammar tells every attribute in all three languages, in words the tokenizer knows."""

from random import Random

import pytest
from training.starter import captions, captions_en, captions_ko, captions_ru, prompts, text
from training.starter.domain import COLOURS, MOTIONS, SHAPES, SIZES, SPEEDS
from training.starter.telling import Telling

GRAMMARS = {"en": captions_en, "ko": captions_ko, "ru": captions_ru}


@pytest.mark.parametrize("language", captions.LANGUAGES)
def test_the_grammar_covers_every_value(language: str) -> None:
    grammar = GRAMMARS[language]
    assert set(grammar.COLOURS) == set(COLOURS)
    assert set(grammar.SHAPES) == set(SHAPES)
    assert set(grammar.WAYS) | set(grammar.ACTIONS) == set(MOTIONS)
    assert set(grammar.SIZES) == set(SIZES) - {"medium"}
    assert set(grammar.SPEEDS) == set(SPEEDS) - {"normal"}


@pytest.mark.parametrize("language", captions.LANGUAGES)
def test_a_caption_names_both_colours_and_the_shape(language: str) -> None:
    grammar = GRAMMARS[language]
    told = Telling(shape="heart", colour="green", background="white", motion="bounce")
    nouns = [noun if isinstance(noun, str) else noun[0] for noun in grammar.SHAPES["heart"]]
    for seed in range(100):
        caption = captions.write(told, language, Random(seed)).lower()
        assert any(word in caption for word in grammar.COLOURS["green"])
        assert any(word in caption for word in grammar.COLOURS["white"])
        assert any(noun in caption for noun in nouns)


@pytest.mark.parametrize("language", captions.LANGUAGES)
def test_captions_fit_and_are_known_to_the_tokenizer(language: str) -> None:
    asked = [question.prompt for question in prompts.questions(200, language)]
    ids = text.tokenize(asked)
    lengths = (ids != 0).sum(1)
    assert int(lengths.max()) < text.TOKENS
    assert (ids.gather(1, (lengths[:, None] - 1).long()) == 1).all(), "every caption ends with </s>"
    assert not (ids == 2).any(), "<unk>"


def test_the_same_scenes_are_asked_in_every_language() -> None:
    wanted = [[question.wanted for question in prompts.questions(20, language)] for language in captions.LANGUAGES]
    assert wanted[0] == wanted[1] == wanted[2]


def test_dropped_attributes_are_not_told() -> None:
    random = Random(0)
    full = Telling("star", "red", "blue", "left", "small", "fast")
    sampled = [captions.sample(full, "en", random) for _ in range(200)]
    assert any(caption.told.colour is None for caption in sampled)
    for caption in sampled:
        assert ("red" in caption.text.lower().split()) == (caption.told.colour is not None)
