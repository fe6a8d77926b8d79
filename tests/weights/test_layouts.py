"""The recorded checkpoints give the same networks from every layout and format."""

import json
from pathlib import Path

import gguf
import pytest
import torch

from artifex.catalog.wan.components import Components
from artifex.catalog.wan.key_names import transformer_name
from artifex.errors import WeightsDamaged
from tests.golden import authors
from tests.golden.cases import find_case
from tests.weights import rewrite
from tests.weights.rewrite import networks, same

PIPELINES = ("pipe_t2v", "pipe_i2v", "pipe_ti2v")
Checkpoint = tuple[Path, Components]


@pytest.fixture(scope="module", params=PIPELINES)
def checkpoint(request: pytest.FixtureRequest) -> Checkpoint:
    """A folder of the authors, and what is in it."""
    folder = find_case(request.param).folder / "ckpt"
    return folder, authors.components(folder)


@pytest.fixture(scope="module")
def i2v() -> Checkpoint:
    """One with two experts."""
    folder = find_case("pipe_i2v").folder / "ckpt"
    return folder, authors.components(folder)


def assert_same(ours: Components, theirs: Components) -> None:
    mine, wanted = networks(ours), networks(theirs)
    assert mine.keys() == wanted.keys()
    for name, network in mine.items():
        assert same(network, wanted[name]), name
        assert network.config == wanted[name].config
    assert ours.boundary == theirs.boundary


def test_diffusers_folder(checkpoint: Checkpoint, tmp_path: Path) -> None:
    folder, components = checkpoint
    assert_same(authors.components(rewrite.write_diffusers(components, folder, tmp_path / "model")), components)


def test_single_files(checkpoint: Checkpoint, tmp_path: Path) -> None:
    folder, components = checkpoint
    files = rewrite.write_single_files(folder, tmp_path / "model", rewrite.as_dtype(torch.float32))
    assert_same(authors.components(files), components)


@pytest.mark.parametrize("config", ["beside", "nested"])
def test_where_heads_are_told(tmp_path: Path, config: str) -> None:
    folder = find_case("pipe_ti2v").folder / "ckpt"
    files = rewrite.write_single_files(folder, tmp_path / "model", rewrite.as_dtype(torch.float32))
    text = rewrite.config_text(folder)
    texts = {"config": json.dumps({"transformer": json.loads(text)})} if config == "nested" else {}
    rewrite.as_dtype(torch.float32)(files / "wan_14B", rewrite.transformer_tensors(folder), texts)
    if config == "beside":
        (files / "config.json").write_text(text)
    assert authors.components(files).low_noise.config == authors.components(folder).low_noise.config


def test_the_config_of_another_network_is_not_asked(tmp_path: Path) -> None:
    folder = find_case("pipe_ti2v").folder / "ckpt"
    files = rewrite.write_single_files(folder, tmp_path / "model", rewrite.as_dtype(torch.float32))
    (files / "config.json").write_text(json.dumps({"d_model": 48, "num_heads": 4, "num_layers": 24}))
    with pytest.raises(WeightsDamaged, match="unknown number of heads"):
        authors.components(files)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float8_e4m3fn, torch.float8_e5m2])
def test_single_files_of_other_dtypes(i2v: Checkpoint, tmp_path: Path, dtype: torch.dtype) -> None:
    folder, components = i2v
    files = rewrite.write_single_files(folder, tmp_path / "model", rewrite.as_dtype(dtype))
    ours, theirs = authors.components(files).low_noise, components.low_noise
    for name, tensor in ours.state_dict().items():
        assert torch.equal(tensor, theirs.state_dict()[name].to(dtype).float()), name


@pytest.mark.parametrize("prefix", ["", "model.diffusion_model.", "diffusion_model."])
@pytest.mark.parametrize("scale_name", ["scale_weight", "weight_scale"])
def test_scaled_float8(i2v: Checkpoint, tmp_path: Path, prefix: str, scale_name: str) -> None:
    folder, _ = i2v
    files = rewrite.write_single_files(folder, tmp_path / "model", rewrite.as_scaled_float8(prefix, scale_name))
    ours = authors.components(files)
    assert ours.high_noise is not None
    stored = rewrite.transformer_tensors(folder / "high_noise_model")
    for name, tensor in stored.items():
        loaded = ours.high_noise.state_dict()[transformer_name(name)]
        if rewrite.is_matrix(name, tensor):
            scale, narrow = rewrite.float8(tensor)
            assert torch.equal(loaded, narrow.float() * scale), name
            assert torch.allclose(loaded, tensor, atol=float(tensor.abs().max()) / 14), name
        else:
            assert torch.equal(loaded, tensor), name


@pytest.mark.parametrize("kind", ["F32", "Q8_0", "Q4_0"])
def test_gguf(tmp_path: Path, kind: str) -> None:
    folder = find_case("pipe_ti2v").folder / "ckpt"
    quantised = gguf.GGMLQuantizationType[kind]
    files = rewrite.write_single_files(folder, tmp_path / "model", rewrite.as_gguf(quantised))
    # A head is 32 wide here, which is not usual, and GGUF has no place to say so.
    with pytest.raises(WeightsDamaged, match=r"64 channels cannot be split into an unknown number of heads"):
        authors.components(files)
    (files / "config.json").write_text(rewrite.config_text(folder))
    ours = authors.components(files).low_noise.state_dict()
    for name, tensor in rewrite.transformer_tensors(folder).items():
        wanted = tensor
        if rewrite.is_matrix(name, tensor) and tensor.shape[1] % gguf.GGML_QUANT_SIZES[quantised][0] == 0:
            wanted = torch.from_numpy(gguf.dequantize(gguf.quantize(tensor.numpy(), quantised), quantised))
        assert torch.equal(ours[transformer_name(name)], wanted), name


def test_gguf_of_another_architecture(i2v: Checkpoint, tmp_path: Path) -> None:
    write = rewrite.as_gguf(gguf.GGMLQuantizationType.F32, architecture="flux")
    files = rewrite.write_single_files(i2v[0], tmp_path / "model", write)
    with pytest.raises(WeightsDamaged, match=r"wan_high_noise\.gguf is of the architecture 'flux'"):
        authors.components(files)


def test_text_encoder_in_the_names_of_transformers(i2v: Checkpoint, tmp_path: Path) -> None:
    folder, components = i2v
    files = rewrite.write_single_files(folder, tmp_path / "model", rewrite.as_dtype(torch.float32))
    encoder = networks(components)["text_encoder"]
    tensors = {name: tensor.clone() for name, tensor in encoder.state_dict().items()}
    tensors["encoder.embed_tokens.weight"] = tensors["shared.weight"].clone()
    tensors["spiece_model"] = torch.zeros(7, dtype=torch.uint8)
    rewrite.as_dtype(torch.float32)(files / "text", tensors, {})
    assert_same(authors.components(files), components)


def test_speech_checkpoint() -> None:
    folder = find_case("pipe_s2v").folder / "ckpt"
    components = authors.components(folder)
    stored = rewrite.transformer_tensors(folder)
    assert sum(tensor.numel() for tensor in stored.values()) == sum(
        tensor.numel() for tensor in components.low_noise.state_dict().values()
    )
    assert components.voice_folder == folder / "wav2vec2-large-xlsr-53-english"
