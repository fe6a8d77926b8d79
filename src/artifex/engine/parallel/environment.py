"""Environment variables that NCCL, gloo and torch's links need."""

import os
import sys

_ALWAYS = {
    "NCCL_NVLS_ENABLE": "0",  # NVLink's multicast hangs on machines whose fabric is only half set up
    "TORCH_SYMM_MEM_DISABLE_MULTICAST": "1",
    "TORCH_NCCL_ASYNC_ERROR_HANDLING": "0",  # torch would end the whole process; `Team` aborts what hangs instead
    "TORCH_NCCL_ENABLE_MONITORING": "0",
}
_USUALLY = {"NCCL_SOCKET_IFNAME": "lo", "GLOO_SOCKET_IFNAME": "lo"}
"""Set unless the user has. All processes are on one machine, so nothing needs to listen to the network."""


def prepare_links() -> None:
    """Set the variables. Call it in every process before its first link, preferably before its GPU is used at all."""
    os.environ.update(_ALWAYS)
    if sys.platform == "linux":
        for name, value in _USUALLY.items():
            os.environ.setdefault(name, value)
