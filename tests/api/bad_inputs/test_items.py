"""The list of bad inputs is whole: each item is sent, shown by a test that exists, or said not to apply."""

import ast
from pathlib import Path

import pytest

from tests.api.bad_inputs.items import ITEMS
from tests.api.bad_inputs.test_refusals import CASES

WANTED = [f"B{number}" for number in (*range(1, 70), *range(80, 94), *range(97, 101))]
"""Those of models (B70 to B79) are beside the models; those of credits (B94 to B96) wait for credits."""
_ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("item", WANTED)
def test_an_item_is_sent_or_shown_elsewhere_or_cannot_happen(item: str) -> None:
    sent = [case for case in CASES if case.item == item]
    assert sent or ITEMS[item].tests or ITEMS[item].not_here


def test_nothing_is_listed_that_is_no_item() -> None:
    assert set(ITEMS) == set(WANTED)
    assert {case.item for case in CASES} <= set(WANTED)


@pytest.mark.parametrize("node", sorted({node for item in ITEMS.values() for node in item.tests}))
def test_a_test_that_is_named_exists(node: str) -> None:
    file, _, name = node.partition("::")
    body = ast.parse((_ROOT / file).read_text()).body
    assert name in {each.name for each in body if isinstance(each, ast.FunctionDef)}
