"""A picture's rows split over several processes, each of which computes the pixels of its own strip.

A convolution reads one row beyond those it computes. So before each one, neighbours exchange the rows at their edges
(halo exchange, as for spatially split training in arXiv:1903.06681), and the result is what one process computes from
the whole picture: without overlap, blending or seams.
"""

from torch import Tensor
from torch import distributed as dist
from torch.nn import functional as F

from artifex.engine.parallel.links import Group
from artifex.engine.parallel.share import Share, shared_out


class RowShare(Share):
    """How the rows of a picture are split over the processes of a group; also of the picture at any larger scale.

    Pictures are [batch, channels, frames, rows, width].
    """

    __slots__ = ()

    @classmethod
    def of(cls, group: Group, rows: int) -> "RowShare":
        """Split so many rows; there have to be at least as many as processes."""
        return cls(group, shared_out(rows, group.size))

    def framed(self, x: Tensor) -> Tensor:
        """A strip with the adjacent rows of the picture, one above and one below: see `fill_frame`."""
        framed = F.pad(x, (0, 0, 1, 1))
        self.fill_frame(framed)
        return framed

    def fill_frame(self, framed: Tensor) -> None:
        """Write the first and the last row: the neighbours' edge rows, or zeros where the picture ends.

        Args:
            framed: [batch, channels, frames, 1 + rows + 1, width], with this process's rows in between.
        """
        ranks, handle = self.group.ranks, self.group.handle
        exchange: list[dist.P2POp] = []
        coming: list[tuple[Tensor, Tensor]] = []
        for outer, inner, neighbour in ((0, 1, self.group.place - 1), (-1, -2, self.group.place + 1)):
            row = framed[:, :, :, outer]
            if not 0 <= neighbour < self.group.size:
                row.zero_()
                continue
            sent = framed[:, :, :, inner].movedim(1, -1).contiguous()  # a pixel's channels lie side by side
            received = sent.new_empty(sent.shape)
            exchange.append(dist.P2POp(dist.isend, sent, ranks[neighbour], handle))
            exchange.append(dist.P2POp(dist.irecv, received, ranks[neighbour], handle))
            coming.append((row, received.movedim(-1, 1)))
        for work in dist.batch_isend_irecv(exchange):
            work.wait()
        for row, received in coming:
            row.copy_(received)
