"""The numbers of the ledger, gallery and report queue on PostgreSQL, each against raw asyncpg in the same run."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from benchmarks.fresh import Figures, in_fresh_process
from benchmarks.postgresql_money import CONNECTIONS, MEMBERS, money_rates
from benchmarks.postgresql_pages import page_times
from benchmarks.postgresql_server import VARIABLE, measured_server
from benchmarks.table import Options, Row
from tests.postgresql_server import NoServerError

SMALL_ROWS = 10_000
LARGE_ROWS = 1_000_000
FULL_ROWS = 10_000_000

_MONEY_NOTE = (
    f"The bot's own units of work (Settler.hold: quote, limits, budgets, balance, entry, state; Settler.store: lease, "
    f"picture, cast, state, entry, request read back), {MEMBERS} members at once, {CONNECTIONS} connections, "
    "SERIALIZABLE. Reference: asyncpg on as many connections, READ COMMITTED, only the statements without which it "
    "would not be a hold or a settlement (3 and 4, in BEGIN and COMMIT). Same schema and triggers. Median of rounds."
)
_PAGE_NOTE = (
    "Median of one page at a time through storage.read, {rows:,} rows. Reference: the same statement by asyncpg on a "
    "connection that is held open, no transaction, rows not read into anything."
)
_GROWTH_NOTE = "{large:,} rows against {small:,}, in random turns. The target is for ten million: --full."


def rows(options: Options) -> Sequence[Row]:
    """The rows about PostgreSQL; one that says so where there is no server."""
    large = FULL_ROWS if options.full else options.scaled(LARGE_ROWS, 100_000)
    rounds, operations = options.scaled(3, 1), options.scaled(3200, 960)
    try:
        with measured_server() as server:
            money = [in_fresh_process(money_rates, server, operations) for _ in range(rounds)]
            pages = in_fresh_process(page_times, server, SMALL_ROWS, large)
    except NoServerError as error:
        return [Row("PostgreSQL", "", "not measured", note=f"{error}; or name a server in {VARIABLE}.")]
    return [
        _money_row("PostgreSQL: hold transactions/s, 64 members at once", "hold", money),
        _money_row("PostgreSQL: settlements/s, 64 members at once", "settle", money),
        *(row for what, name in _PAGES for row in _page_rows(what, name, pages, large)),
    ]


_PAGES = (("balance", "balance"), ("gallery page", "gallery"), ("report queue", "queue"))


def _money_row(what: str, name: str, found: Sequence[Figures]) -> Row:
    ours, raw = (median(one[f"{name}_{who}"] for one in found) for who in ("ours", "raw"))
    return Row(
        what=what,
        target="≥ 0.4×",
        ours=f"{ours:,.0f}/s",
        reference=f"{raw:,.0f}/s",
        ratio=ours / raw,
        met=ours >= 0.4 * raw,
        note=_MONEY_NOTE,
    )


def _page_rows(what: str, name: str, found: Figures, large: int) -> Sequence[Row]:
    ours, raw, small = (found[f"{name}_{kind}_us"] for kind in ("large", "raw", "small"))
    return [
        Row(
            what=f"PostgreSQL: {what}, against the statement alone",
            target="",
            ours=f"{ours:.0f} µs",
            reference=f"{raw:.0f} µs",
            ratio=ours / raw,
            note=_PAGE_NOTE.format(rows=large),
        ),
        Row(
            what=f"PostgreSQL: {what}, {large:,} rows",
            target="≤ 1.5×",
            ours=f"{ours:.0f} µs",
            reference=f"{small:.0f} µs",
            ratio=ours / small,
            met=ours <= 1.5 * small,
            note=_GROWTH_NOTE.format(large=large, small=SMALL_ROWS),
        ),
    ]
