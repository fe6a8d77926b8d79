"""Checks whether an encoding can be written; errors name the field that has to change."""

from collections.abc import Iterable

from artifex.errors import BadField
from artifex.media.encodings.encoders import SOUNDS, STILLS, Encoder, encoder_for
from artifex.media.encodings.encoding import ConstantRate, Encoding, Quality, VariableRate
from artifex.units import PixelSize

_LEAST_RATE = 10_000
_MOST_RATE = 2_000_000_000
_MOST_SIDE = 16_384
_ANY_SIZE = "; ffv1 (.mkv) and folders of pictures take any size."


def check_encoding(encoding: Encoding) -> None:
    """Raises BadField."""
    if encoding.codec in STILLS:
        _check_stills(encoding)
        return
    encoder = encoder_for(encoding)
    if encoder is None:
        raise BadField("engine", f"{encoding.engine} does not encode {encoding.codec}; use software.")
    if encoding.container not in encoder.containers:
        raise BadField("container", f"{encoding.codec} is written to {_listed(encoder.containers)}.")
    _check_pixels(encoding, encoder)
    _check_rate(encoding, encoder)
    if encoding.key_interval is not None and encoding.key_interval < 1:
        raise BadField("key_interval", "Key frames are at least one frame apart.")
    _check_hdr(encoding, encoder)


def check_sound(encoding: Encoding) -> None:
    """Check that the container can hold the sound. Raises BadField."""
    possible = SOUNDS[encoding.container]
    if not possible:
        raise BadField("sound", "A folder of pictures holds no sound; leave it out, or choose another container.")
    if encoding.sound.codec not in possible:
        raise BadField("sound.codec", f"A sound in {encoding.container} is {_listed(possible)}.")
    if not 6_000 <= encoding.sound.bits_per_second <= 512_000:
        raise BadField("sound.bits_per_second", "A sound has 6,000 to 512,000 bits a second.")


def check_size(encoding: Encoding, size: PixelSize) -> None:
    """Check that the encoder takes frames of this size. Raises BadField."""
    encoder = encoder_for(encoding)
    if max(size.width, size.height) > _MOST_SIDE:
        raise BadField("size", f"At most {_MOST_SIDE} pixels a side can be written, not {size}.")
    if encoder is None:
        return
    if min(size.width, size.height) < encoder.least_side:
        raise BadField(
            "size",
            f"{encoding.codec} by {encoding.engine} needs at least {encoder.least_side} pixels a side, not {size}.",
        )
    if encoding.codec == "ffv1":
        return
    subsampled = f"{encoding.codec} in {':'.join(encoding.chroma)}"
    if encoding.chroma != "444" and size.width % 2:
        raise BadField("size", f"{subsampled} needs an even width, not {size}{_ANY_SIZE}")
    if encoding.chroma == "420" and size.height % 2:
        raise BadField("size", f"{subsampled} needs an even height, not {size}{_ANY_SIZE}")


def _check_stills(encoding: Encoding) -> None:
    if encoding.container != "folder":
        raise BadField("container", f"{encoding.codec} is written to a folder, one file a frame.")
    if (encoding.bits, encoding.alpha) not in STILLS[encoding.codec]:
        raise BadField("bits", f"{encoding.codec} cannot have {encoding.bits} bits.")


def _check_pixels(encoding: Encoding, encoder: Encoder) -> None:
    possible = encoder.pixel_formats
    if not any(bits == encoding.bits for bits, _, _ in possible):
        raise BadField(
            "bits", f"{encoding.codec} by {encoding.engine} has {_listed({str(bits) for bits, _, _ in possible})} bits."
        )
    if encoding.alpha and not any(alpha for _, _, alpha in possible):
        raise BadField("alpha", f"{encoding.codec} holds no alpha channel; use prores, vp9, ffv1 or png.")
    here = {chroma for bits, chroma, alpha in possible if bits == encoding.bits and alpha == encoding.alpha}
    if encoding.chroma not in here:
        raise BadField("chroma", f"{encoding.codec} with these bits and alpha has chroma {_listed(here)}.")
    if encoding.codec == "prores" and encoding.profile.startswith("4444") != (encoding.chroma == "444"):
        raise BadField("profile", "ProRes 4444 has chroma 444, and all other profiles have 422.")


def _check_rate(encoding: Encoding, encoder: Encoder) -> None:
    rate = encoding.rate
    if isinstance(rate, Quality):
        if rate.crf is not None and not (encoder.controls_rate and 1 <= rate.crf <= encoder.worst_crf):
            raise BadField("rate.crf", f"{encoding.codec} takes {_crfs(encoder)}.")
        return
    if not encoder.controls_rate:
        raise BadField("rate", f"{encoding.codec} takes the bits that it needs; leave the rate out.")
    if not _LEAST_RATE <= rate.bits_per_second <= _MOST_RATE:
        raise BadField("rate.bits_per_second", f"{_LEAST_RATE:,} to {_MOST_RATE:,} bits a second can be asked for.")
    if isinstance(rate, VariableRate) and not rate.bits_per_second <= rate.peak <= _MOST_RATE:
        raise BadField("rate.peak", "The peak is no less than the average.")
    if isinstance(rate, ConstantRate) and encoding.codec == "av1" and encoding.speed == "slow":
        raise BadField("speed", "AV1 at a constant rate is for live pictures; use medium or fast.")


def _check_hdr(encoding: Encoding, encoder: Encoder) -> None:
    if encoding.hdr is None:
        return
    if not encoder.holds_hdr:
        raise BadField("hdr", f"{encoding.codec} by {encoding.engine} is not written in HDR10; use hevc or av1.")
    if encoding.bits != 10:
        raise BadField("bits", "HDR10 has 10 bits.")
    mastering = encoding.hdr
    if not 0 < mastering.least_luminance < mastering.most_luminance <= 10_000:
        raise BadField(
            "hdr.most_luminance", "PQ goes up to 10,000 cd/m², and the darkest is darker than the brightest."
        )


def _crfs(encoder: Encoder) -> str:
    return f"a crf of 1 to {encoder.worst_crf}" if encoder.controls_rate else "no crf"


def _listed(names: Iterable[str]) -> str:
    return " or ".join(sorted(names))
