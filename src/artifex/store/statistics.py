"""Fixed statistics for SQLite's query planner, so that it plans alike on every machine and at every size.

Without them it assumes that a partial index holds half of its table, and reads a user's whole history to find their few
waiting jobs. The figures are those of a studio in use: many finished jobs, few unfinished ones. PostgreSQL keeps
statistics of its own.
"""

from sqlalchemy import Connection, text

_JOBS = 1_000_000
_FIGURES = {
    "ix_jobs_owner_number": (_JOBS, 10_000, 1),
    "ix_jobs_ended": (_JOBS, 200_000, 1),
    "ix_jobs_owner_ended": (_JOBS, 10_000, 2_000, 1),
    "ix_jobs_batch": (10_000, 10),
    "ix_jobs_unfinished": (5_000, 50, 1),
    "ix_jobs_open": (5_000, 1),
    "ix_jobs_waiting": (5_000, 50, 25, 10, 1, 1, 1, 1, 1),
    "ix_jobs_scheduled": (100, 2),
    "ix_jobs_expiring": (100, 2),
    "ix_jobs_conditional": (20, 10, 5),
    "uq_jobs_slot": (10, 1),
}
"""For each index: its rows, then the average number of rows that share the first column, the first two, and so on."""


def tell_planner(connection: Connection) -> None:
    """Write the statistics, for this connection and later ones; does nothing on PostgreSQL."""
    if connection.dialect.name != "sqlite":
        return
    connection.execute(text("analyze jobs"))  # creates sqlite_stat1
    connection.execute(text("delete from sqlite_stat1 where tbl = 'jobs'"))
    rows = [{"index": name, "figures": " ".join(map(str, figures))} for name, figures in _FIGURES.items()]
    connection.execute(text("insert into sqlite_stat1 (tbl, idx, stat) values ('jobs', :index, :figures)"), rows)
    connection.execute(text("analyze sqlite_schema"))
