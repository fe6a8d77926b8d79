"""Whether a LoRA is for a model, told by its header alone: as the network itself tells when it is loaded."""

from collections.abc import Mapping
from functools import cache
from itertools import product
from pathlib import Path

import pytest
import torch

from artifex.catalog.loras import check_lora_fits
from artifex.catalog.registry import find_model
from artifex.catalog.wan.cost import read_shapes
from artifex.catalog.wan.lora_fit import misfit
from artifex.catalog.wan.transformer import WanTransformer
from artifex.errors import BadInput
from tests.adapters.lora_files import AROUND, BLOCK, LAYOUTS, RANK, in_layout, random_pairs, write

MODELS = ("starter", "wan2.1-t2v-1.3b", "wan2.2-ti2v-5b", "wan2.2-t2v-a14b", "wan2.1-i2v-14b-480p", "wan2.2-s2v-14b")
SAME_BLOCKS = {"wan2.2-t2v-a14b", "wan2.1-i2v-14b-480p", "wan2.2-s2v-14b"}
Q = "diffusion_model.blocks.0.self_attn.q"


@cache
def whole_lora(model: str, layout: str) -> Mapping[str, tuple[int, ...]]:
    """Shapes of a LoRA that changes every linear layer of a model, as its network has them."""
    config = read_shapes(find_model(model, None)).transformer
    with torch.device("meta"):
        modules = dict(WanTransformer(config).named_modules())
    tensors: dict[str, tuple[int, ...]] = {}
    names = {
        f"blocks.{n}.{theirs}": f"blocks.{n}.{ours}"
        for n in (0, config.num_layers - 1)
        for theirs, ours in BLOCK.items()
    }
    for theirs, ours in {**names, **AROUND}.items():
        layer = modules[ours]
        assert isinstance(layer, torch.nn.Linear)
        module = f"diffusion_model.{theirs}" if layout == "authors" else f"transformer.{ours}"
        tensors[f"{module}.lora_A.weight"] = (RANK, layer.in_features)
        tensors[f"{module}.lora_B.weight"] = (layer.out_features, RANK)
    return tensors


@pytest.mark.parametrize("layout", ["authors", "diffusers"])
@pytest.mark.parametrize(("made_for", "model"), [*product(MODELS, MODELS)])
def test_a_lora_fits_models_of_the_same_blocks_and_no_other(made_for: str, model: str, layout: str) -> None:
    reason = misfit(find_model(model, None), whole_lora(made_for, layout))
    assert (reason is None) == (made_for == model or {made_for, model} <= SAME_BLOCKS)


@pytest.mark.parametrize(
    ("tensors", "said"),
    [
        ({f"{Q}.lora_A.weight": (4, 3072)}, "3072 wide at blocks.0.attn1.to_q, this model's are 256"),
        ({f"{Q}.lora_A.weight": (256,)}, "0 wide"),
        ({f"{Q}.lora_A.weight": ()}, "0 wide"),
        ({"diffusion_model.blocks.8.self_attn.q.lora_A.weight": (4, 256)}, "block 8, this model has 8 blocks"),
        ({"diffusion_model.blocks.0.cross_attn.k_img.lora_A.weight": (4, 256)}, "CLIP's view"),
        ({"diffusion_model.blocks.0.mixer.lora_A.weight": (4, 256)}, "does not have"),
        ({"transformer_2.blocks.0.attn1.to_q.lora_A.weight": (4, 256)}, "two experts"),
        ({"text_encoder.x": (1,)}, "no part of a LoRA"),
    ],
)
def test_what_does_not_fit_is_named(tensors: Mapping[str, tuple[int, ...]], said: str) -> None:
    assert said in (misfit(find_model("starter", None), tensors) or "")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_file_for_another_network_is_refused_whatever_its_layout(tmp_path: Path, layout: str) -> None:
    file = write(tmp_path / "lora.safetensors", in_layout(layout, random_pairs()))
    with pytest.raises(BadInput, match=r"^ink is not for starter: .* choose a LoRA made for this model\.$"):
        check_lora_fits(find_model("starter", None), file, "ink")
