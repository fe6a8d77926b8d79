"""A causal language model from a local folder, asked one question and then forgotten."""

from pathlib import Path
from typing import Any

import torch
from jinja2 import TemplateError
from safetensors import SafetensorError

from artifex.errors import NotAvailable

_MOST_TOKENS = 512
"""Of an answer."""

_FAILURES = (
    ArithmeticError, AttributeError, ImportError, LookupError, OSError, RuntimeError, SafetensorError, TemplateError,
    TypeError, ValueError,
)  # fmt: skip
"""What the libraries raise for a folder that is damaged, foreign or too large."""


def answer(folder: Path, instruction: str, question: str, seed: int) -> str:
    """The model's greedy answer, on the processor.

    Nothing is fetched, and neither pickles nor the folder's own code are run.

    Args:
        folder: config, tokenizer and safetensors weights, as transformers saves them.
        instruction: what the model is to do.
        question: what it is to do it with.
        seed: for models that draw numbers although decoding is greedy.

    Raises:
        NotAvailable: the folder holds no such model, or it failed.
    """
    if not folder.is_dir():
        raise NotAvailable(f"There is no language model in {folder}; check ARTIFEX_ENHANCER.")
    try:
        return _answer(folder, instruction, question, seed)
    except _FAILURES as error:
        raise NotAvailable(
            f"The language model in {folder} cannot be used ({type(error).__name__}); "
            "ARTIFEX_ENHANCER must be a folder of a causal model with safetensors weights."
        ) from error


@torch.inference_mode()
def _answer(folder: Path, instruction: str, question: str, seed: int) -> str:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    local: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
    tokenizer = AutoTokenizer.from_pretrained(folder, **local)
    model: Any = AutoModelForCausalLM.from_pretrained(folder, dtype="auto", use_safetensors=True, **local).eval()
    tokens = _conversation(tokenizer, instruction, question)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        output = model.generate(**tokens, do_sample=False, num_beams=1, max_new_tokens=_MOST_TOKENS)
    return tokenizer.decode(output[0, tokens["input_ids"].shape[1] :], skip_special_tokens=True)


def _conversation(tokenizer: Any, instruction: str, question: str) -> Any:
    """Tokens of the conversation in the model's own form, where it has one."""
    if not tokenizer.chat_template:
        return tokenizer(f"{instruction}\n\nRequest: {question}\n\nParagraph:", return_tensors="pt")
    try:
        return _in_form(tokenizer, system=instruction, user=question)
    except TemplateError:  # as of Gemma, whose conversations have no system role
        return _in_form(tokenizer, user=f"{instruction}\n\n{question}")


def _in_form(tokenizer: Any, **said: str) -> Any:
    """Tokens of one message by each role, in their order."""
    messages = [{"role": role, "content": content} for role, content in said.items()]
    return tokenizer.apply_chat_template(messages, add_generation_prompt=True, return_tensors="pt", return_dict=True)
