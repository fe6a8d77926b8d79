"""What SQLite's planner is told of the tables, so that it plans alike on every machine and at every size.

Left to itself it assumes that a partial index holds half of its table, and reads a user's whole history to find the few
jobs of theirs that wait. The figures are those of a studio in use: many jobs that are over, few that are not.
PostgreSQL keeps figures of its own.
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
"""By index: its rows, and how many of them are alike in the first column, in the first two, and so on."""


def tell_planner(connection: Connection) -> None:
    """Nothing for PostgreSQL. Connections opened later plan by it; this one too."""
    if connection.dialect.name != "sqlite":
        return
    connection.execute(text("analyze jobs"))  # makes the table of figures
    connection.execute(text("delete from sqlite_stat1 where tbl = 'jobs'"))
    rows = [{"index": name, "figures": " ".join(map(str, figures))} for name, figures in _FIGURES.items()]
    connection.execute(text("insert into sqlite_stat1 (tbl, idx, stat) values ('jobs', :index, :figures)"), rows)
    connection.execute(text("analyze sqlite_schema"))
