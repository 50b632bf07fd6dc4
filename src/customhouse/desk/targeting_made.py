"""Simulated declarations and outcomes in files, labelled as simulated, to try targeting on."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from customhouse.errors import OutputError, TargetingError
from customhouse.store.disk import write_whole

if TYPE_CHECKING:
    import pyarrow as pa

LABEL = "SIMULATED.txt"
DAYS = 730
_TRUTH = ("fraud", "revenue_cny", "scheme")
_LONGEST = 21
"""Days after its declaration by which an inspection is finished."""
_SAID = (
    "The declarations in this folder are simulated: no line is a real declaration and no trader a real one.\n"
    "What is found on them shows a direction and proves nothing of real trade.\n\n"
    "declarations  what was declared\n"
    "outcomes      what inspections found: of declarations drawn at random, with the day they were finished\n"
    "truth         what is true of every declaration, which no office knows; for evaluation alone\n"
    "aeo.csv       accredited traders\n"
    "policy.yaml, rules.yaml   an example of a policy and of rules\n"
)
_POLICY = (
    "# Shares of declarations, by office and day; parts of the inspections.\n"
    "inspect: 0.05      # in the red lane\n"
    "documents: 0.10    # in the yellow lane\n"
    "random: 0.10       # part of the inspections that is drawn at random\n"
    "explore: 0.05      # part for what the model knows least of\n"
    "trusted: 0.2       # random rate of accredited traders over that of others\n"
    "# pool: offices    # one budget for all offices\n"
    "# every_days: 7    # one budget for a week\n"
)
_RULES = (
    "rules:\n"
    "  - name: through_elsewhere\n"
    "    words: Origin with a preference, consigned from another country\n"
    "    when:\n"
    "      partner: [VNM, THA, MYS, IDN, AUS, CHL]\n"
    "      consignment: {differs_from: partner}\n"
    "      value_cny: {above: 100000}\n"
    "    share: 0.2\n"
)


@dataclass(frozen=True, slots=True)
class Made:
    """What was written: files, declarations, how many of them were inspected and how many are fraudulent."""

    files: tuple[Path, ...]
    declarations: int
    inspected: int
    frauds: int
    first: str
    last: str
    seed: int


def simulate(
    number: int, out: str | Path, *, seed: int = 1, days: int = DAYS, inspected: float = 0.2,
    form: Literal["csv", "parquet"] = "csv",
) -> Made:  # fmt: skip
    """Write so many simulated declarations of two years with hidden fraud, and what inspections found.

    A share `inspected` of them was inspected, drawn at random. Files of an earlier simulation in the folder
    are replaced; a folder with other files is refused. Raises TargetingError, OutputError.
    """
    import numpy as np
    import pyarrow as pa

    from customhouse.targeting.simulated import declarations

    if not 0 < inspected <= 1:
        raise TargetingError(f"a share of {inspected:g} inspected: it lies above 0, up to 1")
    table = declarations(number, seed, days)
    random = np.random.default_rng([seed, 1])
    chosen = random.random(number) < inspected
    declared, truth = table.drop_columns(list(_TRUTH)), table.select(["declaration_id", *_TRUTH])
    found = truth.drop_columns(["scheme"]).filter(pa.array(chosen)).append_column(
        "finished", [_finished(table["date"], random)[chosen]])  # fmt: skip
    tables = {"declarations": declared, "outcomes": found, "truth": truth}
    files = {f"{name}.{form}": _bytes(one, form) for name, one in tables.items()}
    files |= {"aeo.csv": _bytes(_accredited(table), "csv"), "policy.yaml": _POLICY.encode(),
              "rules.yaml": _RULES.encode(), LABEL: _SAID.encode()}  # fmt: skip
    folder = _written(Path(out), files)
    ends = (str(table["date"][0].as_py()), str(table["date"][-1].as_py()))
    frauds = int(np.asarray(table["fraud"]).sum())
    names = tuple(folder / name for name in files)
    return Made(names, number, int(chosen.sum()), frauds, *ends, seed)


def _finished(lodged: Any, random: Any) -> Any:
    """The day on which each inspection would be finished."""
    import numpy as np

    day = lodged.to_numpy(zero_copy_only=False).astype("datetime64[D]")
    return day + random.integers(3, _LONGEST, len(day)).astype("timedelta64[D]") + np.timedelta64(0, "D")


def _accredited(table: pa.Table) -> pa.Table:
    """The accredited list: a row a trader, from the first day on."""
    import pyarrow as pa

    traders = sorted(set(table["trader_id"].filter(table["aeo"]).to_pylist()))
    first: date = table["date"][0].as_py()
    days = pa.array([first] * len(traders), pa.date32())
    return pa.table({"trader_id": pa.array(traders, pa.string()), "first_day": days})


def _bytes(table: pa.Table, form: str) -> bytes:
    import pyarrow.csv as pacsv
    import pyarrow.parquet as pq

    out = io.BytesIO()
    if form == "csv":
        pacsv.write_csv(table, out, pacsv.WriteOptions(quoting_style="needed"))
    else:
        pq.write_table(table, out)
    return out.getvalue()


def _written(folder: Path, files: dict[str, bytes]) -> Path:
    """Every file, each whole. Raises OutputError, for a folder with other files too."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        there = {one.name for one in folder.iterdir()}
        if there and LABEL not in there:
            raise OutputError(f"{folder}: has other files; name an empty folder, or one of a simulation")
        for name in there:
            if Path(name).stem in ("declarations", "outcomes", "truth") and name not in files:
                (folder / name).unlink()
        for name, data in files.items():
            write_whole(folder / name, data)
    except OSError as error:
        raise OutputError(f"{folder}: cannot be written ({error.strerror}); name another folder") from error
    return folder


def looped(
    number: int, seed: int = 1, days: int = DAYS, language: str = "en"
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[tuple[Any, ...], ...]]:
    """Several ways of targeting at work on the same simulated declarations, week by week.

    A table as codes of columns, headings, rows: precision and the share of all revenue found of each way,
    how often it learnt and how often its drift raised an alarm. Raises TargetingError.
    """
    from customhouse.desk.targeting_words import word
    from customhouse.targeting.loop import Loop, run
    from customhouse.targeting.policies import Way
    from customhouse.targeting.simulated import declarations

    ways = (
        Way("random", "random"), Way("trader", "trader"), Way("duty", "duty"), Way("frozen", retrain="never"),
        Way("model"), Way("explore", explore=0.1),
    )  # fmt: skip
    found = run(declarations(number, seed, days), Loop(ways, seed=seed))
    codes = ("way", "precision", "revenue_recall", "learnt", "alarms")
    rows = tuple(
        (word(f"way_{one.name}", language), f"{100 * found.precision(one.name):.1f}",
         f"{100 * found.revenue_recall(one.name):.1f}", len(found.learnt[one.name]),
         len(found.drift[one.name].alarms))
        for one in ways
    )  # fmt: skip
    return codes, tuple(word(f"column_{one}", language) for one in codes), rows
