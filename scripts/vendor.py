"""Makes src/customhouse/web/static/vendor, the libraries of the pages: python scripts/vendor.py [--update].

Packages come from the registry that npm is set to, in the versions named here; what these need comes in
the versions that versions.json has, or with --update in the newest that fit. npm checks each package
against its sha512; one that differs from what versions.json has for the same version stops the script.

htmx is copied. Of Vega one file is made: its parser, view and the transforms that bars, lines and areas
need, Vega-Lite, and the interpreter of expressions, without which a page would have to allow eval. Maps,
forces, trees and words in clouds are left out, as is a copy of Vega that Vega-Lite asks three helpers of.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

VENDOR = Path(__file__).resolve().parents[1] / "src/customhouse/web/static/vendor"
COPIED = {"htmx.org": ("2.0.11", "dist/htmx.min.js", "htmx.min.js")}
"""Packages whose build for browsers is taken as it is: version, file, name here."""
BUNDLED = {"vega": "6.4.0", "vega-lite": "6.5.0", "vega-interpreter": "2.3.2"}
TOOL = {"esbuild": "0.28.2"}
BUNDLE, GLOBAL = "vega.min.js", "vegaKit"
"""The file made, and the name by which scripts of the pages find it: parse, View, compile, interpreter."""
ENTRY = """
import {transforms} from 'vega-dataflow';
import {extend} from 'vega-util';
import * as data from 'vega-transforms';
import * as views from 'vega-view-transforms';
import * as encoding from 'vega-encode';
extend(transforms, data, views, encoding);
export {parse} from 'vega-parser';
export {View} from 'vega-view';
export {compile} from 'vega-lite';
export {expressionInterpreter as interpreter} from 'vega-interpreter';
"""
LICENCES = "LICENSES.txt"


def main() -> None:
    """Read the command line, fetch, check, bundle, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--update", action="store_true", help="take the newest of what the packages need")
    update = parser.parse_args().update
    for tool in ("npm", "node"):
        if not shutil.which(tool):
            parser.error(f"{tool} is not installed; the libraries are npm packages")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        before = recorded()
        if update or not before:
            fetch(folder, {})
        else:
            fetch(folder, {package: one["version"] for package, one in before.items()})
        locked = locked_packages(folder)
        compare(before, locked)
        VENDOR.mkdir(parents=True, exist_ok=True)
        inside = bundle(folder)
        for package, (_, file, to) in COPIED.items():
            shutil.copyfile(folder / "node_modules" / package / file, VENDOR / to)
        write(folder, locked, inside)


def recorded() -> dict[str, dict[str, str]]:
    """The packages of versions.json by name; none where there is no such file."""
    file = VENDOR / "versions.json"
    if not file.exists():
        return {}
    return {one["name"]: one for one in json.loads(file.read_text("utf-8"))["packages"]}


def fetch(folder: Path, versions: dict[str, str]) -> None:
    """The packages and what they need, into `folder`, each in one version; their own scripts do not run."""
    install(folder, versions)
    doubled = {name for name, count in Counter(_name(path) for path in placed(folder)).items() if count > 1}
    if doubled:
        install(folder, versions | {name: locked_packages(folder)[name]["version"] for name in doubled})


def install(folder: Path, versions: dict[str, str]) -> None:
    """The packages that are wanted, and what they need in `versions`."""
    wanted = {name: version for name, (version, *_) in COPIED.items()} | BUNDLED | TOOL
    rest = {name: version for name, version in versions.items() if name not in wanted}
    (folder / "package.json").write_text(json.dumps({"dependencies": wanted, "overrides": rest}), "utf-8")
    (folder / "package-lock.json").unlink(missing_ok=True)
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(["npm", "install", *options], cwd=folder, check=True)


def placed(folder: Path) -> dict[str, dict[str, Any]]:
    """What npm has put in place, by its path, with version, licence and the sha512 that it has checked."""
    found = json.loads((folder / "package-lock.json").read_text("utf-8"))["packages"]
    return {path: one for path, one in found.items() if path}


def locked_packages(folder: Path) -> dict[str, dict[str, Any]]:
    """The same by name; of two versions the one that most packages share."""
    found = placed(folder)
    return {_name(path): found[path] for path in sorted(found, key=len, reverse=True)}


def _name(path: str) -> str:
    return path.rpartition("node_modules/")[2]


def compare(before: dict[str, dict[str, str]], locked: dict[str, dict[str, Any]]) -> None:
    """Stop where a package is another than it was under the same version."""
    for name, one in before.items():
        now = locked.get(name)
        if now and now["version"] == one["version"] and now["integrity"] != one["integrity"]:
            sys.exit(f"{name} {one['version']}: not the package that versions.json has; find out why")


def bundle(folder: Path) -> set[str]:
    """Make the one file of Vega; the names of the packages in it."""
    (folder / "entry.mjs").write_text(ENTRY, "utf-8")
    subprocess.run([
        "node_modules/.bin/esbuild", "entry.mjs", "--bundle", "--minify", "--format=iife", "--target=es2022",
        f"--global-name={GLOBAL}", "--alias:vega=vega-util", "--legal-comments=none", "--charset=utf8",
        f"--outfile={BUNDLE}", "--metafile=meta.json", "--log-level=warning",
    ], cwd=folder, check=True)  # fmt: skip
    head = f"/* Vega, Vega-Lite and d3; licences in {LICENCES}, versions in versions.json */\n"
    (VENDOR / BUNDLE).write_text(head + (folder / BUNDLE).read_text("utf-8"), "utf-8")
    made = json.loads((folder / "meta.json").read_text("utf-8"))["outputs"][BUNDLE]["inputs"]
    used = [path for path, one in made.items() if one["bytesInOutput"] and "node_modules/" in path]
    return {_name(path).split("/")[0] for path in used} | set(BUNDLED)


def write(folder: Path, locked: dict[str, dict[str, Any]], inside: set[str]) -> None:
    """Versions, sums of the files and licences."""
    files = {name: to for name, (_, _, to) in COPIED.items()} | dict.fromkeys(inside, BUNDLE)
    packages, texts = [], []
    for name in sorted(files):
        one = locked[name]
        packages.append({
            "name": name, "version": one["version"], "licence": one["license"], "file": files[name],
            "integrity": one["integrity"],
        })  # fmt: skip
        text = licence(folder / "node_modules" / name)
        texts.append(f"{name} {one['version']} ({one['license']})\n\n{text}\n")
    sums = [
        {"file": name, "sha256": hashlib.sha256((VENDOR / name).read_bytes()).hexdigest()}
        for name in sorted(set(files.values()))
    ]
    tools = [f"{name} {version}" for name, version in TOOL.items()]
    kept = {"packages": packages, "files": sums, "made_with": tools}
    (VENDOR / "versions.json").write_text(json.dumps(kept, indent=1) + "\n", "utf-8")
    (VENDOR / LICENCES).write_text(("=" * 78 + "\n").join(texts), "utf-8")


def licence(package: Path) -> str:
    """The text of a package's licence."""
    found = [file for file in sorted(package.iterdir()) if file.name.upper().startswith("LICEN")]
    if not found:
        sys.exit(f"{package.name}: no licence among its files; it may not be passed on without one")
    return "\n".join(line.rstrip() for line in found[0].read_text("utf-8").splitlines()).strip()


if __name__ == "__main__":
    main()
