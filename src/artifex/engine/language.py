"""Asks a causal language model from a local folder one question, without keeping it in memory."""

from pathlib import Path
from typing import Any

import torch
from jinja2 import TemplateError
from safetensors import SafetensorError

from artifex.errors import NotAvailable

_MOST_TOKENS = 512
"""Maximum length of an answer."""

_FAILURES = (
    ArithmeticError, AttributeError, ImportError, LookupError, OSError, RuntimeError, SafetensorError, TemplateError,
    TypeError, ValueError,
)  # fmt: skip
"""What the libraries raise for a folder that is damaged, holds something else or is too large."""


def answer(folder: Path, instruction: str, question: str, seed: int) -> str:
    """Generate the model's answer by greedy decoding on the CPU.

    Nothing is downloaded, and neither pickles nor code from the folder are executed.

    Args:
        folder: config, tokenizer and safetensors weights, as transformers saves them.
        instruction: the system prompt.
        question: the user's message.
        seed: for models that draw random numbers even in greedy decoding.

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
    """Tokenise the conversation, with the model's chat template if it has one."""
    if not tokenizer.chat_template:
        return tokenizer(f"{instruction}\n\nRequest: {question}\n\nParagraph:", return_tensors="pt")
    try:
        return _in_form(tokenizer, system=instruction, user=question)
    except TemplateError:  # e.g. Gemma's template, which has no system role
        return _in_form(tokenizer, user=f"{instruction}\n\n{question}")


def _in_form(tokenizer: Any, **said: str) -> Any:
    """Tokenise one message per role, in order, with the chat template."""
    messages = [{"role": role, "content": content} for role, content in said.items()]
    return tokenizer.apply_chat_template(messages, add_generation_prompt=True, return_tensors="pt", return_dict=True)
