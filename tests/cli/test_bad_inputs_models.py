"""Folders that are no model, or a damaged one: ``artifex models`` and the first clip say what is wrong with which file.

Each starts from a whole small checkpoint in the authors' layout, of which one thing is changed.
"""

import json
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path

import gguf
import numpy as np
import pytest
import torch
from safetensors.numpy import load_file, save_file

from artifex.cli.door import BAD_INPUT, CANNOT_RUN
from tests.cli.conftest import Run
from tests.cli.refusals import PROMPT, belongings, check_refusal, picture
from tests.golden.cases import find_case

Change = Callable[[Path], object]

HIGH, LOW = "high_noise_model", "low_noise_model"
WEIGHTS = f"{LOW}/diffusion_pytorch_model.safetensors"
FIRST, SECOND = (f"{HIGH}/diffusion_pytorch_model-0000{n}-of-00002.safetensors" for n in (1, 2))
INDEX = f"{HIGH}/diffusion_pytorch_model.safetensors.index.json"
TEXT, VAE, TOKENIZER = "models_t5_umt5-xxl-enc-bf16.pth", "Wan2.1_VAE.pth", "google"
BIAS = "blocks.1.self_attn.q.bias"
LIKE = ("--name", "mine", "--like", "wan2.2-i2v-a14b")


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A whole checkpoint with two experts, that may be changed."""
    source = find_case("pipe_i2v").folder / "ckpt"
    return shutil.copytree(source, tmp_path / "work" / "model", copy_function=shutil.copyfile)


def gone(name: str) -> Change:
    def change(folder: Path) -> None:
        path = folder / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()

    return change


def holding(name: str, data: bytes) -> Change:
    return lambda folder: (folder / name).write_bytes(data)


def copied(name: str, to: str) -> Change:
    return lambda folder: shutil.copyfile(folder / name, folder / to)


def cut(name: str, share: float = 0.6) -> Change:
    def change(folder: Path) -> None:
        data = (folder / name).read_bytes()
        (folder / name).write_bytes(data[: int(len(data) * share)])

    return change


def indexed(tensor: str, shard: str) -> Change:
    """The index says that a tensor lies in this file."""

    def change(folder: Path) -> None:
        index = json.loads((folder / INDEX).read_text())
        index["weight_map"][tensor] = shard
        (folder / INDEX).write_text(json.dumps(index))

    return change


def alone(name: str, tensors: dict[str, np.ndarray]) -> Change:
    """Nothing but one file."""

    def change(folder: Path) -> None:
        shutil.rmtree(folder)
        (folder / name).parent.mkdir(parents=True)
        save_file(tensors, folder / name)

    return change


def bert(folder: Path) -> None:
    alone("model.safetensors", {"bert.embeddings.word_embeddings.weight": np.ones((8, 4), np.float32)})(folder)
    (folder / "config.json").write_text(json.dumps({"architectures": ["BertModel"], "hidden_size": 4}))


def empty(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


def text_encoder_as_expert(folder: Path) -> None:
    shutil.rmtree(folder / HIGH)
    for path in (folder / LOW).iterdir():
        path.unlink()
    (folder / TEXT).rename(folder / LOW / "diffusion_pytorch_model.pth")


def narrower_shard(folder: Path) -> None:
    """The second shard of a model of other widths."""
    tensors = load_file(folder / SECOND)
    save_file({name: np.ascontiguousarray(tensor[..., :64]) for name, tensor in tensors.items()}, folder / SECOND)


def with_tensor(tensor: np.ndarray) -> Change:
    def change(folder: Path) -> None:
        save_file(load_file(folder / WEIGHTS) | {BIAS: tensor}, folder / WEIGHTS)

    return change


def old_format(folder: Path) -> None:
    torch.save({"a": torch.ones(3)}, folder / VAE, _use_new_zipfile_serialization=False)


class _Runs:
    """Leaves a trace when it is unpickled."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.trace,)


def zip_with_code(folder: Path) -> None:
    torch.save({"encoder.conv1.weight": _Runs(folder.parent.parent / "ran")}, folder / VAE)


def pickle_with_code(folder: Path) -> None:
    (folder / VAE).write_bytes(pickle.dumps(_Runs(folder.parent.parent / "ran")))


def gguf_of(architecture: str) -> Change:
    def change(folder: Path) -> None:
        writer = gguf.GGUFWriter(str(folder / "other.gguf"), architecture)
        writer.add_tensor("token_embd.weight", np.ones((8, 32), np.float32))
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()

    return change


def gguf_cut(folder: Path) -> None:
    gguf_of("wan")(folder)
    cut("other.gguf")(folder)


NO_MODELS: list[tuple[str, Change, str]] = [
    ("missing folder", shutil.rmtree, "There is no folder"),
    ("file", lambda folder: (shutil.rmtree(folder), folder.write_bytes(b"no folder")), "There is no folder"),
    ("empty folder", empty, "There is no transformer"),
    ("a language model", bert, "There is no transformer"),
    ("only pictures", lambda folder: (empty(folder), holding("a.png", picture())(folder)), "no transformer"),
    ("a LoRA", alone("lora.safetensors", {"blocks.0.self_attn.q.lora_down.weight": np.ones((4, 72))}), "holds a LoRA"),
    ("no safetensors file", holding(WEIGHTS, b"no weights at all"), "header too large"),
    ("text encoder as VAE", lambda folder: (folder / TEXT).rename(folder / VAE), "There is no VAE"),
    ("text encoder as expert", text_encoder_as_expert, "There is no transformer"),
    ("no text encoder", gone(TEXT), "There is no text encoder"),
    ("no VAE", gone(VAE), "There is no VAE"),
    ("no tokenizer", gone(TOKENIZER), "There is no tokenizer.json"),
    ("one expert", gone(LOW), "add the low-noise one"),
    ("three experts", copied(WEIGHTS, "wan.safetensors"), "holds 3 transformers"),
    ("missing shard", gone(SECOND), "named by its index but missing"),
    ("missing index", gone(INDEX), "its index is missing"),
    ("cut shard", cut(SECOND), "not fully covered"),
    ("header beyond the end", holding(SECOND, (1 << 40).to_bytes(8, "little") + b"{}"), "header too large"),
    ("index that lies", indexed(BIAS, Path(SECOND).name), "is not where"),
    ("index that leads away", indexed(BIAS, f"../{WEIGHTS}"), "named by its index but missing"),
    ("index of nothing", holding(INDEX, b"[]"), "not a JSON object"),
    ("config of another width", holding(f"{HIGH}/config.json", b'{"num_heads": 3, "dim": 5120}'), "dim is 5120"),
    ("config that is no JSON", holding(f"{HIGH}/config.json", b"{"), "config.json"),
    ("code in a pickle", pickle_with_code, "not the zip archive"),
    ("code in an archive", zip_with_code, "holds code"),
    ("PyTorch's old format", old_format, "not the zip archive"),
    ("cut archive", cut(VAE), VAE),
    ("GGUF of another kind", gguf_of("llama"), "architecture 'llama'"),
    ("cut GGUF", gguf_cut, "other.gguf"),
]


@pytest.mark.parametrize(("change", "said"), [row[1:] for row in NO_MODELS], ids=[row[0] for row in NO_MODELS])
def test_add_refuses(forked: Run, tmp_path: Path, model: Path, change: Change, said: str) -> None:
    change(model)
    work, home = tmp_path / "work", tmp_path / "home"
    before = set(work.rglob("*"))
    check_refusal(forked("models", "add", "model", *LIKE), BAD_INPUT, said, work, before)
    assert belongings(home) == set()
    assert not (tmp_path / "ran").exists()


NAMES: list[tuple[str, list[str], str]] = [
    ("folder in a name", ["--name", "../up", *LIKE[2:]], "is no name"),
    ("empty name", ["--name", "", *LIKE[2:]], "is no name"),
    ("name of an option", ["--name=-rf", *LIKE[2:]], "is no name"),
    ("name of another model", ["--name", "wan2.2-t2v-a14b", *LIKE[2:]], "--name"),
    ("variant without a name", LIKE[2:], "--name"),  # type: ignore[list-item]
    ("like nothing known", ["--name", "mine", "--like", "wan2.2-i2v"], "did you mean"),
    ("like none at all", ["--name", "mine"], "--like"),
    ("like a model of one expert", ["--name", "mine", "--like", "wan2.2-ti2v-5b"], "of another kind"),
    ("like a model of voices", ["--name", "mine", "--like", "wan2.2-s2v-14b"], "of another kind"),
    ("like a model that sees nothing", ["--name", "mine", "--like", "wan2.2-t2v-a14b"], "of another kind"),
    ("like the starter", ["--name", "mine", "--like", "starter"], "has no variants"),
    ("name taken", ["--name", "tiny-i2v", *LIKE[2:]], "already"),
]


@pytest.mark.parametrize(("arguments", "said"), [row[1:] for row in NAMES], ids=[row[0] for row in NAMES])
def test_add_refuses_names(
    forked: Run, tiny_home: Path, tmp_path: Path, model: Path, arguments: list[str], said: str
) -> None:
    work, state = tmp_path / "work", belongings(tiny_home)
    before = set(work.rglob("*"))
    check_refusal(forked("models", "add", "model", *arguments, home=tiny_home), BAD_INPUT, said, work, before)
    assert belongings(tiny_home) == state


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["pull", "tiny-i2v"], BAD_INPUT, "tiny-i2v"),
        (["pull", "wan3"], BAD_INPUT, "There is no model"),
        (["verify", "wan2.2-t2v-a14b"], CANNOT_RUN, "artifex models pull"),
        (["use", "wan2.2-t2v-a14b"], CANNOT_RUN, "artifex models pull"),
        (["remove", "starter"], BAD_INPUT, "comes with Artifex"),
        (["remove", "wan2.2-t2v-a14b"], BAD_INPUT, "nothing to remove"),
        (["remove", "../jobs"], BAD_INPUT, "is no name"),
    ],
)
def test_models_refuses(
    forked: Run, tiny_home: Path, tmp_path: Path, arguments: list[str], code: int, said: str
) -> None:
    state = belongings(tiny_home)
    check_refusal(forked("models", *arguments, home=tiny_home), code, said, tmp_path / "work", set())
    assert belongings(tiny_home) == state


def test_a_flipped_byte_is_found(forked: Run, tmp_path: Path, model: Path) -> None:
    """By looking for it; and without, before the next clip, as the file is not of the time at which it was hashed."""
    assert forked("models", "add", "model", *LIKE).returncode == 0
    weights = bytearray((model / WEIGHTS).read_bytes())
    weights[-9] ^= 1
    (model / WEIGHTS).write_bytes(weights)
    (tmp_path / "work" / "face.png").write_bytes(picture())
    before = set((tmp_path / "work").rglob("*"))
    clip = forked("generate", PROMPT, "--model", "mine", "--image", "face.png")
    check_refusal(clip, CANNOT_RUN, "is damaged; put the file back", tmp_path / "work", before)
    found = forked("models", "verify", "mine")
    assert found.returncode == CANNOT_RUN
    assert f"{WEIGHTS} is damaged" in found.stdout


def test_what_only_loading_tells(forked: Run, tmp_path: Path, model: Path) -> None:
    with_tensor(np.full(72, np.nan, np.float32))(model)
    work = tmp_path / "work"
    (work / "face.png").write_bytes(picture())
    assert forked("models", "add", "model", *LIKE).returncode == 0
    before = set(work.rglob("*"))
    options = ["--model", "mine", "--image", "face.png", "--size", "64x64", "--frames", "5", "--steps", "1"]
    said = "attn1.to_q.bias holds values that are not finite"
    check_refusal(forked("generate", PROMPT, *options, "--json"), CANNOT_RUN, said, work, before)


@pytest.mark.parametrize(
    ("change", "said"),
    [(with_tensor(np.ones(5, np.float32)), "has shape [5] instead of [72]"), (narrower_shard, "64] instead of")],
    ids=["another shape", "shard of another model"],
)
def test_tensors_of_another_network(forked: Run, tmp_path: Path, model: Path, change: Change, said: str) -> None:
    change(model)
    work = tmp_path / "work"
    check_refusal(forked("models", "add", "model", *LIKE), BAD_INPUT, said, work, set(work.rglob("*")))


@pytest.mark.parametrize("change", [cut(SECOND), zip_with_code], ids=["cut shard", "code"])
def test_no_torch_is_needed(artifex: Run, model: Path, change: Change) -> None:
    change(model)
    program = (
        "import sys; from artifex.cli.main import main\n"
        "code = main(sys.argv[1:])\n"
        "print(sorted({'torch', 'diffusers', 'transformers'} & set(sys.modules)))\n"
        "sys.exit(code)"
    )
    result = artifex("models", "add", "model", *LIKE, program=program)
    assert (result.returncode, result.stdout.strip()) == (BAD_INPUT, "[]")
