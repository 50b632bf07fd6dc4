"""The files of deploy/ and the page on running the counter: they fit each other and the program."""

from __future__ import annotations

import ast
import itertools
import json
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from customhouse.cli import app
from customhouse.web.limits import ADDRESS_BYTES
from customhouse.web.settings import DEFAULTS

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
UNIT, NGINX, CADDY, CONTAINER = (
    (DEPLOY / name).read_text("utf-8")
    for name in ("customhouse.service", "nginx.conf", "Caddyfile", "Containerfile")
)
RUNNING = (ROOT / "docs" / "running.md").read_text("utf-8")
COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]


def needs(program: str) -> str:
    """The path of a program; without it the test is skipped."""
    found = shutil.which(program) or shutil.which(program, path="/usr/sbin:/sbin")
    if not found:
        pytest.skip(f"{program} is not installed")
    return found


def setting(name: str) -> list[str]:
    """The values of a setting of the unit, in order."""
    return re.findall(rf"^{name}=(.*)$", UNIT, re.MULTILINE)


def options_exist(words: list[str]) -> None:
    """`customhouse COMMAND --option ...` as somebody would type it."""
    command = COMMANDS[words[1]]
    known = {name for parameter in command.params for name in parameter.opts}
    for word in words[2:]:
        if word.startswith("-"):
            assert word.partition("=")[0] in known, words


def test_the_unit_starts_a_command_that_there_is() -> None:
    words = shlex.split(setting("ExecStart")[0])
    assert words[0] == "/opt/customhouse/bin/customhouse" and words[1] == "serve"
    options_exist(words)
    assert setting("ReadOnlyPaths") == [words[2]]
    assert setting("ConditionPathExists") == [f"{words[2]}/store.json"]


def test_the_unit_is_one_to_systemd(tmp_path: Path) -> None:
    analyze = needs("systemd-analyze")
    unit = tmp_path / "customhouse.service"
    unit.write_text(UNIT.replace("/opt/customhouse/bin/customhouse", sys.executable), "utf-8")
    run = subprocess.run([analyze, "verify", str(unit)], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")
    told = [analyze, "security", "--offline=true", "--json=short", str(unit)]
    run = subprocess.run(told, capture_output=True, text=True, check=False)
    if run.returncode == 0 and run.stdout.startswith("["):  # systemd before 250 cannot tell without running
        open_to = {row["json_field"] for row in json.loads(run.stdout) if row["set"] is False}
        assert not open_to & {"NoNewPrivileges", "ProtectSystem", "PrivateDevices", "RestrictNamespaces"}


def test_the_calls_that_workers_make_are_allowed() -> None:
    analyze = needs("systemd-analyze")
    groups = setting("SystemCallFilter")[0].split()
    denied = setting("SystemCallFilter")[1].removeprefix("~").split()
    allowed = set().union(*(calls(analyze, group) for group in groups))
    allowed -= set().union(*(calls(analyze, group) for group in denied))
    # limits of workers, ends of process groups, keys of memory that V8 asks for
    assert {"prlimit64", "setrlimit", "prctl", "kill", "setsid", "pkey_alloc", "socketpair"} <= allowed
    assert not allowed & {"mount", "ptrace", "bpf", "reboot", "init_module", "setuid"}


def calls(analyze: str, group: str) -> set[str]:
    """The system calls of a group of systemd's."""
    run = subprocess.run([analyze, "syscall-filter", group], capture_output=True, text=True, check=False)
    lines = (line.strip() for line in run.stdout.splitlines()[1:])
    found: set[str] = set()
    for line in lines:
        found |= calls(analyze, line) if line.startswith("@") else {line} - {""}
    return {one for one in found if not one.startswith("#")}


def test_all_speak_of_one_port_and_one_site() -> None:
    port = re.findall(r"--port (\d+)", UNIT)[0]
    assert re.findall(r"server 127\.0\.0\.1:(\d+);", NGINX) == [port]
    assert re.findall(r"reverse_proxy 127\.0\.0\.1:(\d+)", CADDY) == [port]
    assert re.findall(r"^EXPOSE (\d+)$", CONTAINER, re.MULTILINE) == [port]
    assert set(re.findall(r"server_name (\S+);", NGINX)) == {"statistics.example"}
    assert "statistics.example {" in CADDY


def test_proxies_let_through_what_the_counter_refuses_itself() -> None:
    most = int(re.findall(r"client_max_body_size (\d+)m;", NGINX)[0]) * 2**20
    assert most > DEFAULTS.upload_bytes
    assert re.findall(r"client_body_buffer_size (\d+)m;", NGINX) == [str(most // 2**20)], "to disk"
    assert int(re.findall(r"max_size (\d+)MB", CADDY)[0]) * 10**6 > DEFAULTS.upload_bytes
    assert int(re.findall(r"proxy_read_timeout (\d+)s;", NGINX)[0]) > DEFAULTS.seconds
    assert "X-Forwarded-For $remote_addr;" in NGINX, "what a client says of itself is not passed on"
    for path in ("/metrics", "/healthz"):
        assert path in CADDY
        assert re.search(rf"location =? ?{path} {{\s+allow 127[^}}]*deny all;", NGINX)


def test_nginx_takes_the_file(tmp_path: Path) -> None:
    nginx, openssl = needs("nginx"), needs("openssl")
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=x", "-keyout",
         str(tmp_path / "privkey.pem"), "-out", str(tmp_path / "fullchain.pem")],
        check=True, capture_output=True,
    )  # fmt: skip
    site = NGINX
    for place in ("/etc/ssl/statistics.example", "/var/cache/nginx", "/var/log/nginx"):
        site = site.replace(place, str(tmp_path))
    number = itertools.count()
    site = re.sub(r"listen (\S*?\d+)", lambda _: f"listen unix:{tmp_path}/{next(number)}", site)
    (tmp_path / "site.conf").write_text(site, "utf-8")
    own = " ".join(f"{n}_temp_path {tmp_path};" for n in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    main = f"pid {tmp_path}/pid; events {{}} http {{ access_log off; {own} include {tmp_path}/site.conf; }}"
    (tmp_path / "nginx.conf").write_text(main, "utf-8")
    told = [nginx, "-t", "-e", str(tmp_path / "error.log"), "-c", str(tmp_path / "nginx.conf")]
    run = subprocess.run(told, capture_output=True, text=True, check=False)
    assert "test is successful" in run.stderr, run.stderr


def test_caddy_takes_the_file(tmp_path: Path) -> None:
    caddy = needs("caddy")
    command = [caddy, "adapt", "--config", str(DEPLOY / "Caddyfile"), "--adapter", "caddyfile"]
    run = subprocess.run(
        command, capture_output=True, text=True, check=False, env={"HOME": str(tmp_path), "PATH": "/usr/bin"}
    )
    assert run.returncode == 0, run.stderr
    assert "statistics.example" in run.stdout


def instructions() -> list[tuple[str, str]]:
    """The instructions of the container file, continued lines joined."""
    text = re.sub(r"^#.*\n", "", CONTAINER, flags=re.MULTILINE).replace("\\\n", " ")
    return [(line.split(None, 1)[0], line.split(None, 1)[1]) for line in text.splitlines() if line.strip()]


def test_the_container_copies_what_there_is() -> None:
    known = "FROM COPY RUN ENV USER WORKDIR EXPOSE STOPSIGNAL HEALTHCHECK ENTRYPOINT"
    assert {name for name, _ in instructions()} <= set(known.split())
    ignored = (DEPLOY / "Containerfile.dockerignore").read_text("utf-8").splitlines()
    copied = [rest.split()[:-1] for name, rest in instructions() if name == "COPY" and "--from" not in rest]
    assert copied
    for source in (source for sources in copied for source in sources):
        assert (ROOT / source).exists() and f"!{source}" in ignored, source


def test_the_container_installs_and_runs_what_there_is() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    for text in (CONTAINER, RUNNING):
        for named in re.findall(r"(?:\.|customhouse)\[([\w,]+)\]", text):
            assert set(named.split(",")) <= set(extras)
            assert {"web", "release", "compile"} <= set(named.split(","))
    made = dict(instructions())
    options_exist(json.loads(made["ENTRYPOINT"]))
    assert made["USER"].split(":")[0].isdigit() and made["USER"] != "0:0"
    check = json.loads(made["HEALTHCHECK"][made["HEALTHCHECK"].index("["):])
    ast.parse(check[2])
    assert "/healthz" in check[2]


@pytest.mark.parametrize("body", re.findall(r"^```sh\n(.*?)^```$", RUNNING, re.MULTILINE | re.DOTALL))
def test_commands_on_the_page_exist(body: str) -> None:
    for line in body.replace("\\\n", " ").splitlines():
        for part in re.split(r"&&|;|'", line):
            words = part.split()
            if words and Path(words[0]).name == "customhouse":
                options_exist([words[0], *words[1:]])
        for named in re.findall(r"deploy/\S+", line):
            assert (ROOT / named).exists()


def test_limits_on_the_page_are_those_of_the_program() -> None:
    rows = {cells[1].strip(): cells for row in RUNNING.splitlines() if len(cells := row.split("|")) > 4}
    said = {
        name: int(found[0].replace(",", ""))
        for name, cells in rows.items() if (found := re.findall(r"\d[\d,]*", cells[2]))
    }  # fmt: skip
    assert said["address with its query"] == ADDRESS_BYTES
    assert said["body of a form or JSON"] * 10**6 == DEFAULTS.body_bytes
    assert said["upload"] * 10**6 == DEFAULTS.upload_bytes
    assert said["text, also one found in an upload"] == DEFAULTS.text_characters
    assert said["time until the answer begins"] == DEFAULTS.seconds
    assert said["requests of one client"] == DEFAULTS.per_minute
    assert said["requests at once"] == DEFAULTS.in_flight
    assert said["heavy work at once"] == DEFAULTS.working
    assert said["memory of a worker"] * 10**9 == DEFAULTS.worker_bytes
    for name in re.findall(r"`Settings\.(\w+)`", RUNNING):
        assert hasattr(DEFAULTS, name)
    assert {"--seconds", "--per-minute", "--working", "--proxies"} <= set(re.findall(r"`(--[\w-]+)", RUNNING))


def test_help_of_the_command() -> None:
    assert CliRunner().invoke(app, ["serve", "--help"]).exit_code == 0
