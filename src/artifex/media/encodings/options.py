"""Turns an encoding into FFmpeg's options for each encoder."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from artifex.media.codecs import X264_AT_A_QUALITY
from artifex.media.encodings.encoders import Encoder
from artifex.media.encodings.encoding import ConstantRate, Encoding, Mastering, Quality, VariableRate

Options = dict[str, str]

_X264_PRESETS = {"fast": "veryfast", "medium": "medium", "slow": "slow"}
_X265_PRESETS = {"fast": "superfast", "medium": "fast", "slow": "slow"}
_SVT_PRESETS = {"fast": "8", "medium": "7", "slow": "5"}  # from preset 10 on SVT-AV1 4.1 leaves stale blocks
_VPX_SPEEDS = {"fast": "5", "medium": "3", "slow": "1"}
_NVENC_PRESETS = {"fast": "p2", "medium": "p4", "slow": "p6"}
_PRORES_PROFILES = {"proxy": "0", "lt": "1", "standard": "2", "hq": "3", "4444": "4", "4444xq": "5"}


def encoder_options(encoding: Encoding, encoder: Encoder) -> Options:
    """FFmpeg's options for an encoding that was checked."""
    options = _BUILDERS[encoder.name](encoding, encoder)
    if encoding.key_interval is not None:
        options |= {"g": str(encoding.key_interval), "keyint_min": str(encoding.key_interval)}
    return options


def _rate(encoding: Encoding, encoder: Encoder, quality: str = "crf") -> Options:
    match encoding.rate:
        case Quality(crf):
            return {quality: str(encoder.good_crf if crf is None else crf)}
        case ConstantRate(bits):
            return {"b": str(bits), "minrate": str(bits), "maxrate": str(bits), "bufsize": str(bits)}
        case VariableRate(bits, peak):
            return {"b": str(bits), "maxrate": str(peak), "bufsize": str(2 * peak)}


def _x264(encoding: Encoding, encoder: Encoder) -> Options:
    constant = {"x264-params": "nal-hrd=cbr"} if isinstance(encoding.rate, ConstantRate) else {}
    steady = {"sc_threshold": "0"} if encoding.key_interval is not None else {}
    usual = encoding.speed == "medium" and isinstance(encoding.rate, Quality)
    preset = X264_AT_A_QUALITY if usual else {"preset": _X264_PRESETS[encoding.speed]}
    return {**preset, **_rate(encoding, encoder), **constant, **steady}


def _x265(encoding: Encoding, encoder: Encoder) -> Options:
    # Threads are fixed because their number changes the bits. No B-frames: with them, x265 leaves the decoding times
    # of clips under three frames uninitialised.
    words = ["log-level=none", "pools=4", "frame-threads=2", "bframes=0"]
    if isinstance(encoding.rate, ConstantRate):
        words.append("strict-cbr=1")
    if encoding.key_interval is not None:
        words += [f"keyint={encoding.key_interval}", f"min-keyint={encoding.key_interval}", "scenecut=0", "open-gop=0"]
    if encoding.hdr is not None:
        words += ["hdr10=1", "hdr10-opt=1", "repeat-headers=1", f"master-display={_display(encoding.hdr)}"]
        words.append(f"max-cll={encoding.hdr.most_content},{encoding.hdr.most_average}")
    return {"preset": _X265_PRESETS[encoding.speed], **_rate(encoding, encoder), "x265-params": ":".join(words)}


def _svt(encoding: Encoding, encoder: Encoder) -> Options:
    words: list[str] = []
    rate = _rate(encoding, encoder)
    if isinstance(encoding.rate, ConstantRate):
        words += ["rc=2", "pred-struct=1"]
        rate = {"b": rate["b"]}
    elif isinstance(encoding.rate, VariableRate):
        words.append("rc=1")
        rate = {"b": rate["b"]}  # SVT-AV1 takes a peak with a crf only
    if encoding.key_interval is not None:
        words.append("scd=0")
    if encoding.hdr is not None:
        words.append(f"mastering-display={_svt_display(encoding.hdr)}")
        words.append(f"content-light={encoding.hdr.most_content},{encoding.hdr.most_average}")
    parameters = {"svtav1-params": ":".join(words)} if words else {}
    return {"preset": _SVT_PRESETS[encoding.speed], **rate, **parameters}


def _vpx(encoding: Encoding, encoder: Encoder) -> Options:
    rate = _rate(encoding, encoder)
    if isinstance(encoding.rate, Quality):
        rate["b"] = "0"
    alpha = {"auto-alt-ref": "0"} if encoding.alpha else {}
    return {"deadline": "good", "cpu-used": _VPX_SPEEDS[encoding.speed], "row-mt": "1", **rate, **alpha}


def _prores(encoding: Encoding, encoder: Encoder) -> Options:
    return {"profile": _PRORES_PROFILES[encoding.profile], "vendor": "apl0"}


def _ffv1(encoding: Encoding, encoder: Encoder) -> Options:
    # Level 3 is the first with checksums (RFC 9043, 4.2); every frame is a key frame, for exact seeking.
    return {"level": "3", "g": "1", "slices": "4", "slicecrc": "1"}


def _nvenc(encoding: Encoding, encoder: Encoder) -> Options:
    rate = _rate(encoding, encoder, quality="cq")
    if isinstance(encoding.rate, Quality):
        rate["b"] = "0"
    control = "cbr" if isinstance(encoding.rate, ConstantRate) else "vbr"
    steady = {"no-scenecut": "1", "forced-idr": "1"} if encoding.key_interval is not None else {}
    return {"preset": _NVENC_PRESETS[encoding.speed], "tune": "hq", "rc": control, **rate, **steady}


def _display(mastering: Mastering) -> str:
    """In units of 0.00002 and of 0.0001 cd/m²; the primaries are those of P3-D65."""
    most, least = mastering.most_luminance * 10_000, round(mastering.least_luminance * 10_000)
    return f"G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L({most},{least})"


def _svt_display(mastering: Mastering) -> str:
    light = f"L({mastering.most_luminance:.4f},{mastering.least_luminance:.4f})"
    return f"G(0.265,0.69)B(0.15,0.06)R(0.68,0.32)WP(0.3127,0.329){light}"


_BUILDERS: Mapping[str, Callable[[Encoding, Encoder], Options]] = MappingProxyType(
    {
        "libx264": _x264,
        "libx265": _x265,
        "libsvtav1": _svt,
        "libvpx-vp9": _vpx,
        "prores_ks": _prores,
        "ffv1": _ffv1,
        "h264_nvenc": _nvenc,
        "hevc_nvenc": _nvenc,
        "av1_nvenc": _nvenc,
    }
)
