"""LoRA files of every layout on small Wan transformers, and the sentences for files that will not do."""

import json
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor

from artifex.catalog.wan.lora import apply_loras
from artifex.catalog.wan.lora_file import read_lora
from artifex.catalog.wan.transformer import WanTransformer
from artifex.engine.adapters import Injection
from artifex.errors import BadInput, BadWeights
from artifex.recipe import Lora
from tests.adapters.lora_files import AUTHORS, LAYOUTS, RANK, in_layout, random_pairs, small_network, write

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def network() -> WanTransformer:
    return small_network()


def run(network: WanTransformer) -> Tensor:
    generator = torch.Generator().manual_seed(3)
    latents = torch.randn(1, 8, 2, 4, 4, generator=generator)
    return network(latents, torch.tensor([500.0]), torch.randn(1, 6, 32, generator=generator))


def put(
    low: WanTransformer,
    path: Path,
    *,
    high: WanTransformer | None = None,
    strengths: tuple[float, float] = (1.0, 1.0),
) -> Injection:
    lora = Lora(path.name, "0" * 64, *strengths)
    return apply_loras(low, high, [(lora, path)], CPU, torch.float32)


def under(network: WanTransformer, path: Path, strength: float = 1.0) -> Tensor:
    """The network's output under one LoRA, which is taken off again."""
    applied = put(network, path, strengths=(strength, strength))
    output = run(network)
    applied.remove()
    return output


def test_every_layout_gives_the_same_bits(network: WanTransformer, tmp_path: Path) -> None:
    pairs = random_pairs()
    outputs = {
        layout: under(network, write(tmp_path / f"{layout}.safetensors", in_layout(layout, pairs)))
        for layout in LAYOUTS
    }
    first = outputs[LAYOUTS[0]]
    assert [layout for layout, output in outputs.items() if not torch.equal(output, first)] == []
    assert not torch.equal(first, run(network))


def test_it_is_what_merging_the_product_into_the_weights_gives(network: WanTransformer, tmp_path: Path) -> None:
    pairs = random_pairs()
    merged = small_network()
    modules = dict(merged.named_modules())
    for theirs, pair in pairs.items():
        weight = modules[AUTHORS[theirs]].weight
        assert isinstance(weight, Tensor)
        weight += 0.6 * (8.0 / RANK) * pair.up @ pair.down
    path = write(tmp_path / "a.safetensors", in_layout("kohya", pairs, alpha=8.0))
    torch.testing.assert_close(under(network, path, 0.6), run(merged), atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("layer", AUTHORS)
def test_every_layer_takes_part(network: WanTransformer, tmp_path: Path, layer: str) -> None:
    path = write(tmp_path / "a.safetensors", in_layout("authors", {layer: random_pairs()[layer]}))
    assert not torch.equal(under(network, path), run(network))


def test_alpha_over_rank_is_the_scale(network: WanTransformer, tmp_path: Path) -> None:
    pairs = random_pairs()
    plain = write(tmp_path / "plain.safetensors", in_layout("authors", pairs))
    same = write(tmp_path / "same.safetensors", in_layout("authors", pairs, alpha=float(RANK)))
    halved = write(tmp_path / "half.safetensors", in_layout("kohya", pairs, alpha=RANK / 2))
    assert torch.equal(under(network, plain), under(network, same))
    assert torch.equal(under(network, plain, 0.5), under(network, halved))


def test_diffusers_notes_on_alpha_are_read(network: WanTransformer, tmp_path: Path) -> None:
    tensors = in_layout("diffusers", random_pairs())
    plain = write(tmp_path / "plain.safetensors", tensors)
    said = {"transformer.lora_alpha": RANK / 2, "transformer.r": RANK}
    noted = write(tmp_path / "noted.safetensors", tensors, lora_adapter_metadata=json.dumps(said))
    assert torch.equal(under(network, plain, 0.5), under(network, noted))
    huge = json.dumps({"lora_alpha": 10**400, "r": 4})
    turned = '{"lora_alpha": 1, "r": -4, "use_rslora": true}'
    for wrong in (
        "{",
        "[]",
        '{"transformer.r": 4}',
        '{"lora_alpha": 1, "r": 0}',
        '{"lora_alpha": NaN, "r": 4}',
        turned,
        huge,
    ):
        with pytest.raises(BadInput, match="alpha"):
            read_lora(write(tmp_path / "wrong.safetensors", tensors, lora_adapter_metadata=wrong))


def test_whole_differences_and_removal(network: WanTransformer, tmp_path: Path) -> None:
    before, objects = run(network), dict(network.named_parameters())
    tensors = {
        "diffusion_model.blocks.0.norm3.diff": torch.full((48,), 0.1),
        "diffusion_model.blocks.0.norm3.diff_b": torch.full((48,), 0.2),
        "diffusion_model.blocks.1.self_attn.norm_q.diff": torch.full((48,), 0.3),
        "diffusion_model.blocks.1.self_attn.q.diff_b": torch.full((48,), 0.4),
        "diffusion_model.patch_embedding.diff": torch.full((48, 8, 1, 2, 2), 0.01),
        "diffusion_model.blocks.1.diff_m": torch.full((1, 6, 48), 0.1),
        "diffusion_model.head.diff_m": torch.full((1, 2, 48), 0.1),
    }
    by_hand = small_network()
    state = by_hand.state_dict()
    for name, value in {
        "blocks.0.norm2.weight": 0.1,
        "blocks.0.norm2.bias": 0.2,
        "blocks.1.attn1.norm_q.weight": 0.3,
        "blocks.1.attn1.to_q.bias": 0.4,
        "patch_embedding.weight": 0.01,
        "blocks.1.scale_shift_table": 0.1,
        "scale_shift_table": 0.1,
    }.items():
        state[name] += 0.5 * torch.tensor(value)
    applied = put(network, write(tmp_path / "a.safetensors", tensors), strengths=(0.5, 0.5))
    torch.testing.assert_close(run(network), run(by_hand))
    applied.remove()
    assert torch.equal(run(network), before)
    assert all(parameter is objects[name] for name, parameter in network.named_parameters())


def test_a_convolutions_pair_is_its_product(network: WanTransformer, tmp_path: Path) -> None:
    down, up = torch.randn(2, 8, 1, 2, 2), torch.randn(48, 2, 1, 1, 1)
    name = "diffusion_model.patch_embedding"
    pair = write(tmp_path / "pair.safetensors", {f"{name}.lora_down.weight": down, f"{name}.lora_up.weight": up})
    whole = (up.flatten(1) @ down.flatten(1)).view(48, 8, 1, 2, 2)
    assert torch.equal(under(network, pair), under(network, write(tmp_path / "b.safetensors", {f"{name}.diff": whole})))


def test_strengths_for_each_expert(tmp_path: Path) -> None:
    low, high = small_network(), small_network()
    plain = run(low)
    path = write(tmp_path / "a.safetensors", in_layout("authors", random_pairs()))
    applied = put(low, path, high=high, strengths=(0.0, 0.7))
    assert torch.equal(run(low), plain)
    strong = run(high)
    assert not torch.equal(strong, plain)
    applied.remove()
    assert torch.equal(run(high), plain)
    assert torch.equal(under(low, path, 0.7), strong)


def test_what_fails_on_one_expert_leaves_the_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    low, high = small_network(), small_network()
    plain = run(low)

    def full(_hook: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory.")

    monkeypatch.setattr(high.proj_out, "register_forward_hook", full)
    with pytest.raises(torch.OutOfMemoryError):
        put(low, write(tmp_path / "a.safetensors", in_layout("authors", random_pairs())), high=high)
    assert torch.equal(run(low), plain)
    assert torch.equal(run(high), plain)


def test_diffusers_second_transformer_is_the_low_noise_expert(tmp_path: Path) -> None:
    low, high = small_network(), small_network()
    one, two = in_layout("diffusers", random_pairs(1)), in_layout("diffusers", random_pairs(2))
    second = {name.replace("transformer.", "transformer_2."): tensor for name, tensor in two.items()}
    both = write(tmp_path / "both.safetensors", {**one, **second})
    put(low, both, high=high)
    expected_high = under(small_network(), write(tmp_path / "one.safetensors", one))
    expected_low = under(small_network(), write(tmp_path / "two.safetensors", two))
    assert torch.equal(run(high), expected_high)
    assert torch.equal(run(low), expected_low)
    with pytest.raises(BadInput, match="two experts"):
        put(small_network(), both)


def test_names_of_two_layouts_in_one_file(network: WanTransformer, tmp_path: Path) -> None:
    """Without a second transformer, Diffusers' first is not another one than that of names that tell none apart."""
    pairs = random_pairs()
    some = {name: pairs[name] for name in list(pairs)[::2]}
    others = {name: pair for name, pair in pairs.items() if name not in some}
    mixed = write(tmp_path / "m.safetensors", in_layout("diffusers", some) | in_layout("authors", others))
    whole = write(tmp_path / "w.safetensors", in_layout("authors", pairs))
    assert torch.equal(under(network, mixed), under(network, whole))
    twice = write(tmp_path / "t.safetensors", in_layout("diffusers", some) | in_layout("authors", random_pairs(1)))
    with pytest.raises(BadInput, match="under another name"):
        read_lora(twice)


def test_several_are_applied_in_order_and_removed_together(network: WanTransformer, tmp_path: Path) -> None:
    before = run(network)
    paths = [
        write(tmp_path / f"{seed}.safetensors", in_layout("kohya", random_pairs(seed), alpha=4.0)) for seed in (1, 2)
    ]
    loras = [
        (Lora(path.name, "0" * 64, strength, strength), path) for path, strength in zip(paths, (0.5, 1.5), strict=True)
    ]
    applied = apply_loras(network, None, loras, CPU, torch.float32)
    together = run(network)
    applied.remove()
    assert torch.equal(run(network), before)
    joined = random_pairs(1)
    for name, second in random_pairs(2).items():
        down = torch.cat([0.5 * joined[name].down, 1.5 * second.down])
        joined[name] = type(second)(down, torch.cat([joined[name].up, second.up], dim=1))
    as_one = write(tmp_path / "one.safetensors", in_layout("authors", joined))
    torch.testing.assert_close(together, under(network, as_one), atol=1e-4, rtol=1e-4)


def test_state_dict_and_names_stay(network: WanTransformer, tmp_path: Path) -> None:
    names = [*network.state_dict()], [name for name, _ in network.named_modules()]
    applied = put(network, write(tmp_path / "a.safetensors", in_layout("authors", random_pairs())))
    assert ([*network.state_dict()], [name for name, _ in network.named_modules()]) == names
    applied.remove()


Q = "diffusion_model.blocks.0.self_attn.q"
PAIR = {f"{Q}.lora_down.weight": torch.zeros(4, 48), f"{Q}.lora_up.weight": torch.zeros(48, 4)}
K_IMG = "diffusion_model.blocks.0.cross_attn.k_img"


@pytest.mark.parametrize(
    ("tensors", "said"),
    [
        ({**PAIR, "text_encoder.x": torch.zeros(1)}, "text_encoder.x"),
        ({**PAIR, f"{Q}.dora_scale": torch.zeros(48)}, "dora_scale"),
        ({**PAIR, f"{Q}.hada_w1_a": torch.zeros(48)}, "hada_w1_a"),
        ({f"{Q}.lora_down.weight": torch.zeros(4, 48)}, r"lacks the up tensor of blocks\.0\.attn1\.to_q"),
        ({f"{Q}.lora_up.weight": torch.zeros(48, 4)}, r"lacks the down tensor of blocks\.0\.attn1\.to_q"),
        ({f"{Q}.alpha": torch.tensor(4.0)}, "lacks the down"),
        ({**PAIR, f"{Q}.alpha": torch.zeros(3)}, "alpha"),
        ({**PAIR, f"{Q}.alpha": torch.tensor(float("inf"))}, "alpha"),
        ({f"{Q}.lora_down.weight": torch.zeros(4, 48), f"{Q}.lora_up.weight": torch.zeros(48, 8)}, "rank 4 .* and 8"),
        ({f"{Q}.lora_down.weight": torch.zeros(4), f"{Q}.lora_up.weight": torch.zeros(48, 4)}, "no low-rank pair"),
        ({f"{Q}.lora_down.weight": torch.zeros(0, 48), f"{Q}.lora_up.weight": torch.zeros(48, 0)}, "no low-rank pair"),
        (
            {
                "diffusion_model.patch_embedding.lora_down.weight": torch.zeros(4, 8, 0, 2, 2),
                "diffusion_model.patch_embedding.lora_up.weight": torch.zeros(48, 4, 1, 1, 1),
            },
            "no low-rank pair",
        ),
        (
            {
                "diffusion_model.patch_embedding.lora_down.weight": torch.zeros(1, 1 << 14, 1, 1, 1),
                "diffusion_model.patch_embedding.lora_up.weight": torch.zeros(1 << 14, 1, 1, 1, 1),
            },
            "changes patch_embedding as a convolution larger than any model's",
        ),
        ({**PAIR, "blocks.0.attn1.to_q.lora_A.weight": torch.zeros(4, 48)}, "under another name"),
        (
            {f"{Q}.lora_down.weight": torch.zeros(4, 3072), f"{Q}.lora_up.weight": torch.zeros(3072, 4)},
            "for another base: its blocks.0.attn1.to_q has width 3072, the model 48",
        ),
        (
            {f"{Q}.lora_down.weight": torch.zeros(4, 48), f"{Q}.lora_up.weight": torch.zeros(49, 4)},
            "output width 49, the model 48",
        ),
        ({f"{name.replace('0', '30')}": value for name, value in PAIR.items()}, r"changes blocks\.30\.attn1\.to_q"),
        ({"diffusion_model.blocks.0.norm3.diff": torch.zeros(9)}, r"shape \[9\], the model \[48\]"),
        (
            {f"{K_IMG}.lora_down.weight": torch.zeros(4, 48), f"{K_IMG}.lora_up.weight": torch.zeros(48, 4)},
            "Wan2.1 image-to-video",
        ),
        ({"lora_unet_img_emb_proj_1.diff_b": torch.zeros(48)}, "Wan2.1 image-to-video"),
    ],
)
def test_tensors_that_will_not_do_are_named(
    network: WanTransformer, tmp_path: Path, tensors: dict[str, Tensor], said: str
) -> None:
    before = run(network)
    with pytest.raises(BadInput, match=said):
        put(network, write(tmp_path / "wrong.safetensors", tensors))
    assert torch.equal(run(network), before)


def test_values_that_are_not_finite(tmp_path: Path) -> None:
    poisoned = {**PAIR, f"{Q}.lora_up.weight": torch.full((48, 4), float("nan"))}
    with pytest.raises(BadWeights, match="lora_up"):
        read_lora(write(tmp_path / "a.safetensors", poisoned))


class Bomb:
    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return Path.touch, (Path("opened-a-pickle"),)


def _as_torch(path: Path) -> None:
    torch.save(PAIR, path)


def _as_pickle(path: Path) -> None:
    path.write_bytes(pickle.dumps(Bomb()))


@pytest.mark.parametrize("make", [_as_torch, _as_pickle])
@pytest.mark.parametrize("name", ["lora.pt", "lora.ckpt", "lora.safetensors"])
def test_pickles_are_refused_unopened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], None], name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    make(tmp_path / name)
    with pytest.raises(BadInput, match=r"\.safetensors"):
        read_lora(tmp_path / name)
    assert not (tmp_path / "opened-a-pickle").exists()


@pytest.mark.parametrize("content", [b"", b"\x00", b"GIF89a plainly a picture", b"\xff" * 64])
def test_other_files_are_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.safetensors").write_bytes(content)
    with pytest.raises(BadInput, match="not a safetensors file"):
        read_lora(tmp_path / "a.safetensors")


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.safetensors", tmp_path):
        with pytest.raises(BadInput, match="cannot be read"):
            read_lora(path)


@pytest.mark.parametrize("size", [9, 40, 200, -1])
def test_cut_files_are_refused(tmp_path: Path, size: int) -> None:
    path = write(tmp_path / "a.safetensors", PAIR)
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(BadWeights, match=r"a\.safetensors"):
        read_lora(path)


def test_a_header_that_claims_too_much_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.safetensors").write_bytes((2**40).to_bytes(8, "little") + b"{}" + b" " * 64)
    with pytest.raises(BadWeights):
        read_lora(tmp_path / "a.safetensors")


def test_a_file_of_nothing_is_no_lora(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="0 tensors"):
        read_lora(write(tmp_path / "a.safetensors", {}))
