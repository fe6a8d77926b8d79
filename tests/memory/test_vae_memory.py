"""Decoding and encoding in less memory: frame by frame without a difference, in tiles with a small one."""

import math
from itertools import pairwise

import pytest
import torch
from torch import Tensor

from artifex.catalog.registry import find_model
from artifex.catalog.wan.vae import VaeConfig, WanVAE, patchify
from artifex.catalog.wan.vae_repeats import RestingEncoder, equal_neighbours
from artifex.catalog.wan.vae_tiling import decode_tiled
from artifex.engine.tiles import blend_weights, tile_starts

KINDS = {
    "plain": VaeConfig((0.0,) * 4, (1.0,) * 4, base_dim=4, z_dim=4, num_res_blocks=1),
    "residual": VaeConfig(
        (0.0,) * 4, (1.0,) * 4, base_dim=4, decoder_base_dim=4, z_dim=4, num_res_blocks=1, is_residual=True,
        patch_size=2, in_channels=12, out_channels=12
    ),
}  # fmt: skip


@pytest.fixture(params=KINDS, scope="module")
def vae(request: pytest.FixtureRequest) -> WanVAE:
    torch.manual_seed(0)
    return WanVAE(KINDS[request.param]).eval()


def video(chunks: object) -> Tensor:
    return torch.cat(list(chunks), dim=2)  # pyright: ignore[reportArgumentType]


@torch.inference_mode()
def test_frame_by_frame_is_the_same(vae: WanVAE) -> None:
    latents = torch.randn((1, 4, 4, 6, 8), generator=torch.Generator().manual_seed(0))
    whole = video(vae.decode(latents))
    assert whole.shape[2] == 13
    assert torch.allclose(video(vae.decode(latents, by_frame=True)), whole, atol=1e-5)
    clip = torch.rand((1, 3, 9, 64, 96), generator=torch.Generator().manual_seed(1)) * 2 - 1
    assert torch.allclose(vae.encode(clip, by_frame=True), vae.encode(clip), atol=1e-5)


@torch.inference_mode()
@pytest.mark.parametrize("by_frame", [False, True], ids=["whole", "by frame"])
def test_what_stands_still_is_taken_over_bit_for_bit(vae: WanVAE, by_frame: bool) -> None:
    """A picture, then nothing; and a clip that moves again, on which layers must not have slept."""
    clip = torch.zeros((1, 3, 61, 32, 48))
    clip[:, :, 0] = torch.rand((3, 32, 48), generator=torch.Generator().manual_seed(1)) * 2 - 1
    moving = clip.clone()
    moving[:, :, 41:45] = 0.5
    for one in (clip, moving):
        expected, computed = _encoded(vae, one, by_frame=by_frame, resting=False)
        latents, less = _encoded(vae, one, by_frame=by_frame, resting=True)
        assert torch.equal(latents, expected)
        assert less < 0.9 * computed


def _encoded(vae: WanVAE, clip: Tensor, *, by_frame: bool, resting: bool) -> tuple[Tensor, int]:
    """What the encoder makes of a clip, and how many of its parts were computed for that."""
    encoder = RestingEncoder(vae.encoder.parts(by_frame=by_frame))
    chunks = [patchify(chunk, vae.config.patch_size or 1) for chunk in clip.split([1, *[4] * 15], dim=2)]
    same = [each and resting for each in (*equal_neighbours(chunks), False)]
    made = [
        encoder.encode(chunk, repeats=repeats, repeated=repeated)
        for chunk, repeats, repeated in zip(chunks, same, same[1:], strict=False)
    ]
    return torch.cat(made, dim=2), encoder.computed


@torch.inference_mode()
def test_decoding_in_bfloat16_leaves_encoding_alone(vae: WanVAE) -> None:
    clip = torch.rand((1, 3, 5, 64, 64), generator=torch.Generator().manual_seed(1)) * 2 - 1
    latents = vae.encode(clip)
    whole = video(vae.decode(latents))
    vae.decode_in(torch.bfloat16)
    narrow = video(vae.decode(latents))
    assert torch.equal(vae.encode(clip), latents)
    vae.decode_in(torch.float32)
    assert narrow.dtype == torch.float32
    assert 0 < float((narrow - whole).abs().mean()) < 0.05


@pytest.mark.parametrize(("length", "tile"), [(5, 8), (8, 8), (9, 8), (16, 8), (90, 32), (160, 48), (31, 4)])
def test_tiles_cover_a_side_and_count_one_everywhere(length: int, tile: int) -> None:
    starts = tile_starts(length, tile)
    assert starts[0] == 0
    assert max(starts) + tile >= length
    assert all(0 < after - before < tile for before, after in pairwise(starts))
    pixels = [start * 8 for start in starts]
    total = torch.zeros(length * 8)
    for start, weights in zip(pixels, blend_weights(pixels, length * 8, tile * 8), strict=True):
        assert bool((weights > 0).all())
        total[start : start + len(weights)] += weights
    assert torch.allclose(total, torch.ones_like(total), atol=1e-5)


@torch.inference_mode()
def test_one_tile_is_the_whole(vae: WanVAE) -> None:
    latents = torch.randn((1, 4, 2, 6, 8), generator=torch.Generator().manual_seed(0))
    assert torch.equal(video(decode_tiled(vae, latents, 16)), video(vae.decode(latents)))


@pytest.fixture(scope="module")
def starter() -> WanVAE:
    import json

    from safetensors.torch import load_file

    folder = find_model("starter").folder
    assert folder is not None
    network = WanVAE(VaeConfig.from_dict(json.loads((folder / "vae" / "config.json").read_text())))
    network.load_state_dict(load_file(folder / "vae" / "diffusion_pytorch_model.safetensors"))
    return network.eval()


@torch.inference_mode()
def test_seams_are_hard_to_see(starter: WanVAE) -> None:
    """A disc on a plain ground, decoded in four tiles: near the whole decode, at the seams as well."""
    side = 256
    rows = torch.arange(side) - side / 2
    disc = (rows[:, None] ** 2 + rows**2 < 70**2).float()
    picture = torch.stack((disc * 1.4 - 0.7, 0.2 - disc * 0.4, 0.6 - disc))[None, :, None]
    latents = starter.encode(picture.expand(-1, -1, 5, -1, -1))
    whole, tiled = video(starter.decode(latents)), video(decode_tiled(starter, latents, 10))
    assert len(tile_starts(latents.shape[3], 10)) == 2
    assert psnr(tiled, whole) > 30


def psnr(a: Tensor, b: Tensor) -> float:
    return 10 * math.log10(4 / float((a - b).square().mean()))
