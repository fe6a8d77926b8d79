"""Built-in looks, as the JSON that projects keep: starting points for users."""

from typing import Any

PRESETS: dict[str, list[dict[str, Any]]] = {
    "teal_orange": [
        {"kind": "lift_gamma_gain", "lift": [-0.02, 0.01, 0.035], "gain": [1.06, 1.0, 0.92]},
        {"kind": "temperature", "warmth": 0.12},
        {"kind": "saturation", "amount": 1.15},
        {"kind": "contrast", "amount": 1.08},
    ],
    "bleach_bypass": [
        {"kind": "saturation", "amount": 0.45},
        {"kind": "curves", "master": [[0, 0], [0.25, 0.17], [0.5, 0.52], [0.75, 0.86], [1, 1]]},
        {"kind": "temperature", "warmth": -0.06},
    ],
    "warm_film": [
        {"kind": "temperature", "warmth": 0.22, "tint": 0.05},
        {
            "kind": "curves",
            "master": [[0, 0.035], [0.2, 0.19], [0.5, 0.52], [0.8, 0.83], [1, 0.97]],
            "blue": [[0, 0.02], [0.5, 0.48], [1, 0.95]],
        },
        {"kind": "saturation", "amount": 0.94},
    ],
    "noir": [
        {"kind": "saturation", "amount": 0.0},
        {"kind": "curves", "master": [[0, 0], [0.3, 0.17], [0.55, 0.55], [0.8, 0.9], [1, 1]]},
    ],
    "silver": [
        {"kind": "saturation", "amount": 0.0},
        {"kind": "curves", "master": [[0, 0.04], [0.25, 0.24], [0.5, 0.53], [0.75, 0.78], [1, 0.96]]},
        {"kind": "lift_gamma_gain", "lift": [0.0, 0.002, 0.008], "gain": [0.995, 1.0, 1.0]},
    ],
    "sepia": [
        {"kind": "saturation", "amount": 0.0},
        {"kind": "lift_gamma_gain", "lift": [0.03, 0.012, 0.0], "gamma": [1.08, 1.0, 0.88], "gain": [1.0, 0.95, 0.82]},
    ],
    "day_for_night": [
        {"kind": "exposure", "stops": -1.4},
        {"kind": "temperature", "warmth": -0.45},
        {"kind": "saturation", "amount": 0.55},
        {"kind": "curves", "master": [[0, 0], [0.4, 0.34], [1, 0.86]]},
    ],
    "cold_morning": [
        {"kind": "temperature", "warmth": -0.28, "tint": -0.04},
        {"kind": "curves", "master": [[0, 0.045], [0.3, 0.32], [0.7, 0.73], [1, 0.98]]},
        {"kind": "saturation", "amount": 0.8},
    ],
    "golden_hour": [
        {"kind": "exposure", "stops": 0.15},
        {"kind": "temperature", "warmth": 0.38, "tint": 0.04},
        {"kind": "lift_gamma_gain", "gamma": [1.05, 1.0, 0.94]},
        {"kind": "saturation", "amount": 1.12},
    ],
    "faded_print": [
        {
            "kind": "curves",
            "master": [[0, 0.09], [0.3, 0.31], [0.7, 0.69], [1, 0.92]],
            "red": [[0, 0.02], [0.5, 0.52], [1, 1]],
            "blue": [[0, 0.05], [0.5, 0.5], [1, 0.93]],
        },
        {"kind": "saturation", "amount": 0.72},
    ],
    "vivid": [
        {"kind": "contrast", "amount": 1.1},
        {"kind": "saturation", "amount": 1.35},
    ],
    "soft_pastel": [
        {"kind": "contrast", "amount": 0.82, "pivot": 0.6},
        {"kind": "lift_gamma_gain", "lift": [0.05, 0.045, 0.055], "gamma": [1.08, 1.08, 1.08]},
        {"kind": "saturation", "amount": 0.78},
    ],
    "neon_night": [
        {"kind": "cdl", "slope": [1.08, 0.94, 1.16], "offset": [0.01, -0.01, 0.03], "power": [1.12, 1.16, 1.04]},
        {"kind": "saturation", "amount": 1.3},
    ],
    "documentary": [
        {"kind": "contrast", "amount": 1.05},
        {"kind": "saturation", "amount": 0.88},
        {"kind": "temperature", "warmth": 0.04},
    ],
}
"""Nodes by the preset's name."""
