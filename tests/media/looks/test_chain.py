import json

import numpy as np
import pytest

from artifex.errors import BadInput
from artifex.media.looks.chain import Look, Node
from artifex.media.looks.cube import parse_cube
from artifex.media.looks.grades import Cdl, Curves, Exposure, Lut, Saturation
from artifex.media.looks.presets import PRESETS
from artifex.timeline.looks import parse_look

_SHA = "ab" * 32
_CUBE = parse_cube(b"LUT_1D_SIZE 2\n0 0 0\n1 .5 1\n")


def _find(sha256):
    assert sha256 == _SHA
    return _CUBE


_ALL = [
    {"kind": "cdl", "slope": [1.1, 1.0, 0.9], "offset": [0.0, 0.01, 0.0], "power": [1.0, 1.2, 1.0], "saturation": 0.8},
    {"kind": "lift_gamma_gain", "lift": [0.1, 0.0, 0.0], "gamma": [1.0, 1.1, 1.0], "gain": [1.0, 1.0, 1.2]},
    {"kind": "curves", "master": [[0.0, 0.1], [1.0, 0.9]], "red": [[0.0, 0.0], [0.5, 0.6], [1.0, 1.0]],
     "green": [[0.0, 0.0], [1.0, 1.0]], "blue": [[0.0, 0.0], [1.0, 1.0]]},
    {"kind": "saturation", "amount": 0.5, "enabled": False},
    {"kind": "exposure", "stops": -1.0, "mix": 0.25},
    {"kind": "contrast", "amount": 1.2, "pivot": 0.4},
    {"kind": "temperature", "warmth": 0.3, "tint": -0.1},
    {"kind": "lut", "sha256": _SHA, "strength": 0.5},
]  # fmt: skip


def test_data_round_trip():
    look = Look.from_data(json.loads(json.dumps(_ALL)), _find)
    assert look.to_data() == _ALL
    assert len(look.effective.nodes) == 7
    assert [node.enabled for node in look.nodes].count(False) == 1


def test_projects_keep_the_same_data():
    assert parse_look(_ALL, "look").to_data() == _ALL
    for data in PRESETS.values():
        kept = parse_look(data, "look").to_data()
        assert Look.from_data(kept).to_data() == Look.from_data(data).to_data()


@pytest.mark.parametrize(
    ("data", "field", "message"),
    [
        ({}, "look", "has to be a list"),
        ([{"kind": "saturation"}] * 65, "look", "has 65 items; 64 are the most"),
        (["noir"], r"look[0]", "has to be an object"),
        ([{"kind": "blur"}], r"look[0].kind", "none of cdl"),
        ([{"kind": ["lut"]}], r"look[0].kind", "none of cdl"),
        ([{}], r"look[0].kind", "is None"),
        ([{"kind": "exposure", "stop": 1}], r"look[0].stop", "has no field 'stop'; there are stops"),
        ([{"kind": "exposure"}, {"kind": "exposure", "stops": "1"}], r"look[1].stops", "has to be a number"),
        ([{"kind": "exposure", "stops": True}], r"look[0].stops", "has to be a number"),
        ([{"kind": "exposure", "stops": float("nan")}], r"look[0].stops", "has to be a number"),
        ([{"kind": "exposure", "stops": 10**400}], r"look[0].stops", "has to be a number"),
        ([{"kind": "exposure", "stops": 21}], r"look[0].stops", "from -20 to 20"),
        ([{"kind": "exposure", "mix": 1.5}], r"look[0].mix", "from 0 to 1"),
        ([{"kind": "exposure", "enabled": 1}], r"look[0].enabled", "true or false"),
        ([{"kind": "cdl", "slope": [1, 1]}], r"look[0].slope", "three numbers"),
        ([{"kind": "cdl", "slope": [1, 1, 1, 1]}], r"look[0].slope", "has 4 items"),
        ([{"kind": "cdl", "power": [1, 0, 1]}], r"look[0].power", "from 0.01"),
        ([{"kind": "curves", "red": [[0, 0]]}], r"look[0].red", "at least 2 points"),
        ([{"kind": "curves", "red": [[0.5, 0], [0.5, 1]]}], r"look[0].red", "in order"),
        ([{"kind": "curves", "red": [[0, 0], [1, 2]]}], r"look[0].red", "from 0 to 1"),
        ([{"kind": "curves", "red": [[0, 0], [1]]}], r"look[0].red", "points of two numbers"),
        ([{"kind": "curves", "red": [[0, 0]] * 65}], r"look[0].red", "64 are the most"),
        ([{"kind": "lut", "sha256": "x"}], r"look[0].sha256", "64 digits"),
        ([{"kind": "lut", "sha256": _SHA}], r"look[0].kind", "no .cube files are taken"),
    ],
)
def test_wrong_data_names_its_field(data, field, message):
    with pytest.raises(BadInput, match=message) as caught:
        Look.from_data(data)
    assert caught.value.field == field


def test_grades_by_hand():
    grey = np.full((1, 3), 0.5)
    cdl = Cdl(slope=(2, 1, 0.5), offset=(-0.2, 0.1, 0), power=(1, 2, 1))
    assert np.allclose(cdl.graded(grey), [[0.8, 0.36, 0.25]])
    assert np.allclose(Cdl(slope=(9, 9, 9), offset=(-9, 0, 0)).graded(grey), [[0, 1, 1]])
    assert np.allclose(Saturation(0.0).graded(np.array([[1.0, 0, 0]])), 0.2126)
    assert np.allclose(Exposure(1.0).graded(grey) ** 2.4, 2 * grey**2.4)
    assert np.allclose(Node(Exposure(1.0), mix=0.5).graded(grey), (Exposure(1.0).graded(grey) + grey) / 2)
    assert np.allclose(Lut(_SHA, _CUBE, 0.5).graded(grey), [[0.5, 0.375, 0.5]])
    assert np.allclose(Curves(red=((0, 0), (0.5, 0.7), (1, 1))).graded(grey), [[0.7, 0.5, 0.5]])


def test_white_keeps_its_luma_when_it_gets_warmer():
    look = Look.from_data([{"kind": "temperature", "warmth": 0.5, "tint": 0.3}])
    grey = look.graded(np.full((1, 3), 0.5)) ** 2.4
    assert np.allclose(grey @ [0.2126, 0.7152, 0.0722], 0.5**2.4)
    assert grey[0, 0] > grey[0, 1] > grey[0, 2]


def test_every_result_is_in_range():
    wild = np.random.default_rng(0).normal(0.5, 2, (500, 3))
    graded = Look.from_data(_ALL, _find).graded(wild)
    assert np.isfinite(graded).all()
    assert graded.min() >= 0
    assert graded.max() <= 1


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_no_chain_leads_to_infinities(dtype):
    harsh = [
        {"kind": "exposure", "stops": 20},
        {"kind": "lift_gamma_gain", "gamma": [0.01, 0.01, 100], "gain": [100, 100, 100]},
        {"kind": "saturation", "amount": 10},
        {"kind": "contrast", "amount": 10, "mix": 0.5},
        {"kind": "cdl", "slope": [100, 100, 0], "power": [0.01, 100, 100], "saturation": 10},
        {"kind": "temperature", "warmth": 1, "tint": -1},
        {"kind": "lut", "sha256": _SHA},
    ]
    look = Look.from_data(harsh * 9, _find)
    graded = look.graded(np.random.default_rng(1).random((100, 3)).astype(dtype))
    assert np.isfinite(graded).all()
    assert graded.dtype == dtype


def test_presets():
    assert len(PRESETS) >= 12
    for nodes in PRESETS.values():
        assert Look.from_data(nodes).effective.nodes
