"""The perceived difference of two colours."""

from math import atan2, cos, degrees, exp, hypot, radians, sin, sqrt

from artifex.media.continuity.lab import Lab


def delta_e(one: Lab, other: Lab) -> float:
    """CIEDE2000 of two colours; 1 is about what can just be seen side by side.

    CIE 142:2001, by the steps of G. Sharma, W. Wu and E. N. Dalal, "The CIEDE2000 color-difference formula:
    implementation notes, supplementary test data, and mathematical observations", Color Res. Appl. 30 (2005); the
    numbers of its equations are in the comments.
    """
    stretch = _stretch((hypot(*one[1:]) + hypot(*other[1:])) / 2)
    chroma_1, hue_1 = _polar(one[1] * stretch, one[2])
    chroma_2, hue_2 = _polar(other[1] * stretch, other[2])
    lightness, chroma = other[0] - one[0], chroma_2 - chroma_1  # 8, 9
    is_grey = chroma_1 * chroma_2 == 0
    turn = 0.0 if is_grey else (hue_2 - hue_1 + 180) % 360 - 180  # 10
    hue = 2 * sqrt(chroma_1 * chroma_2) * sin(radians(turn / 2))  # 11
    mean_lightness, mean_chroma = (one[0] + other[0]) / 2, (chroma_1 + chroma_2) / 2  # 12, 13
    mean_hue = _mean_hue(hue_1, hue_2, is_grey)
    distance = (mean_lightness - 50) ** 2
    by_lightness = lightness / (1 + 0.015 * distance / sqrt(20 + distance))  # 18
    by_chroma = chroma / (1 + 0.045 * mean_chroma)  # 19
    by_hue = hue / (1 + 0.015 * mean_chroma * _hue_weight(mean_hue))  # 20
    turned = _rotation(mean_chroma, mean_hue) * by_chroma * by_hue
    return sqrt(max(0.0, by_lightness**2 + by_chroma**2 + by_hue**2 + turned))  # 22


def _stretch(mean_chroma: float) -> float:
    """1 + G, by which a* is stretched (4, 5)."""
    seventh = mean_chroma**7
    return 1.5 - 0.5 * sqrt(seventh / (seventh + 25**7))


def _polar(a: float, b: float) -> tuple[float, float]:
    """Chroma, and hue in degrees from 0 to 360 (6, 7)."""
    return hypot(a, b), degrees(atan2(b, a)) % 360


def _mean_hue(one: float, other: float, is_grey: bool) -> float:
    """Sum of the hues where one colour is grey, else their mean around the circle (14)."""
    if is_grey:
        return one + other
    if abs(one - other) <= 180:
        return (one + other) / 2
    return (one + other + (360 if one + other < 360 else -360)) / 2


def _hue_weight(hue: float) -> float:
    """T (15)."""
    return (
        1
        - 0.17 * cos(radians(hue - 30))
        + 0.24 * cos(radians(2 * hue))
        + 0.32 * cos(radians(3 * hue + 6))
        - 0.20 * cos(radians(4 * hue - 63))
    )


def _rotation(mean_chroma: float, hue: float) -> float:
    """R_T, for blues (16, 17, 21)."""
    angle = 30 * exp(-(((hue - 275) / 25) ** 2))
    seventh = mean_chroma**7
    return -2 * sqrt(seventh / (seventh + 25**7)) * sin(radians(2 * angle))
