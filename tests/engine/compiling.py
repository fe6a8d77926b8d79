"""Compile every Triton kernel for a GPU that need not be here: ``python -m tests.engine.compiling 89``.

Sizes are those of A14B and of its decoder; where a choice changes what is computed, the one that does more is taken.
"""

import sys
from typing import Any, NamedTuple

import triton
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource

from artifex.engine.kernels import triton_heads, triton_pixels, triton_rows

WIDTH, HIDDEN, HEADS, SIZE = 5120, 13824, 40, 128
FLOAT8 = (8, 9)
"""Below that compute capability a GPU has no such numbers."""
MULTIPLES = {"width", "stride", "gate_stride", "channels", "room"}
"""Arguments that are multiples of 16, as launches tell the compiler of each."""
HANDING_ON = {triton_heads.largest, triton_heads.narrow, triton_heads.narrow_projected, triton_heads.narrow_across}
"""Kernels that multiply matrices or transpose, in which threads take numbers from others."""
SHARED = {(8, 0): 163, (9, 0): 227}
"""KB of shared memory that a program may have; 99 on all other GPUs."""


class Case(NamedTuple):
    kernel: Any
    types: str
    """Of its arguments, in their order, with `=` before what is fixed."""
    since: tuple[int, int] = (8, 0)
    warps: int = 4


def row(kernel: Any, types: str, width: int = WIDTH, since: tuple[int, int] = (8, 0)) -> Case:
    block = triton.next_power_of_2(width)
    return Case(kernel, f"{types} ={block}", since, triton_rows.warps(block))


def in_two(kernel: Any, types: str, since: tuple[int, int] = (8, 0)) -> Case:
    first, second = triton_rows.in_two(WIDTH)
    return Case(kernel, f"{types} ={first} ={second}", since, triton_rows.warps(2 * first))


NORM = "*fp32 *bf16 *fp32 i32 i32 {0} {0} i32 i32 {1} *fp32 i32 fp32 =True =True =1.0 ={2}"
PICTURE = "*bf16 *bf16 *bf16 i32 i32 i32 i32"
CASES = [
    in_two(triton_rows.norm, NORM.format("*fp32", "*bf16", 0.0)),
    in_two(triton_rows.norm, NORM.format("*bf16", "*bf16", 0.0)),
    in_two(triton_rows.norm, NORM.format("*fp32", "*i8", 127.0)),
    in_two(triton_rows.norm, NORM.format("*fp32", "*fp8e4nv", 448.0), since=FLOAT8),
    row(triton_rows.join, "*fp32 *bf16 *fp32 i32 i32 i32 =True"),
    in_two(triton_rows.rotated_norm, f"*bf16 *bf16 *fp32 *bf16 i32 i32 fp32 =True ={SIZE // 2}"),
    row(triton_rows.gelu, "*bf16 *i8 *fp32 i32 =127.0", HIDDEN),
    row(triton_rows.gelu, "*bf16 *fp8e4nv *fp32 i32 =448.0", HIDDEN, FLOAT8),
    row(triton_rows.quantise, "*bf16 *i8 *fp32 i32 =127.0"),
    row(triton_rows.quantise, "*bf16 *fp8e4nv *fp32 i32 =448.0", since=FLOAT8),
    row(triton_rows.scale_sums, "*i32 *fp32 *fp32 *bf16 *bf16 i32", HIDDEN),
    Case(triton_heads.largest, f"*bf16 *fp32 *bf16 *fp32 i32 i32 =True =4 ={SIZE} ={64 * SIZE}", FLOAT8, 8),
    Case(triton_heads.narrow, f"*bf16 *fp32 *bf16 *fp32 *fp8e4nv i32 i32 =True =4 ={SIZE} ={64 * SIZE}", FLOAT8, 8),
    Case(
        triton_heads.narrow_projected,
        f"*bf16 *bf16 *fp32 *fp32 *bf16 *fp32 *fp8e4nv i32 i32 fp32 =64 ={SIZE}",
        FLOAT8,
        8,
    ),
    Case(triton_heads.narrow_across, f"*bf16 *fp32 *fp32 *fp8e4nv i32 i32 i32 =16 =128 ={SIZE}", FLOAT8, 8),
    row(triton_heads.widen, "*bf16 *fp32 *fp32 *fp8e4nv *fp32 i32 i32 =448.0", since=FLOAT8),
    Case(
        triton_pixels.norm_silu,
        "*bf16 *bf16 *bf16 *bf16 *bf16 i32 i32 i32 i32 i32 i32 fp32 =True =True =True =32 =128",
    ),
    Case(triton_pixels.add, "*bf16 *bf16 *bf16 i32 i32 =True =32 =128"),
    Case(triton_pixels.double, f"{PICTURE} i32 =True =2 =32 =128"),
    Case(triton_pixels.add_spread, f"{PICTURE} i32 i32 =2 =2 =2 =2 =32 =128"),
]


def compiled(case: Case, capability: int) -> int:
    """Bytes of machine code. What a program shares has to fit, which the compiler leaves to the launch."""
    names, words = case.kernel.arg_names, case.types.split()
    assert len(names) == len(words), (case.kernel, names, words)
    told = dict(zip(names, words, strict=True))
    fixed = {name: _constant(word[1:]) for name, word in told.items() if word.startswith("=")}
    signature = {name: "constexpr" if name in fixed else word for name, word in told.items()}
    source = ASTSource(fn=case.kernel, signature=signature, constexprs=fixed, attrs=_aligned(told))
    options = {"num_warps": case.warps, "num_stages": 1}
    kernel = triton.compile(source, GPUTarget("cuda", capability, 32), options)
    if case.kernel not in HANDING_ON:  # what threads hand on goes through shared memory, with barriers
        assert "convert_layout" not in kernel.asm["ttgir"], case
    assert kernel.metadata.shared <= 1024 * SHARED.get(divmod(capability, 10), 99), (case, kernel.metadata.shared)
    return len(kernel.asm["cubin"])


def _aligned(told: dict[str, str]) -> dict[tuple[int], list[list[Any]]]:
    """Tensors begin at multiples of 16 bytes, as torch has it: what is fetched ahead takes shared memory only then."""
    return {
        (index,): [["tt.divisibility", 16]]
        for index, (name, word) in enumerate(told.items())
        if word.startswith("*") or (name in MULTIPLES and not word.startswith("="))
    }


def _constant(word: str) -> Any:
    if word == "True":
        return True
    return float(word) if "." in word else int(word)


def forgotten() -> set[str]:
    """Kernels that are launched and not among the cases; those that others call begin with an underscore, but one."""
    modules = (triton_rows, triton_heads, triton_pixels)
    kernels = {name for module in modules for name, value in vars(module).items() if hasattr(value, "arg_names")}
    return {name for name in kernels if not name.startswith("_")} - {"keep"} - {each.kernel.__name__ for each in CASES}


if __name__ == "__main__":
    wanted = int(sys.argv[1])
    assert not forgotten(), forgotten()
    for each in CASES:
        if divmod(wanted, 10) >= each.since:
            assert compiled(each, wanted) > 0
