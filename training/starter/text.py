"""Captions as tokens, and the batches of them that training draws from."""

from concurrent.futures import ProcessPoolExecutor
from dataclasses import fields
from multiprocessing import get_context
from pathlib import Path
from random import Random

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor

from training.starter import captions
from training.starter.domain import ATTRIBUTES
from training.starter.shapes import Attributes
from training.starter.telling import Telling

TOKENS = 47  # the longest caption of the grammar has fewer
WEIGHTS = Path(__file__).parents[2] / "src/artifex/catalog/starter/weights"
TOKENIZER = WEIGHTS / "tokenizer/tokenizer.json"
UNTOLD = -100  # label of an attribute that the caption does not mention


def tellings(attributes: Attributes) -> list[Telling]:
    """The attributes by name."""
    rows = torch.stack([getattr(attributes, name) for name in ATTRIBUTES], 1).tolist()
    return [
        Telling(**{name: values[i] for (name, values), i in zip(ATTRIBUTES.items(), row, strict=True)}) for row in rows
    ]


def labels(told: Telling) -> list[int]:
    """Class indices in the order of ATTRIBUTES, UNTOLD for attributes not mentioned."""
    named = {field.name: getattr(told, field.name) for field in fields(told)}
    return [UNTOLD if named[name] is None else values.index(named[name]) for name, values in ATTRIBUTES.items()]


def tokenize(texts: list[str]) -> Tensor:
    """Token ids [N, TOKENS] int16, zero (<pad>) after the end."""
    return torch.from_numpy(_token_rows(texts))


def _token_rows(texts: list[str]) -> NDArray[np.int16]:
    tokenizer = Tokenizer.from_file(str(TOKENIZER))
    rows = np.zeros((len(texts), TOKENS), np.int16)
    for row, encoding in zip(rows, tokenizer.encode_batch(texts), strict=True):
        row[: len(encoding.ids)] = encoding.ids[:TOKENS]
    return rows


def _bank_part(told: list[Telling], languages: tuple[str, ...], seed: int) -> tuple[NDArray[np.int16], ...]:
    """One process's share of `caption_bank`; in numpy, because torch's threads do not survive a fork."""
    random = Random(seed)
    written = [captions.sample(telling, language, random) for telling in told for language in languages]
    ids = _token_rows([caption.text for caption in written])
    classes = np.array([labels(caption.told) for caption in written], np.int16)
    return ids.reshape(len(told), len(languages), -1), classes.reshape(len(told), len(languages), -1)


def caption_bank(attributes: Attributes, per_language: int, seed: int, processes: int) -> tuple[Tensor, Tensor]:
    """Captions of every clip in all languages: token ids [N, V, TOKENS] and labels [N, V, 6], both int16."""
    told = tellings(attributes)
    size = -(-len(told) // (processes * 4))
    parts = [told[i : i + size] for i in range(0, len(told), size)]
    languages = captions.LANGUAGES * per_language
    if processes == 1:
        done = [_bank_part(part, languages, seed + i) for i, part in enumerate(parts)]
    else:
        with ProcessPoolExecutor(processes, get_context("fork")) as pool:
            done = list(pool.map(_bank_part, parts, [languages] * len(parts), range(seed, seed + len(parts))))
    ids, classes = (torch.from_numpy(np.concatenate(column)) for column in zip(*done, strict=True))
    return ids, classes
