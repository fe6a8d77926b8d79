from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from artifex.errors import BadReference
from artifex.media.looks.baking import colour_table, cube_text
from artifex.media.looks.chain import Look
from artifex.media.looks.cube import Cube, parse_cube, read_cube
from artifex.media.looks.tetrahedral import looked_up

_TWO = b"0 0 0\n1 0 0\n0 1 0\n1 1 0\n0 0 1\n1 0 1\n0 1 1\n1 1 1\n"


def test_red_changes_fastest():
    cube = parse_cube(b'TITLE "Plain"\n# a comment\n\nLUT_3D_SIZE 2\n' + _TWO)
    assert cube.title == "Plain"
    assert not cube.is_per_channel
    for red, green, blue in np.ndindex(2, 2, 2):
        assert cube.table[red, green, blue].tolist() == [red, green, blue]


def test_forms_that_other_programs_write():
    plain = parse_cube(b"LUT_3D_SIZE 2\n" + _TWO)
    for content in (
        b"\xef\xbb\xbfLUT_3D_SIZE 2\n" + _TWO,
        b"LUT_3D_SIZE 2\r\n" + _TWO.replace(b"\n", b"\r\n"),
        b"LUT_3D_SIZE 2\r" + _TWO.replace(b"\n", b"\r"),
        b"  lut_3d_size\t2\nDOMAIN_MIN 0 0 0\nDOMAIN_MAX 1.0 1.0 1.0\n" + _TWO.replace(b" ", b"\t"),
        b"LUT_3D_SIZE 2\n" + _TWO.replace(b"1", b"1.0e+00") + b"# the end\n\n",
        b"TITLE Maker\xe2\x80\x99s own \xff\nLUT_3D_INPUT_RANGE 0.0 1.0\nLUT_3D_SIZE 2\n" + _TWO,
    ):
        cube = parse_cube(content)
        assert np.array_equal(cube.table, plain.table)
        assert (cube.domain_min, cube.domain_max) == (plain.domain_min, plain.domain_max)


def test_one_dimension_and_its_domain():
    cube = parse_cube(b"LUT_1D_SIZE 3\nDOMAIN_MIN -1 0 0\nDOMAIN_MAX 1 2 1\n0 0 0\n.2 .5 .9\n1 1 1\n")
    assert cube.is_per_channel
    result = cube.applied(np.array([[0.0, 1.0, 0.5], [-5.0, 0.5, 9.0], [0.5, 2.0, 0.25]]))
    assert np.allclose(result, [[0.2, 0.5, 0.9], [0.0, 0.25, 1.0], [0.6, 1.0, 0.45]])


def test_a_domain_of_three_dimensions():
    cube = parse_cube(b"LUT_3D_SIZE 2\nDOMAIN_MIN 0 0 0\nDOMAIN_MAX 2 2 4\n" + _TWO)
    assert np.allclose(cube.applied(np.array([[1.0, 2.0, 1.0], [-1.0, 3.0, 8.0]])), [[0.5, 1.0, 0.25], [0, 1, 1]])


def test_tetrahedra_are_exact_where_they_should_be():
    """Between entries along an edge, on the grey diagonal, and everywhere for what is straight."""
    table = np.random.default_rng(3).random((5, 5, 5, 3)).astype(np.float32)
    grid = np.stack(np.meshgrid(*[np.arange(5.0)] * 3, indexing="ij"), axis=-1)
    assert np.allclose(looked_up(table, grid), table)
    assert np.allclose(looked_up(table, np.array([[1.25, 2.0, 3.0]])), 0.75 * table[1, 2, 3] + 0.25 * table[2, 2, 3])
    assert np.allclose(looked_up(table, np.array([[1.5, 1.5, 1.5]])), (table[1, 1, 1] + table[2, 2, 2]) / 2)
    straight = (grid @ np.random.default_rng(4).random((3, 3))).astype(np.float32)
    places = np.random.default_rng(5).random((500, 3)) * 4
    assert np.allclose(looked_up(straight, places), places @ np.random.default_rng(4).random((3, 3)), atol=1e-5)


def test_what_is_written_can_be_read():
    table = colour_table(Look.from_data([{"kind": "saturation", "amount": 0.3}]), 9)
    assert np.abs(parse_cube(cube_text(table)).table - table).max() < 1e-6


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "holds no table"),
        (b"\n# only a comment\n", "holds no table"),
        (b"TITLE x\n" * 2000, "holds no table"),
        (b"0 0 0\n", "line 1: numbers before LUT_1D_SIZE or LUT_3D_SIZE"),
        (b"\x00\x01\x02 binary", "before LUT_1D_SIZE"),
        (b'{"json": 1}', "before LUT_1D_SIZE"),
        (b"PRETTY 3\nLUT_3D_SIZE 2\n" + _TWO, "line 1: 'PRETTY' is no keyword"),
        (b"\nLUT_3D_SIZE 1\n0 0 0\n", "line 2: LUT_3D_SIZE has to be a whole number from 2 to 129"),
        (b"LUT_3D_SIZE 130\n" + _TWO, "from 2 to 129"),
        (b"LUT_3D_SIZE " + b"9" * 240 + b"\n" + _TWO, "from 2 to 129"),
        (b"LUT_3D_SIZE " + b"9" * 9999 + b"\n" + _TWO, "from 2 to 129"),
        (b"LUT_3D_SIZE -2\n" + _TWO, "from 2 to 129"),
        (b"LUT_3D_SIZE 2.5\n" + _TWO, "from 2 to 129"),
        (b"LUT_3D_SIZE\n" + _TWO, "from 2 to 129"),
        (b"LUT_1D_SIZE 65537\n" + _TWO, "from 2 to 65,536"),
        (b"LUT_1D_SIZE 2\nLUT_3D_SIZE 2\n" + _TWO, "line 2: a second size"),
        (b"LUT_3D_SIZE 2\nDOMAIN_MIN 0 0\n" + _TWO, "line 2: 3 numbers are expected here, not '0 0'"),
        (b"LUT_3D_SIZE 2\nDOMAIN_MIN 0 0 1\n" + _TWO, "DOMAIN_MIN has to be below DOMAIN_MAX"),
        (b"LUT_3D_SIZE 2\nDOMAIN_MAX 1 nan 1\n" + _TWO, "line 2: 3 numbers are expected"),
        (b"LUT_3D_SIZE 2\n" + _TWO[:-6], "has 7 lines of numbers; its size asks for 8"),
        (b"LUT_3D_SIZE 2\n" + _TWO + b"1 1 1\n", "has 9 lines of numbers; its size asks for 8"),
        (b"LUT_3D_SIZE 129\n" + _TWO, "has 8 lines of numbers; its size asks for 2,146,689"),
        (b"LUT_3D_SIZE 2\n" + _TWO.replace(b"0 1 0", b"0 x 0"), "line 4: 3 numbers are expected here, not '0 x 0'"),
        (b"LUT_3D_SIZE 2\n" + _TWO.replace(b"0 1 0", b"0 1 0 1"), "line 4: 3 numbers"),
        (b"LUT_3D_SIZE 2\n" + _TWO.replace(b"0 1 0", b"0 1"), "line 4: 3 numbers"),
        (b"LUT_3D_SIZE 2\n" + _TWO.replace(b"0 1 0", b"0 inf 0"), "line 4: 3 numbers"),
        (b"LUT_3D_SIZE 2\n" + _TWO.replace(b"0 1 0", b"0 1e300 0"), "line 4: 3 numbers"),
        (b"LUT_3D_SIZE 2\n" + b"0 " * 100_000 + b"\n", "line 2: 3 numbers"),
        (b"LUT_3D_SIZE 2\n" + b"1" * 100_000 + b" 1 1\n", "line 2: 3 numbers"),
    ],
)
def test_hostile_files(content, message):
    with pytest.raises(BadReference, match=message):
        parse_cube(content, "look.cube")


def test_too_many_lines_and_bytes(tmp_path):
    with pytest.raises(BadReference, match="more than 4,295,378 lines"):
        parse_cube(b"\n" * 4_400_000)
    path = tmp_path / "huge.cube"
    path.touch()
    with pytest.raises(BadReference, match="is empty"):
        read_cube(path)
    with path.open("wb") as file:
        file.truncate(64 * 2**20 + 1)
    with pytest.raises(BadReference, match="larger than 64 MiB"):
        read_cube(path)
    path.write_bytes(b"LUT_3D_SIZE 2\n" + _TWO)
    assert read_cube(path).table.shape == (2, 2, 2, 3)


@given(st.binary(max_size=400) | st.text(max_size=200).map(lambda text: b"LUT_3D_SIZE 2\n" + text.encode()))
def test_any_bytes_are_read_or_refused(content):
    with suppress(BadReference):
        assert isinstance(parse_cube(content), Cube)
