"""A Spark cluster on loopback: a master and two workers from the package's own classes, memory bounded."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.request import urlopen

HOST = "127.0.0.1"
WORKERS = 2
_PATIENCE_S = 120
_SETTINGS = {
    "spark.driver.host": HOST,
    "spark.driver.bindAddress": HOST,
    "spark.driver.memory": "1g",
    "spark.executor.memory": "512m",
    "spark.executor.cores": "1",
    "spark.cores.max": str(WORKERS),
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.codegen.wholeStage": "false",  # Java made of a plan takes longer than to run it on few lines
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.sql.execution.arrow.pyspark.fallback.enabled": "false",
    "spark.sql.adaptive.enabled": "false",
}
_UNVERIFIED = "-XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote"
_BRIEF = f"-XX:TieredStopAtLevel=1 -XX:+UseSerialGC {_UNVERIFIED}"
"""On small data Java's second compiler and collectors of many threads work longer than they save, and a tenth
of all time is spent to see whether the code of Spark's classes is sound."""
_QUIET = """\
rootLogger.level = error
rootLogger.appenderRef.console.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %p %c{1}: %m%n%ex
"""


def missing() -> str | None:
    """Why there can be no cluster here; None where there can be."""
    if find_spec("pyspark") is None:
        return "pyspark is not installed"
    return None if _java() else "there is no java: install Java 17 and put it on the path, or set JAVA_HOME"


@contextmanager
def cluster(folder: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """A master's address once both workers have registered, and settings to reach it; stopped at the end."""
    port, page = _free_port(), _free_port()
    address = f"spark://{HOST}:{port}"
    quiet = folder / "log4j2.properties"
    quiet.write_text(_QUIET, encoding="utf-8")
    os.environ["SPARK_LOCAL_IP"] = HOST
    with ExitStack() as running:
        master = ["Master", "--host", HOST, "--port", str(port), "--webui-port", str(page)]
        processes = [running.enter_context(_started(folder, quiet, "master", master))]
        _wait(processes, lambda: _state(page) is not None)
        for number in range(WORKERS):
            name = f"worker-{number}"
            worker = [
                "Worker",
                "--host",
                HOST,
                "--port",
                "0",
                "--webui-port",
                "0",
                "--cores",
                "1",
                "--memory",
                "1g",
                "--work-dir",
                str(folder / name),
                address,
            ]
            processes.append(running.enter_context(_started(folder, quiet, name, worker)))
        _wait(processes, lambda: _state(page) == WORKERS)
        options = f"-Dlog4j2.configurationFile={quiet.as_uri()} {_BRIEF}"
        yield (
            address,
            _SETTINGS
            | {
                "spark.driver.extraJavaOptions": options,
                "spark.executor.extraJavaOptions": options,
            },
        )


@contextmanager
def _started(folder: Path, quiet: Path, name: str, command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    java, spec = _java(), find_spec("pyspark")
    assert java and spec and spec.origin
    home = Path(spec.origin).parent
    scala = next((home / "jars").glob("scala-library-*.jar")).stem.removeprefix("scala-library-")
    environment = os.environ | {
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": HOST,
        "JAVA_HOME": str(java.parent.parent),
        "SPARK_SCALA_VERSION": scala.rpartition(".")[0],
    }
    launched = [
        str(java),
        "-Xmx512m",
        *_BRIEF.split(),
        f"-Dlog4j2.configurationFile={quiet.as_uri()}",
        "-cp",
        f"{home}/jars/*",
        f"org.apache.spark.deploy.{command[0].lower()}.{command[0]}",
        *command[1:],
    ]
    with open(folder / f"{name}.log", "wb") as log:
        process = subprocess.Popen(launched, stdout=log, stderr=log, env=environment, cwd=folder)
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(processes: list[subprocess.Popen[bytes]], ready: Callable[[], bool]) -> None:
    until = time.monotonic() + _PATIENCE_S
    while not ready():
        ended = [process.args for process in processes if process.poll() is not None]
        assert not ended, f"ended at once, see its log: {ended}"
        assert time.monotonic() < until, "the cluster did not come up"
        time.sleep(0.1)


def _state(page: int) -> int | None:
    """How many workers have registered; None where the master does not answer."""
    try:
        with urlopen(f"http://{HOST}:{page}/json/", timeout=5) as answer:
            return int(json.load(answer)["aliveworkers"])
    except (OSError, ValueError, KeyError):  # not up yet, or its page is not
        return None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _java() -> Path | None:
    named = os.environ.get("JAVA_HOME")
    found = str(Path(named) / "bin" / "java") if named else shutil.which("java")
    return Path(found).resolve() if found and Path(found).exists() else None
