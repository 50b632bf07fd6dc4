"""Models in files: they come back bit for bit, whole or not at all, and nothing in a file can run."""

from __future__ import annotations

import io
import json
import pickle
import random
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

import choosing
from customhouse.errors import BrokenFile, InputError, OutputError, TargetingError, UnreadableFile
from customhouse.targeting import packing, saved
from customhouse.targeting.estimator import Targeting
from customhouse.targeting.simulated import declarations

BOOSTERS = ("histogram", *(pytest.param(one, marks=pytest.mark.long) for one in ("lightgbm", "catboost")))
NAMES = ("probability", "recovered", "score", "unsure")
SIZE = 3000


@dataclass(frozen=True, slots=True)
class World:
    declared: pa.Table
    fraud: Any
    revenue: Any

    def model(self, **settings: Any) -> Targeting:
        return Targeting(iterations=12, **settings).fit(self.declared, self.fraud, revenue=self.revenue)


@pytest.fixture(scope="module")
def world() -> World:
    table = declarations(SIZE, seed=3)
    seen = np.random.default_rng(1).random(SIZE) < 0.5
    fraud = np.where(seen, np.asarray(table["fraud"]).astype(float), np.nan)
    declared = table.append_column("Seller", table["declarant_id"])
    declared = declared.drop_columns(["fraud", "scheme", "revenue_cny"])
    return World(declared, fraud, table["revenue_cny"].to_numpy())


@pytest.fixture(scope="module")
def model(world: World) -> Targeting:
    return world.model()


@pytest.fixture(scope="module")
def file(model: Targeting, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("models") / "a.chm"
    saved.write(path, model)
    return path


@pytest.mark.parametrize("booster", BOOSTERS)
def test_a_model_comes_back_bit_for_bit(booster: Any, world: World, tmp_path: Path) -> None:
    if booster != "histogram":
        pytest.importorskip(booster)
    fitted = world.model(booster=booster, keys=("Seller",), weight=0.3, seed=5)
    trained = saved.Trained("2023-01-01", "2024-12-31", SIZE, 1500, 80, 1e6, "2024-12-31", ("a.csv",))
    manifest = saved.write(tmp_path / "m.chm", fitted, trained)
    back = saved.read(tmp_path / "m.chm")
    assert back.manifest == manifest == saved.described(tmp_path / "m.chm")
    assert back.manifest.trained == trained and back.manifest.fingerprint == fitted.fingerprint
    assert back.model.fingerprint == fitted.fingerprint
    assert back.model.get_params() == fitted.get_params()
    mine, theirs = (one.scores(world.declared) for one in (fitted, back.model))
    for name in NAMES:
        assert getattr(mine, name).tobytes() == getattr(theirs, name).tobytes(), name


def test_what_a_model_says_why_comes_back_too(model: Targeting, file: Path, world: World) -> None:
    from customhouse.targeting.why import reasons

    back, rows = saved.read(file).model, [5, SIZE - 1]
    assert reasons(back, world.declared, rows, "en") == reasons(model, world.declared, rows, "en")


def test_the_same_model_gives_the_same_file(world: World, file: Path, tmp_path: Path) -> None:
    saved.write(tmp_path / "b.chm", world.model())
    mine, theirs = (saved.described(path) for path in (file, tmp_path / "b.chm"))
    assert mine.fingerprint == theirs.fingerprint
    learnt = [{name: one.members[name] for name in one.members if name not in ("classifier", "regressor")}
              for one in (mine, theirs)]  # fmt: skip
    assert learnt[0] == learnt[1]
    assert saved.described(file).fingerprint != world.model(weight=0.4).fingerprint


def test_no_member_is_a_pickle(file: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    for name in ("classifier", "regressor"):
        with zipfile.ZipFile(io.BytesIO(members.pop(name))) as inner:
            members |= {f"{name}/{one}": inner.read(one) for one in inner.namelist()}
    for name, data in members.items():
        if name.endswith(".npy"):
            assert np.load(io.BytesIO(data), allow_pickle=False).dtype.kind in "biufVU", name
        else:
            assert data[:1] in (b"{", b"P"), name  # JSON, or Parquet
            with pytest.raises(Exception, match=r".*"):
                pickle.loads(data)


def forged(path: Path, change: Callable[[dict[str, bytes]], None], **about: Any) -> Path:
    """A file that somebody changed and whose digests fit."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(members.pop("manifest.json")) | about
    change(members)
    manifest["members"] = {name: sha256(data).hexdigest() for name, data in members.items()}
    made = path.with_name("forged.chm")
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in {"manifest.json": json.dumps(manifest).encode(), **members}.items():
            archive.writestr(name, data)
    return made


RAN = list[str]()


class Runs:
    """What runs where it is unpickled."""

    def __reduce__(self) -> Any:
        return RAN.append, ("ran",)


def foreign(members: dict[str, bytes]) -> None:
    import skops.io
    from sklearn.preprocessing import FunctionTransformer

    members["classifier"] = skops.io.dumps(FunctionTransformer(RAN.append))


def pickled(name: str) -> Callable[[dict[str, bytes]], None]:
    return lambda members: members.update({name: pickle.dumps(Runs())})


def told(change: Callable[[dict[str, Any]], Any]) -> Callable[[dict[str, bytes]], None]:
    def put(members: dict[str, bytes]) -> None:
        tree = json.loads(members["state.json"])
        members["state.json"] = json.dumps(change(tree) or tree).encode()

    return put


def _learnt(tree: dict[str, Any]) -> list[Any]:
    found: list[Any] = next(one for key, one in tree["map"] if key == "learnt")["map"]
    return found


def texts(members: dict[str, bytes]) -> None:
    for name in members:
        if name.startswith("arrays/") and packing.from_bytes(members[name]).dtype.kind != "U":
            members[name] = packing.to_bytes(np.array(["a"]))


CHANGES: dict[str, Callable[[dict[str, bytes]], None]] = {
    "another type": foreign,
    "a pickle as the booster": pickled("classifier"),
    "a pickle as the state": pickled("state.json"),
    "a pickle as an array": pickled("arrays/0"),
    "a pickle as the check": pickled("check"),
    "no state": lambda members: members.pop("state.json") and None,
    "no booster": lambda members: members.pop("classifier") and None,
    "no array": lambda members: members.pop("arrays/3") and None,
    "texts for numbers": texts,
    "an unknown part": told(lambda tree: _learnt(tree).append(["x_", {"is": "Popen", "of": {"args": "ls"}}])),
    "a name of the language": told(lambda tree: _learnt(tree).append(["__class__", 1])),
    "another value": told(lambda tree: {"run": "ls"}),
    "another model's booster": lambda members: members.update({"classifier": members["regressor"]}),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_forged_file_is_refused_and_runs_nothing(name: str, file: Path) -> None:
    made = forged(file, CHANGES[name])
    with pytest.raises(BrokenFile, match=r"forged\.chm"):
        saved.read(made)
    assert not RAN


def test_a_booster_that_predicts_otherwise_is_told(world: World, file: Path, tmp_path: Path) -> None:
    saved.write(tmp_path / "other.chm", world.model(seed=9, learning_rate=0.3))
    with zipfile.ZipFile(tmp_path / "other.chm") as archive:
        other = archive.read("classifier")
    made = forged(file, lambda members: members.update({"classifier": other}))
    with pytest.raises(BrokenFile, match=r"does not predict here .*scikit-learn"):
        saved.read(made)


@pytest.mark.parametrize(
    ("about", "said"),
    [({"version": 99}, "newer"), ({"format": "zip"}, "no model of customhouse"),
     ({"fingerprint": "0" * 16}, "fingerprint"), ({"settings": {"shell": "ls"}}, "no model"),
     ({"trained": {"x": 1}}, "no model"), ({"features": None}, "no model")],
)  # fmt: skip
def test_a_manifest_that_does_not_fit_is_told(about: dict[str, Any], said: str, file: Path) -> None:
    with pytest.raises(BrokenFile, match=said):
        saved.read(forged(file, lambda members: None, **about))


def test_damage_anywhere_is_told(file: Path, tmp_path: Path) -> None:
    whole, chance = file.read_bytes(), random.Random(1)
    for number in range(40):
        broken = bytearray(whole)
        at = chance.randrange(len(whole))
        broken[at] ^= 1 << chance.randrange(8)
        path = tmp_path / "broken.chm"
        path.write_bytes(bytes(broken) if number % 4 else whole[:at])
        try:
            found = saved.read(path)
        except InputError as error:
            assert str(path) in str(error)
            continue
        assert found.manifest == saved.described(file)  # a bit of the archive's that says nothing


def test_files_that_are_none_are_told(tmp_path: Path, world: World) -> None:
    (tmp_path / "text.chm").write_text("declaration_id\n")
    with zipfile.ZipFile(tmp_path / "zip.chm", "w") as archive:
        archive.writestr("a", "b")
    for name, error, said in [
        ("none.chm", UnreadableFile, "target fit"), ("text.chm", BrokenFile, "no model"),
        ("zip.chm", BrokenFile, "no model"), (".", UnreadableFile, "a folder"),
    ]:  # fmt: skip
        with pytest.raises(error, match=said):
            saved.read(tmp_path / name)
    with pytest.raises(TargetingError, match="learnt nothing"):
        saved.write(tmp_path / "m.chm", Targeting())
    assert not (tmp_path / "m.chm").exists()


def test_a_file_is_written_whole_or_not_at_all(
    model: Targeting, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "m.chm"
    path.write_bytes(b"before")

    def fails(*given: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("customhouse.store.disk.os.fsync", fails)
    with pytest.raises(OutputError, match="No space left"):
        saved.write(path, model)
    assert path.read_bytes() == b"before" and [one.name for one in tmp_path.iterdir()] == ["m.chm"]
    for place in (tmp_path, tmp_path / "none" / "m.chm"):
        with pytest.raises(OutputError, match="folder"):
            saved.refuse(place)


KINDS = st.one_of(
    arrays.integer_dtypes(endianness="<"), arrays.unsigned_integer_dtypes(endianness="<"),
    arrays.floating_dtypes(endianness="<", sizes=(32, 64)), arrays.boolean_dtypes(),
)  # fmt: skip


@given(arrays.arrays(KINDS, arrays.array_shapes(min_dims=0, max_dims=2, min_side=0, max_side=8)))
@choosing.tries(30)
def test_arrays_come_back_bit_for_bit(values: Any) -> None:
    back = packing.from_bytes(packing.to_bytes(values))
    assert (back.dtype, back.shape, back.tobytes()) == (values.dtype, values.shape, values.tobytes())


@given(st.lists(st.text(st.characters(blacklist_characters="\0", blacklist_categories=("Cs",)), max_size=5)))
@choosing.tries(15)
def test_texts_come_back(given_texts: list[str]) -> None:
    values = np.array(given_texts, dtype="U5")
    back = packing.from_bytes(packing.to_bytes(values))
    assert back.dtype == values.dtype and back.tolist() == values.tolist()


@given(st.binary(max_size=300))
@choosing.tries(20)
def test_bytes_that_are_no_array_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="array"):
        packing.from_bytes(data)


def test_a_part_that_is_not_known_is_not_saved() -> None:
    for value in (object(), np.array([object()]), 1j, {"a": {1, 2}}, Runs()):
        with pytest.raises(TargetingError, match="cannot be saved"):
            packing.Packed().tree(value)
