"""The CLIP picture encoder (arXiv:2103.00020) of Wan2.1 image-to-video: a picture as tokens for cross-attention."""

import re
from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from artifex.catalog.wan.picture import to_signed
from artifex.catalog.wan.tensor_shapes import TensorShapes
from artifex.engine.weights.contract import TensorInfo, TensorSource
from artifex.engine.weights.empty import build_empty
from artifex.engine.weights.fill import check_match, fill, place_on
from artifex.engine.weights.stored import REMEDY
from artifex.errors import WeightsDamaged

_MEAN = (0.48145466, 0.4578275, 0.40821073)
_STD = (0.26862954, 0.26130258, 0.27577711)
_HEAD_DIM = 80
"""Head size of ViT-H, which the files do not state."""

_NAMES = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"^visual\.cls_embedding$", "embeddings.class_embedding"),
        (r"^visual\.pos_embedding$", "embeddings.position_embedding.weight"),
        (r"^visual\.patch_embedding\.", "embeddings.patch_embedding."),
        (r"^visual\.pre_norm\.", "pre_layrnorm."),
        (r"^visual\.post_norm\.", "post_layernorm."),
        (r"^visual\.transformer\.(\d+)\.norm([12])\.", r"encoder.layers.\1.layer_norm\2."),
        (r"^visual\.transformer\.(\d+)\.attn\.proj\.", r"encoder.layers.\1.self_attn.out_proj."),
        (r"^visual\.transformer\.(\d+)\.attn\.to_qkv\.", r"encoder.layers.\1.self_attn.qkv_proj."),
        (r"^visual\.transformer\.(\d+)\.mlp\.0\.", r"encoder.layers.\1.mlp.fc1."),
        (r"^visual\.transformer\.(\d+)\.mlp\.2\.", r"encoder.layers.\1.mlp.fc2."),
        (r"^vision_model\.", ""),
    )
)
_POSITIONS = "embeddings.position_embedding.weight"
_PACKED = "qkv_proj"
_PARTS = ("q_proj", "k_proj", "v_proj")


class PictureEncoder:
    """Encodes a picture to the hidden states of the penultimate layer, which Wan2.1 was trained with."""

    def __init__(self, network: nn.Module, side: int, device: torch.device) -> None:
        self._network = network
        self._side = side
        self._device = device

    @torch.inference_mode()
    def encode(self, picture: NDArray[np.uint8]) -> Tensor:
        """RGB [height, width, 3] -> [1, 1 + patches, width of the network], float32."""
        image = torch.from_numpy(to_signed(picture))[None]
        image = F.interpolate(image, size=(self._side, self._side), mode="bicubic") * 0.5 + 0.5
        mean, std = (torch.tensor(values).view(1, 3, 1, 1) for values in (_MEAN, _STD))
        pixels = ((image - mean) / std).to(self._device)
        states: tuple[Tensor, ...] = self._network(pixels, output_hidden_states=True).hidden_states
        return states[-2].float()


def load_picture_encoder(source: TensorSource, device: torch.device) -> PictureEncoder:
    """Build and fill the encoder, in float32, from the authors' file or a Diffusers `image_encoder`.

    Raises:
        WeightsDamaged: naming the first tensor that is unknown, missing or of another shape.
    """
    network, tensors, side = _empty_network(source)
    position_ids = torch.arange(len(network.get_parameter(_POSITIONS)), device=device)[None]
    network.get_submodule("embeddings").register_buffer("position_ids", position_ids, persistent=False)
    fill(network, tensors, place_on(device, torch.float32))
    return PictureEncoder(network, side, device)


def check_picture_encoder(source: TensorSource) -> None:
    """Compare names and shapes of all tensors with the network's, reading none. Raises WeightsDamaged."""
    network, tensors, _ = _empty_network(source)
    check_match(network, tensors)


def _empty_network(source: TensorSource) -> tuple[nn.Module, TensorSource, int]:
    """A file's network, its weights in the network's names, and the side of what it sees. Raises WeightsDamaged."""
    from transformers import CLIPVisionConfig, CLIPVisionModel

    tensors = _VisionTensors(source)
    shapes = TensorShapes({name: info.shape for name, info in tensors.tensors.items()})
    try:
        width, _, patch, _ = shapes.of("embeddings.patch_embedding.weight", 4)
        positions, _ = shapes.of(_POSITIONS, 2)
        side = round((positions - 1) ** 0.5) * patch
        config = CLIPVisionConfig(
            hidden_size=width,
            intermediate_size=shapes.of("encoder.layers.0.mlp.fc1.weight", 2)[0],
            num_hidden_layers=shapes.count("encoder.layers"),
            num_attention_heads=max(1, width // _HEAD_DIM),
            image_size=side,
            patch_size=patch,
            hidden_act="gelu",
        )
        return build_empty(lambda: CLIPVisionModel(config)), tensors, side
    except ValueError as error:
        raise WeightsDamaged(f"{source.origin()} holds no CLIP picture encoder ({error}); {REMEDY}") from error


class _VisionTensors:
    """The vision half of a CLIP file in transformers' names, with queries, keys and values split."""

    def __init__(self, source: TensorSource) -> None:
        self._source = source
        self._stored: dict[str, tuple[str, int | None]] = {}
        for stored in source.tensors:
            name = _translated(stored)
            if name is None:
                continue
            if _PACKED not in name:
                self._stored[name] = (stored, None)
            else:
                self._stored |= {name.replace(_PACKED, part): (stored, row) for row, part in enumerate(_PARTS)}

    @property
    def tensors(self) -> Mapping[str, TensorInfo]:
        """See `TensorSource`."""
        return {name: self._info(name, *place) for name, place in self._stored.items()}

    def read(self, name: str) -> Tensor:
        """See `TensorSource`."""
        stored, row = self._stored[name]
        tensor = self._source.read(stored)
        if row is not None:
            return tensor.chunk(len(_PARTS))[row]
        return tensor.reshape(self._info(name, stored, row).shape)

    def origin(self, name: str | None = None) -> str:
        """See `TensorSource`."""
        return self._source.origin() if name is None else self._source.origin(self._stored[name][0])

    def _info(self, name: str, stored: str, row: int | None) -> TensorInfo:
        info = self._source.tensors[stored]
        if row is not None:
            return TensorInfo((info.shape[0] // len(_PARTS), *info.shape[1:]), info.dtype)
        if name.startswith(("embeddings.class", "embeddings.position")):
            flat = tuple(size for size in info.shape if size != 1)  # the authors keep axes of length 1 around them
            return TensorInfo(flat, info.dtype)
        return info


def _translated(stored: str) -> str | None:
    """The name in transformers' CLIPVisionModel; None for the text half and the projection heads."""
    if stored.startswith(("textual.", "text_model.")) or stored in ("log_scale", "logit_scale", "visual.head"):
        return None
    if stored.endswith(("position_ids", "visual_projection.weight", "text_projection.weight")):
        return None
    for pattern, replacement in _NAMES:
        name, count = pattern.subn(replacement, stored)
        if count:
            return name
    return stored
