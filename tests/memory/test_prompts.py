"""A text encoder that is read for each clip is gone when the memory that it took is given back."""

import weakref
from contextlib import AbstractContextManager

from artifex.catalog.execution import Execution
from artifex.catalog.wan.prompts import LentPrompts, let_go
from artifex.catalog.wan.random_components import random_components
from artifex.catalog.wan.text import PromptEncoder
from artifex.engine.attention import pick_attention
from tests.weights.test_random import SMALL


def test_it_is_gone_when_its_memory_is_given_back() -> None:
    there: list[bool] = []

    def lend() -> AbstractContextManager[PromptEncoder]:
        encoder = random_components(SMALL, Execution("cpu", "float32"), pick_attention()).prompts
        assert isinstance(encoder, PromptEncoder)
        left = weakref.ref(encoder)
        return let_go(encoder, lambda: there.append(left() is not None))

    states = LentPrompts(lend).encode(["a red circle", "grey"])
    assert [each.shape[1] for each in states] == [3, 1]
    assert there == [False]
