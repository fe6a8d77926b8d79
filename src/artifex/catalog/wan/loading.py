"""Loads networks from files, with no more memory than they need."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from artifex.catalog.wan.clip import check_picture_encoder
from artifex.catalog.wan.key_names import transformer_name
from artifex.catalog.wan.layouts.parts import Part, Parts
from artifex.catalog.wan.s2v.config import SpeechConfig
from artifex.catalog.wan.s2v.key_names import speech_name
from artifex.catalog.wan.transformer import WanTransformer
from artifex.catalog.wan.transformer_config import TransformerConfig
from artifex.catalog.wan.umt5 import UMT5Encoder
from artifex.catalog.wan.vae import WanVAE
from artifex.engine.attention import Attention, pick_attention
from artifex.engine.weights.contract import TensorSource
from artifex.engine.weights.empty import Network, build_empty
from artifex.engine.weights.fill import Place, Prepare, check_match, fill
from artifex.engine.weights.float8 import DequantisedFloat8
from artifex.engine.weights.mapped import MappedTensors
from artifex.engine.weights.renamed import Renamed
from artifex.engine.weights.stored import REMEDY
from artifex.errors import WeightsDamaged


def load_transformer(part: Part, attention: Attention, prepare: Prepare[WanTransformer]) -> WanTransformer:
    """A transformer of any kind. Raises WeightsDamaged."""
    return _load(*_transformer(part, attention), prepare)


def empty_transformer(part: Part, attention: Attention, prepare: Prepare[WanTransformer]) -> WanTransformer:
    """A transformer without values, for the expert that another process has; ``prepare`` is not called."""
    return build_empty(_transformer(part, attention)[1])


def build_transformer(config: TransformerConfig, attention: Attention) -> WanTransformer:
    """An empty transformer of the class that its config calls for."""
    if not isinstance(config, SpeechConfig):
        return WanTransformer(config, attention)
    from artifex.catalog.wan.s2v.network import SpeechTransformer

    return SpeechTransformer(config, attention)


def load_text_encoder(part: Part, prepare: Prepare[UMT5Encoder]) -> UMT5Encoder:
    """The umT5 encoder. Raises WeightsDamaged."""
    return _load(part, _text_encoder(part), prepare)


def load_vae(part: Part, prepare: Prepare[WanVAE]) -> WanVAE:
    """The VAE. Raises WeightsDamaged."""
    return _load(part, _vae(part), prepare)


def load_decoder(part: Part, prepare: Prepare[WanVAE]) -> WanVAE:
    """A VAE that can only decode; its encoder has no values. Raises WeightsDamaged."""

    def prepare_decoder(vae: WanVAE, source: TensorSource) -> Place:
        place = prepare(vae, source)
        kept = ("decoder.", "post_quant_conv.")
        return lambda name, tensor: place(name, tensor) if name.startswith(kept) else tensor.to("meta")

    return _load(part, _vae(part), prepare_decoder)


def check_parts(parts: Parts) -> None:
    """Check names and shapes of all tensors against their networks, without reading values.

    Raises:
        WeightsDamaged: naming the first tensor that is missing, unexpected or misshapen.
    """
    attention = pick_attention()
    for part in (parts.high_noise, parts.low_noise):
        if part is not None:
            _open(*_transformer(part, attention))
    _open(parts.text_encoder, _text_encoder(parts.text_encoder))
    _open(parts.vae, _vae(parts.vae))
    if parts.clip is not None:
        check_picture_encoder(tensors_of(parts.clip))


def tensors_of(part: Part) -> TensorSource:
    """The weights of a part under their stored names, with float8 dequantised."""
    return DequantisedFloat8(MappedTensors(part.files))


def usual_boundary(config: TransformerConfig) -> float:
    """Where the authors switch experts, not stated in checkpoints; higher (earlier) for models that see a picture."""
    return 0.9 if config.in_channels > config.out_channels else 0.875


def _transformer(part: Part, attention: Attention) -> tuple[Part, Callable[[], WanTransformer]]:
    config = part.transformer_config()
    if isinstance(config, SpeechConfig) and part.identity.translate is transformer_name:
        rename = partial(speech_name, inject_layers=config.audio_inject_layers)
        part = replace(part, identity=replace(part.identity, translate=rename))
    return part, lambda: build_transformer(config, attention)


def _text_encoder(part: Part) -> Callable[[], UMT5Encoder]:
    config = part.text_config()
    return lambda: UMT5Encoder(config)


def _vae(part: Part) -> Callable[[], WanVAE]:
    config = part.vae_config()
    return lambda: WanVAE(config)


def _load(part: Part, build: Callable[[], Network], prepare: Prepare[Network]) -> Network:
    network, source = _open(part, build)
    fill(network, source, prepare(network, source))
    return network


def _open(part: Part, build: Callable[[], Network]) -> tuple[Network, TensorSource]:
    """The empty network and its weights, checked to match."""
    try:
        network = build_empty(build)
    except (TypeError, ValueError, IndexError, RuntimeError) as error:
        raise WeightsDamaged(
            f"{part.path} is not described as a {part.identity.kind} is ({error}); {REMEDY}"
        ) from error
    source = Renamed(tensors_of(part), part.identity.network_name)
    check_match(network, source)
    return network, source
