"""Models in files: one file each, written whole or not at all, and read without running anything of it.

A model file is a ZIP archive of

    manifest.json   what it is: format, versions of libraries, settings, features, fingerprint, what it was
                    trained on, and the SHA-256 of every other member
    state.json      the tree of its memory (`packing`), with arrays by number
    arrays/N        the arrays, as Parquet
    classifier, regressor   the boosters as skops keeps them, made of a closed list of types, never by pickle
    check           what it says of made-up declarations, which a reader has to come by again

The digests tell damage and carelessness; whoever can write the file can also write others, so that files are
taken from people who are trusted to choose what is inspected. Reading one runs no code of it in any case.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from customhouse import optional
from customhouse.errors import BrokenFile, MissingExtra, OutputError, TargetingError, UnreadableFile
from customhouse.store.disk import write_whole
from customhouse.targeting import packing
from customhouse.targeting.probing import predicted

if TYPE_CHECKING:
    from customhouse.targeting.estimator import Targeting

FORMAT, VERSION = "customhouse targeting model", 1
MANIFEST, STATE, CHECK = "manifest.json", "state.json", "check"
_HEADS = ("classifier", "regressor")
_TREES = ("sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",)
TRUSTED: Mapping[str, tuple[str, ...]] = {
    "histogram": _TREES,
    "lightgbm": ("collections.OrderedDict", "lightgbm.basic.Booster", "lightgbm.sklearn.LGBMClassifier",
                 "lightgbm.sklearn.LGBMRegressor"),
    "catboost": ("catboost.core.CatBoostClassifier", "catboost.core.CatBoostRegressor"),
}  # fmt: skip
"""Types beyond those that skops trusts itself which a booster may be made of."""
_LIBRARIES = {"histogram": "scikit-learn", "lightgbm": "lightgbm", "catboost": "catboost"}
_LEARNT = re.compile(r"[a-z][a-z_]*_")
_LARGEST_TEXT = 1 << 26
_UNSAFE = (ValueError, KeyError, TypeError, AttributeError, IndexError, zipfile.BadZipFile, OSError,
           NotImplementedError, RuntimeError)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Trained:
    """What a model learnt from: days of declarations, how many, the day as of which outcomes were known."""

    first: str
    last: str
    declarations: int
    inspected: int
    frauds: int
    revenue_cny: float
    as_of: str | None = None
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a model file says of itself. Decisions are logged with the `fingerprint` of the model."""

    fingerprint: str
    settings: Mapping[str, Any]
    features: tuple[str, ...]
    trained: Trained | None
    libraries: Mapping[str, str]
    members: Mapping[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Saved:
    """A model that was read, and its manifest."""

    model: Targeting
    manifest: Manifest


def write(path: str | Path, model: Targeting, trained: Trained | None = None) -> Manifest:
    """Write a fitted model to a file, whole or not at all.

    Raises TargetingError for a model that is not fitted, OutputError, MissingExtra.
    """
    members = _members(model)
    manifest = Manifest(
        model.fingerprint, dict(model.get_params()), tuple(map(str, model.feature_names_in_)), trained,
        _libraries(model.booster), {name: sha256(data).hexdigest() for name, data in members.items()},
    )  # fmt: skip
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in {MANIFEST: _told(manifest), **members}.items():
            packed = zipfile.ZIP_STORED if name.startswith("arrays/") else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name), data, packed)
    try:
        write_whole(Path(path), out.getvalue())
    except OSError as error:
        wrong = f"{path}: cannot be written ({error.strerror or error})"
        raise OutputError(f"{wrong}; name a file in a folder that is there") from error
    return manifest


def refuse(path: str | Path) -> None:
    """Raises OutputError for a place where no model can be written: before it is learnt, not after."""
    place = Path(path)
    if place.is_dir() or not place.absolute().parent.is_dir():
        wrong = "is a folder" if place.is_dir() else "its folder does not exist"
        raise OutputError(f"{path}: {wrong}; name a file in a folder that is there")


def read(path: str | Path) -> Saved:
    """Read a model. Raises UnreadableFile, MissingExtra, and BrokenFile for what is none or newer."""
    place = str(path)
    with _opened(Path(path)) as archive:
        manifest = _manifest(archive, place)
        members = {name: _member(archive, name, digest, place) for name, digest in manifest.members.items()}
    try:
        model = _model(manifest, members, place)
    except _UNSAFE as error:
        raise BrokenFile(place, f"no model that can be read ({error})", "fit it again") from error
    _checked(model, members, manifest, place)
    return Saved(model, manifest)


def described(path: str | Path) -> Manifest:
    """What a model file says of itself, without reading the model. Raises as `read` does."""
    with _opened(Path(path)) as archive:
        return _manifest(archive, str(path))


def _members(model: Targeting) -> dict[str, bytes]:
    """Every member of the file but the manifest."""
    fingerprint = model.fingerprint  # raises for a model that is not fitted
    learnt = {name: value for name, value in vars(model).items()
              if _LEARNT.fullmatch(name) and name.removesuffix("_") not in _HEADS}  # fmt: skip
    packed = packing.Packed()
    tree = packed.tree({"fingerprint": fingerprint, "learnt": learnt})
    found = {STATE: json.dumps(tree, ensure_ascii=False).encode()}
    found |= {f"arrays/{number}": packing.to_bytes(one) for number, one in enumerate(packed.arrays)}
    for head in _HEADS:
        if (one := getattr(model, f"{head}_")) is not None:
            found[head] = _skops().dumps(one.booster if model.booster == "histogram" else one)
    return found | {CHECK: packing.to_bytes(predicted(model))}


def _model(manifest: Manifest, members: Mapping[str, bytes], place: str) -> Targeting:
    """The model of the members. Raises ValueError and the like for what is none."""
    from customhouse.targeting.estimator import Targeting

    arrays = {int(name.removeprefix("arrays/")): packing.from_bytes(data)
              for name, data in members.items() if name.startswith("arrays/")}  # fmt: skip
    state = packing.restored(json.loads(members[STATE]), arrays)
    model = Targeting(**_settings(manifest.settings))
    for name, value in state["learnt"].items():
        if not _LEARNT.fullmatch(name):
            raise ValueError(f"{name!r}: nothing that a model learns")
        setattr(model, name, value)
    for head in _HEADS:
        setattr(model, f"{head}_", _head(model, members.get(head), place))
    if model.fingerprint != manifest.fingerprint:
        raise ValueError("its fingerprint is that of another model")
    return model


def _settings(given: Mapping[str, Any]) -> dict[str, Any]:
    """Settings as they were: JSON has lists alone, `keys` is a tuple."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}


def _head(model: Targeting, data: bytes | None, place: str) -> Any:
    """A booster of the closed list of types. Raises BrokenFile for any other, whatever it holds."""
    from customhouse.targeting import boosting

    if data is None:
        return None
    trusted = TRUSTED.get(model.booster)
    if trusted is None:
        raise ValueError(f"{model.booster!r}: no booster")
    try:
        strange = sorted(set(_skops().get_untrusted_types(data=data)) - set(trusted))
        if strange:
            raise ValueError(f"a booster made of {', '.join(strange)[:200]}, which is no part of one")
        found = _skops().loads(data, trusted=list(trusted))
    except ImportError as error:
        library = _LIBRARIES[model.booster]
        raise TargetingError(f"{place}: {library} is not installed; pip install {library}") from error
    except MissingExtra:
        raise
    except Exception as error:  # whatever a made-up file brings skops to
        raise BrokenFile(place, f"no model that can be read ({error})", "fit it again") from error
    return boosting.Held(found, model.threads) if model.booster == "histogram" else found


def _checked(model: Targeting, members: Mapping[str, bytes], manifest: Manifest, place: str) -> None:
    """Raises BrokenFile for a model that does not predict here what it predicted where it was made."""
    import numpy as np

    try:
        here, there = predicted(model), packing.from_bytes(members[CHECK])
        same = here.shape == there.shape and np.allclose(here, there, rtol=1e-9, atol=0)
    except Exception as error:  # a model of broken parts fails anywhere
        raise BrokenFile(place, f"it does not predict ({error})", "fit it again") from error
    if not same:
        made = ", ".join(f"{name} {number}" for name, number in manifest.libraries.items())
        remedy = f"install what it was made with ({made}), or fit it again"
        raise BrokenFile(place, "does not predict here what it predicted where it was made", remedy)


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        if path.is_dir():
            kind = "a store of statistics" if (path / "store.json").exists() else "a folder"
            raise UnreadableFile(str(path), f"{kind}, not a model",
                                 "name the file that `customhouse target fit --to` wrote")  # fmt: skip
        return zipfile.ZipFile(path)
    except FileNotFoundError as error:
        raise UnreadableFile(str(path), "no such file", "make it with `customhouse target fit`") from error
    except zipfile.BadZipFile as error:
        raise BrokenFile(str(path), "no model of customhouse, or cut short", "fit it again") from error
    except OSError as error:
        wrong = f"cannot be read ({error.strerror or error})"
        raise UnreadableFile(str(path), wrong, "check its permissions") from error


def _manifest(archive: zipfile.ZipFile, place: str) -> Manifest:
    try:
        raw = json.loads(_text(archive, MANIFEST))
        if raw["format"] != FORMAT:
            raise ValueError("another format")
        if raw["version"] > VERSION:
            raise BrokenFile(place, f"a model of a newer kind ({raw['version']})", "update customhouse")
        trained = None if raw["trained"] is None else Trained(
            **{**raw["trained"], "files": tuple(raw["trained"]["files"])})  # fmt: skip
        return Manifest(str(raw["fingerprint"]), _settings(raw["settings"]), tuple(raw["features"]), trained,
                        dict(raw["libraries"]), dict(raw["members"]))  # fmt: skip
    except _UNSAFE as error:
        remedy = "name a file that `customhouse target fit` wrote"
        raise BrokenFile(place, "no model of customhouse", remedy) from error


def _text(archive: zipfile.ZipFile, name: str) -> bytes:
    if archive.getinfo(name).file_size > _LARGEST_TEXT:
        raise ValueError(f"{name} is too large")
    return archive.read(name)


def _member(archive: zipfile.ZipFile, name: str, digest: str, place: str) -> bytes:
    try:
        data = archive.read(name)
    except Exception as error:  # zipfile tells damage in many ways
        raise BrokenFile(place, f"{name} cannot be read ({error})", "fit the model again") from error
    if sha256(data).hexdigest() != digest:
        raise BrokenFile(place, f"{name} was changed since it was written", "fit the model again")
    return data


def _told(manifest: Manifest) -> bytes:
    about = {"format": FORMAT, "version": VERSION, **asdict(manifest)}
    return json.dumps(about, ensure_ascii=False, indent=2).encode()


def _libraries(booster: str) -> dict[str, str]:
    found, names = {}, ("customhouse", "scikit-learn", "skops", "numpy", _LIBRARIES.get(booster, "numpy"))
    for name in dict.fromkeys(names):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _skops() -> Any:
    return optional.module("skops.io", "keeping models in files", "targeting")
