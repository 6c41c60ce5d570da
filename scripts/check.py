"""Runs the checks of a group one after the other and adds up what their runners counted.

    check.py run GROUP [STEP…]   runs a group, or only some of its steps
    check.py total GROUP…        adds up what the groups left behind, and runs nothing

The last line is `N passed, N failed`. A format or lint step counts as one check. A step that could
not run, that printed no count, or that ran no test counts as one failure: silence is not success.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as xml
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve()
RESULTS = TARGET / "checks"
PROGRAM = TARGET / "release" / "aidoo"
DEBUG = TARGET / "debug" / "aidoo"
END2END = ROOT / "end2end"
WASM = "wasm32-unknown-unknown"


@dataclass
class Count:
    """What a runner counted; `why` says what else went wrong."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    why: str = ""
    # The failed tests by name, as far as the runner names them: a log may be kept by its end alone.
    names: list[str] = field(default_factory=list)
    seconds: float = field(default=0, compare=False)


@dataclass
class Ended:
    """A command that ended: its exit code, its output, and the file its report was to go to."""

    code: int
    output: str
    report: Path


# The process groups of the steps that run now.
RUNNING: set[int] = set()

Counter = Callable[[Ended], Count]


@dataclass
class Step:
    """A command and how to read its count. `{report}` in it stands for the report's path."""

    name: str
    command: list[str]
    count: Counter
    folder: Path = ROOT
    env: dict[str, str] = field(default_factory=dict)
    # Steps that must have passed: what they build is what this one looks at.
    after: tuple[str, ...] = ()
    # At least one file must match, or the step fails before it starts.
    files: str = ""
    # Minutes: what takes longer hangs, and is stopped with all that it started.
    limit: float = 45
    # The step with which it already begins, to use what that one and those up to its own turn leave of the processor.
    begins_with: str = ""


def one_check(ended: Ended) -> Count:
    return Count(passed=1) if ended.code == 0 else Count(failed=1)


def cargo_test(ended: Ended) -> Count:
    line = re.compile(
        r"^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored;", re.MULTILINE
    )
    counts = [tuple(map(int, found)) for found in line.findall(ended.output)]
    passed, failed, ignored = (sum(column) for column in zip(*counts)) if counts else (0, 0, 0)
    names = re.findall(r"^---- (\S+) stdout ----$", ended.output, re.MULTILINE)
    # To the runner a test that found nothing to work on has passed. It says so itself.
    skipped = len(re.findall(r"^skipped: ", ended.output, re.MULTILINE))
    return Count(passed - skipped, failed, ignored + skipped, names=names)


def playwright(ended: Ended) -> Count:
    report = json.loads(ended.report.read_text())
    stats = report["stats"]
    # A test that passes at the second try is a failure: there is nothing outside to blame.
    failed = stats["unexpected"] + stats["flaky"] + len(report.get("errors", []))
    names = [name for suite in report.get("suites", []) for name in unexpected(suite)]
    return Count(stats["expected"], failed, stats["skipped"], names=names)


def unexpected(suite: dict) -> list[str]:
    """The failed tests of a suite of Playwright's and of those within it, each with its file."""
    here = [
        f"{spec['file']}: {spec['title']}{reason(spec)}"
        for spec in suite.get("specs", [])
        if not spec["ok"]
    ]
    return here + [name for inner in suite.get("suites", []) for name in unexpected(inner)]


def reason(spec: dict) -> str:
    """Where and how a test of Playwright's failed first, as far as it says."""
    results = [result for test in spec.get("tests", []) for result in test.get("results", [])]
    errors = [error for result in results for error in result.get("errors", [])]
    if not errors:
        return ""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", errors[0].get("message", ""))
    # Its first lines say what was expected of what; the rest is a call log.
    told = " ".join(line.strip() for line in plain.splitlines()[:6] if line.strip())
    line = errors[0].get("location", {}).get("line", "?")
    return f" (line {line}: {told[:300]})"


def junit(ended: Ended) -> Count:
    count = Count()
    for suite in xml.parse(ended.report).getroot().iter("testsuite"):
        tests, skipped = int(suite.get("tests", 0)), int(suite.get("skipped", 0))
        failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        count.passed += tests - failed - skipped
        count.failed += failed
        count.skipped += skipped
        for case in suite.iter("testcase"):
            if case.find("failure") is not None or case.find("error") is not None:
                count.names.append(f"{case.get('classname')}.{case.get('name')}")
    return count


def node_test(ended: Ended) -> Count:
    report = ended.report.read_text()
    summary = dict(re.findall(r"^# (\w+) (\d+)$", report, re.MULTILINE))
    return Count(
        int(summary["pass"]),
        int(summary["fail"]) + int(summary.get("cancelled", 0)),
        int(summary.get("skipped", 0)) + int(summary.get("todo", 0)),
        names=re.findall(r"^ *not ok \d+ - (.+)$", report, re.MULTILINE),
    )


def counted_by_itself(ended: Ended) -> Count:
    count = json.loads(ended.report.read_text())
    return Count(count["passed"], count["failed"], count["skipped"])


def pytest(venv: str, tests: str) -> list[str]:
    python = str(END2END / venv / "bin" / "python")
    quiet = ["-q", "-p", "no:cacheprovider"]
    return [python, "-B", "-m", "pytest", *quiet, "--junitxml={report}", tests]


def python_client(name: str, venv: str, tests: str) -> Step:
    return Step(name, pytest(venv, tests), junit, files=tests, **with_env())


def node_client(name: str, tests: str) -> Step:
    reporters = [
        "--test-reporter=spec",
        "--test-reporter-destination=stdout",
        "--test-reporter=tap",
        "--test-reporter-destination={report}",
    ]
    command = ["node", "--test", *reporters, tests]
    return Step(name, command, node_test, files=tests, **with_env())


def conformance(revision: str) -> Step:
    """Counts the scenarios of the protocol's own suite. The program has what they want to find."""
    return Step(
        f"conformance, {revision}",
        ["node", "mcp/conformance.mjs", revision, "{report}"],
        counted_by_itself,
        folder=END2END,
        # A release lacks what the scenarios want to find.
        env={"AIDOO_PROGRAM": str(DEBUG)},
        after=("lint and build, native",),
    )


SERVER = ["--package", "server", "--bin", "aidoo", "--no-default-features", "--features", "embed"]
NATIVE = ["--workspace", "--exclude", "frontend"]
PAGES = ["--package", "frontend", "--lib", "--no-default-features", "--target", WASM]
DENY_WARNINGS = ["--", "-D", "warnings"]
# What `cargo clippy -- -D warnings` tells Cargo and the compiler, for builds that are used as well: to check
# everything for its own sake takes as long as half of the tests.
LINTED = {
    "RUSTC_WORKSPACE_WRAPPER": "clippy-driver",
    "CLIPPY_ARGS": "".join(f"{arg}__CLIPPY_HACKERY__" for arg in DENY_WARNINGS[1:]),
}
ON_THE_RELEASE = {"after": ("release",), "folder": END2END, "env": {"AIDOO_PROGRAM": str(PROGRAM)}}


def groups() -> dict[str, list[Step]]:
    cargo = ["cargo"]
    style = Step("format", cargo + ["fmt", "--all", "--check"], one_check)
    return {
        "lint": [
            style,
            Step(
                "lint, native",
                cargo + ["clippy", "--quiet", *NATIVE, "--all-targets", *DENY_WARNINGS],
                one_check,
            ),
            Step("lint, wasm", cargo + ["clippy", "--quiet", *PAGES, *DENY_WARNINGS], one_check),
        ],
        "rust": [
            style,
            Step(
                "lint and build, native",
                cargo + ["test", *NATIVE, "--all-targets", "--no-run"],
                one_check,
                env=LINTED,
            ),
            Step(
                "rust",
                cargo + ["test", "--quiet", *NATIVE, "--no-fail-fast"],
                cargo_test,
                # While some wait for servers, clocks and PostgreSQL, others go on.
                env=LINTED | {"RUST_TEST_THREADS": str(2 * (os.cpu_count() or 1))},
                after=("lint and build, native",),
            ),
            Step(
                "lint and build, wasm",
                cargo + ["build", *PAGES],
                one_check,
                env=LINTED,
            ),
        ],
        "end2end": [
            Step("this sum", pytest(".venv-mcp1", "scripts"), junit, files="scripts/test_*.py"),
            # Not by Clippy, which compiles otherwise: this is what ships.
            # Most of it is one thread that optimises; most of the tests of Rust wait.
            Step("pages", ["scripts/site.sh", "release"], one_check, begins_with="rust"),
            Step(
                "release",
                cargo + ["build", "--release", *SERVER],
                one_check,
                after=("pages",),
            ),
            Step("types", ["npx", "tsc", "--noEmit"], one_check, folder=END2END),
            Step(
                "browser",
                ["npx", "playwright", "test"],
                playwright,
                files="tests/*.spec.ts",
                **with_env(PLAYWRIGHT_JSON_OUTPUT_FILE="{report}"),
            ),
            python_client("mcp, python 1", ".venv-mcp1", "mcp/test_clients.py"),
            python_client("mcp, python 2", ".venv-mcp2", "mcp/test_clients.py"),
            python_client("mcp, fastmcp", ".venv-fastmcp", "mcp/test_fastmcp.py"),
            node_client("mcp, typescript", "mcp/clients.test.mjs"),
            node_client("mcp, programs", "mcp/programs.test.mjs"),
            *(conformance(revision) for revision in ("2025-11-25", "2026-07-28")),
        ],
        "leptos": [
            # As people develop with it: a release is built without it. The whole journey, and what only its builds have.
            Step(
                "cargo leptos",
                # With the tests of the server, and so with its libraries as all tests have them: Cargo would otherwise
                # choose their features anew and build most of them a second time.
                cargo
                + ["leptos", "end-to-end"]
                + [f"--bin-cargo-args={arg}" for arg in (*NATIVE, "--test", "it")],
                playwright,
                env=LINTED
                | {
                    "AIDOO_PROGRAM": str(DEBUG),
                    "AIDOO_SPECS": "journey|styleguide",
                    "PLAYWRIGHT_JSON_OUTPUT_FILE": "{report}",
                },
            ),
            Step(
                "its pages",
                [sys.executable, "scripts/look_at_pages.py", str(DEBUG)],
                one_check,
                env={"LEPTOS_SITE_ROOT": str(ROOT / "target" / "site")},
                after=("cargo leptos",),
            ),
        ],
        # By hand: it compiles everything once more, and nobody ships it. It leaves its own pages where the others have theirs.
        "leptos-release": [
            Step(
                "cargo leptos, release",
                cargo + ["leptos", "build", "--release", "--precompress", "--bin-features", "embed"],
                one_check,
            ),
            Step(
                "its release's pages",
                [sys.executable, "scripts/look_at_pages.py", str(PROGRAM)],
                one_check,
                after=("cargo leptos, release",),
            ),
        ],
        "deny": [
            Step(
                "licences, bans, sources",
                cargo + ["deny", "--workspace", "check", "licenses", "bans", "sources"],
                one_check,
            ),
            Step("known faults", cargo + ["deny", "check", "advisories"], one_check),
        ],
    }


def with_env(**more: str) -> dict:
    return {**ON_THE_RELEASE, "env": {**ON_THE_RELEASE["env"], **more}}


def steps_of(group: str) -> list[Step]:
    known = groups()
    if group == "test":
        return [*known["rust"], *known["end2end"]]
    return known[group]


def run(group: str, only: list[str]) -> int:
    steps = [step for step in steps_of(group) if not only or step.name in only]
    if not steps:
        sys.exit(f"no such step in {group}: {', '.join(step.name for step in steps_of(group))}")
    RESULTS.mkdir(parents=True, exist_ok=True)
    counts = counted_in_turn(steps)
    (RESULTS / f"{group}.json").write_text(
        json.dumps({name: vars(count) for name, count in counts.items()}, indent=2)
    )
    return conclude(counts)


def counted_in_turn(steps: list[Step]) -> dict[str, Count]:
    """Runs the steps in their order, but for those that begin with an earlier one: each of these is waited for at its turn."""
    counts: dict[str, Count] = {}
    begun: dict[str, Future[Count]] = {}
    with ThreadPoolExecutor() as pool:
        try:
            for number, step in enumerate(steps, start=1):
                for later in steps[number:]:
                    if later.begins_with == step.name:
                        begun[later.name] = pool.submit(counted, behind(later), dict(counts))
                print(f"[{number}/{len(steps)}] {step.name}", flush=True)
                early = begun.get(step.name)
                counts[step.name] = early.result() if early else counted(step, counts)
        except BaseException:
            # What runs beside does not hear of it.
            for process in list(RUNNING):
                os.killpg(process, signal.SIGKILL)
            raise
    return counts


def behind(step: Step) -> Step:
    """The step as one that leaves the processor to the others."""
    return replace(step, command=["nice", "-n", "19", *step.command])


def counted(step: Step, so_far: dict[str, Count]) -> Count:
    broken = [name for name in step.after if name in so_far and so_far[name].failed]
    if broken:
        return Count(failed=1, why=f"not run, since this failed: {', '.join(broken)}")
    if step.files and not any(step.folder.glob(step.files)):
        return Count(failed=1, why=f"no file is called {step.folder.name}/{step.files}")
    started = time.monotonic()
    try:
        ended = execute(step)
    except OSError as error:
        return Count(failed=1, why=str(error))
    seconds = time.monotonic() - started
    print(f"    {step.name}: {seconds:.0f} s", flush=True)
    try:
        count = step.count(ended)
    except (OSError, ValueError, KeyError, xml.ParseError) as error:
        count = Count(failed=1, why=f"its report cannot be read: {type(error).__name__}: {error}")
    count.seconds = seconds
    if ended.code == -signal.SIGKILL:
        count.failed, count.why = max(count.failed, 1), f"it was killed; its limit is {step.limit:g} min"
    elif ended.code != 0 and count.failed == 0:
        count.failed, count.why = 1, f"it ended with {ended.code}"
    if count.passed + count.failed == 0:
        count.failed, count.why = 1, "it ran no test"
    return count


def execute(step: Step) -> Ended:
    """Runs the command, shows its output as it comes, and keeps it."""
    name = re.sub(r"\W+", "-", step.name)
    report, log = RESULTS / f"{name}.report", RESULTS / f"{name}.log"
    report.unlink(missing_ok=True)
    fill = lambda text: text.replace("{report}", str(report))  # noqa: E731
    env = os.environ | {name: fill(value) for name, value in step.env.items()}
    lines: list[str] = []
    with (
        log.open("w") as kept,
        subprocess.Popen(
            [fill(part) for part in step.command],
            cwd=step.folder,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        ) as process,
    ):
        stop = threading.Timer(step.limit * 60, os.killpg, (process.pid, signal.SIGKILL))
        stop.start()
        RUNNING.add(process.pid)
        try:
            for line in process.stdout or ():
                print(line, end="", flush=True)
                kept.write(line)
                lines.append(line)
            process.wait()
        except BaseException:
            # It is in a session of its own, which Ctrl-C does not reach.
            os.killpg(process.pid, signal.SIGKILL)
            raise
        finally:
            RUNNING.discard(process.pid)
            stop.cancel()
    return Ended(process.returncode, "".join(lines), report)


def total(names: list[str]) -> int:
    counts: dict[str, Count] = {}
    for name in names:
        try:
            kept = json.loads((RESULTS / f"{name}.json").read_text())
        except (OSError, ValueError):
            counts[name] = Count(failed=1, why="it left no count")
            continue
        counts |= {step: Count(**count) for step, count in kept.items()}
    return conclude(counts)


def conclude(counts: dict[str, Count]) -> int:
    print()
    for name, count in counts.items():
        skipped = f", {count.skipped} skipped" if count.skipped else ""
        why = f" ({count.why})" if count.why else ""
        print(
            f"  {name:<26}{count.seconds:>5.0f} s{count.passed:>6} passed, {count.failed} failed{skipped}{why}"
        )
        for failed in count.names:
            print(f"      failed: {failed}")
    passed = sum(count.passed for count in counts.values())
    failed = sum(count.failed for count in counts.values())
    print(f"\n{passed} passed, {failed} failed", flush=True)
    return 1 if failed else 0


def main() -> int:
    match sys.argv[1:]:
        case ["run", group, *only] if group == "test" or group in groups():
            return run(group, only)
        case ["total", *names] if names:
            return total(names)
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    sys.exit(main())
