"""The files of a small model in shards, as a hub would have them."""

import json

import numpy
import safetensors.numpy

SHARD_SIZES = (140, 96, 120, 64, 128, 80, 150)
"""Thousands of four-byte numbers: 256 to 600 kilobytes each, none above a fifth of the whole."""


def paper_files(seed: int = 0, kind: str = "paper") -> dict[str, bytes]:
    """Path to content: a config, a tokenizer, shards and their index."""
    generator = numpy.random.default_rng(seed)
    shards = {
        f"model-{number:05}-of-{len(SHARD_SIZES):05}.safetensors": {
            f"blocks.{number}.weight": generator.standard_normal(size * 1000, dtype=numpy.float32),
            f"blocks.{number}.bias": generator.standard_normal(16, dtype=numpy.float32),
        }
        for number, size in enumerate(SHARD_SIZES, 1)
    }
    index = {"metadata": {}, "weight_map": {name: shard for shard, held in shards.items() for name in held}}
    return {
        "config.json": json.dumps({"kind": kind}).encode(),
        "tokenizer/vocabulary.txt": b"red\ngreen\nblue\n",
        "tokenizer/empty.txt": b"",
        "model.safetensors.index.json": json.dumps(index).encode(),
        **{name: safetensors.numpy.save(tensors) for name, tensors in shards.items()},
    }
