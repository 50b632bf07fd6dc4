"""What users do today, to be run beside ours: plain encodings under the usual boosters, and simpler rankings.

A rival gets what ours gets, declarations and what inspections found, and may use it as its users do: raw
columns as categories or numbers, two heads (probability of fraud; the logarithm of what frauds recovered),
ranked by probability, by probability times the root of predicted revenue, and by expected revenue.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

SEED = 1
WEIGHTS = (0.0, 0.5, 1.0)


@dataclass(frozen=True)
class Task:
    """Declarations to learn from and to rank, with what inspections of the first found (NaN: none)."""

    early: pd.DataFrame
    late: pd.DataFrame
    fraud: np.ndarray
    revenue: np.ndarray | None
    texts: tuple[str, ...]
    numbers: tuple[str, ...]
    keys: tuple[str, ...] = ()

    @property
    def inspected(self) -> np.ndarray:
        """Which of the early ones were inspected."""
        return ~np.isnan(self.fraud)


@dataclass(frozen=True)
class Two:
    """The probability of fraud, and what is recovered where there is one (None without amounts)."""

    probability: np.ndarray
    recovered: np.ndarray | None

    def rankings(self) -> dict[str, np.ndarray]:
        """Scores by the name of the ranking."""
        if self.recovered is None:
            return {"probability": self.probability}
        return {
            f"probability x revenue^{weight:g}" if weight else "probability":
                self.probability * self.recovered**weight
            for weight in WEIGHTS
        }  # fmt: skip


def numeric(task: Task) -> list[pd.DataFrame]:
    """Numbers of the inspected and of the late: amounts also in logarithms, and the unit value."""
    found = []
    for frame in (task.early[task.inspected], task.late):
        table = frame[list(task.numbers)].astype(float).reset_index(drop=True)
        for name in ("value_cny", "net_mass_kg", "duty_cny"):
            if name in table:
                table[f"log_{name}"] = np.log1p(table[name].clip(lower=0))
        table["unit_value"] = table["value_cny"] / table["net_mass_kg"].where(table["net_mass_kg"] > 0)
        table["month"] = pd.to_datetime(frame["date"]).dt.month.to_numpy()
        found.append(table)
    return found


def texts(task: Task) -> list[pd.DataFrame]:
    """Texts of the same, with the heading and chapter of the code as columns of their own."""
    found = []
    for frame in (task.early[task.inspected], task.late):
        table = frame[list(task.texts)].astype("string").fillna("").reset_index(drop=True)
        table["hs4"], table["hs2"] = (table["hs_code"].str[:depth] for depth in (4, 2))
        found.append(table)
    return found


def ordinal(task: Task) -> list[pd.DataFrame]:
    """Numbers, and texts as the number of their value, new values -1."""
    parts = texts(task)
    levels = {name: pd.Index(parts[0][name].unique()) for name in parts[0]}
    return [
        pd.concat([one, pd.DataFrame({n: levels[n].get_indexer(part[n]) for n in part})], axis=1)
        for one, part in zip(numeric(task), parts, strict=True)
    ]


def categorical(task: Task) -> list[pd.DataFrame]:
    """Numbers, and texts as the booster's own categories; new values are missing."""
    parts = texts(task)
    levels = {name: sorted(parts[0][name].unique()) for name in parts[0]}
    return [
        pd.concat([one, part.apply(lambda c: pd.Categorical(c, levels[c.name]))], axis=1)
        for one, part in zip(numeric(task), parts, strict=True)
    ]


def logistic(task: Task) -> Two:
    """Logistic regression, and ridge regression of logarithms, on one-hot columns."""
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression, Ridge
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    words, figures = texts(task), numeric(task)
    tables = [pd.concat(pair, axis=1) for pair in zip(words, figures, strict=True)]
    encode = ColumnTransformer([
        ("texts", OneHotEncoder(handle_unknown="ignore", min_frequency=5), list(words[0])),
        ("numbers", make_pipeline(SimpleImputer(), StandardScaler()), list(figures[0])),
    ])  # fmt: skip
    return _two(task, encode.fit_transform(tables[0]), encode.transform(tables[1]),
                LogisticRegression(max_iter=1000, C=1.0), Ridge(alpha=10.0))  # fmt: skip


def xgboost(task: Task) -> Two:
    """XGBoost on ordinal codes."""
    from xgboost import XGBClassifier, XGBRegressor

    shared = {"n_estimators": 300, "learning_rate": 0.06, "max_depth": 6, "subsample": 0.8,
              "colsample_bytree": 0.8, "n_jobs": 1, "random_state": SEED}  # fmt: skip
    return _two(task, *ordinal(task), XGBClassifier(**shared), XGBRegressor(**shared))


def lightgbm(task: Task) -> Two:
    """LightGBM on its own categories."""
    from lightgbm import LGBMClassifier, LGBMRegressor

    shared: dict[str, Any] = {
        "n_estimators": 300, "learning_rate": 0.06, "num_leaves": 31, "min_child_samples": 40,
        "cat_smooth": 20, "subsample": 0.8, "subsample_freq": 1, "colsample_bytree": 0.8, "n_jobs": 1,
        "random_state": SEED, "verbose": -1,
    }  # fmt: skip
    return _two(task, *categorical(task), LGBMClassifier(**shared), LGBMRegressor(**shared))


def catboost(task: Task) -> Two:
    """CatBoost with its ordered statistics of categories and of their combinations, rows in order of time."""
    from catboost import CatBoostClassifier, CatBoostRegressor

    names = list(texts(task)[0])
    early, late = (
        pd.concat(pair, axis=1) for pair in zip(texts(task), numeric(task), strict=True)
    )
    shared: dict[str, Any] = {
        "iterations": 500, "learning_rate": 0.06, "depth": 6, "has_time": True, "thread_count": 1,
        "random_seed": SEED, "verbose": False, "allow_writing_files": False, "cat_features": names,
    }  # fmt: skip
    return _two(task, early, late, CatBoostClassifier(**shared), CatBoostRegressor(**shared))


MODELS: Mapping[str, Callable[[Task], Two]] = {
    "logistic regression": logistic, "XGBoost": xgboost, "LightGBM": lightgbm, "CatBoost": catboost,
}  # fmt: skip


def _two(task: Task, early: Any, late: Any, classifier: Any, regressor: Any) -> Two:
    fraud = task.fraud[task.inspected] > 0
    classifier.fit(early, fraud.astype(int))
    probability = np.asarray(classifier.predict_proba(late))[:, 1]
    if task.revenue is None:
        return Two(probability, None)
    revenue = task.revenue[task.inspected]
    paid = np.flatnonzero(fraud & (revenue > 0))
    some = early.iloc[paid] if hasattr(early, "iloc") else early[paid]
    regressor.fit(some, np.log(revenue[paid]))
    return Two(probability, np.exp(np.clip(regressor.predict(late), -20, 40)))


def chance(task: Task) -> np.ndarray:
    """Any order."""
    return np.random.default_rng(SEED).random(len(task.late))


def declared_duty(task: Task) -> np.ndarray:
    """The duty that is declared."""
    return task.late["duty_cny"].to_numpy(dtype=float)


def traders_rate(task: Task) -> np.ndarray:
    """The smoothed rate of fraud of the trader's inspections so far."""
    return _rate(task, ["trader_id"], 8.0)


def look_up(task: Task) -> np.ndarray:
    """The rate of fraud among earlier declarations with the same goods, origin, consignment and duty rate."""
    return _rate(task, ["hs_code", "partner", "consignment", "duty_rate", "net_mass_kg"], 0.1)


def _rate(task: Task, columns: list[str], strength: float) -> np.ndarray:
    known = task.early[task.inspected][columns].assign(fraud=task.fraud[task.inspected])
    overall = known["fraud"].mean()
    groups = known.groupby(columns)["fraud"].agg(["sum", "count"])
    rate = (groups["sum"] + strength * overall) / (groups["count"] + strength)
    found = task.late[columns].merge(rate.rename("rate"), left_on=columns, right_index=True, how="left")
    return found["rate"].fillna(overall).to_numpy()
