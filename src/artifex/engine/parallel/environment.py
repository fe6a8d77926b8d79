"""What NCCL and gloo are told before they begin."""

import os
import sys

_ALWAYS = {
    "NCCL_NVLS_ENABLE": "0",  # NVLink's multicast hangs on machines whose fabric is only half set up
    "TORCH_SYMM_MEM_DISABLE_MULTICAST": "1",
    "TORCH_NCCL_ASYNC_ERROR_HANDLING": "0",  # torch would end the whole process; `Team` aborts what hangs instead
    "TORCH_NCCL_ENABLE_MONITORING": "0",
}
_USUALLY = {"NCCL_SOCKET_IFNAME": "lo", "GLOO_SOCKET_IFNAME": "lo"}
"""All processes are on one machine: nothing listens to the network."""


def prepare_links() -> None:
    """To be called in every process before its first link, and best before its GPU is used at all."""
    os.environ.update(_ALWAYS)
    if sys.platform == "linux":
        for name, value in _USUALLY.items():
            os.environ.setdefault(name, value)
