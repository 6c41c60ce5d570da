"""The sum of all checks: a runner that fails, says nothing or ran nothing is never taken for a success."""

import json
import sys

import pytest

import check
from check import Count, Ended, Step


@pytest.fixture(autouse=True)
def results(tmp_path, monkeypatch):
    monkeypatch.setattr(check, "RESULTS", tmp_path)
    return tmp_path


def python(code: str, count=check.cargo_test, **more) -> Step:
    return Step("step", [sys.executable, "-c", code], count, **more)


def test_the_counts_of_all_test_programs_are_added():
    lines = (
        "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured\\n"
        "test result: FAILED. 4 passed; 2 failed; 0 ignored; 0 measured"
    )
    assert check.counted(python(f"print('{lines}'); exit(101)"), {}) == Count(7, 2, 1)


def test_a_test_that_had_nothing_to_work_on_did_not_pass():
    lines = "..\\nskipped: nothing is there\\n.\\ntest result: ok. 3 passed; 0 failed; 0 ignored;"
    assert check.counted(python(f"print('{lines}')"), {}) == Count(2, 0, 1)


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("pass", "it ran no test"),
        ("print('test result: ok. 0 passed; 0 failed; 0 ignored;')", "it ran no test"),
        ("exit(101)", "it ended with 101"),
        ("print('test result: ok. 5 passed; 0 failed; 0 ignored;'); exit(1)", "it ended with 1"),
    ],
)
def test_silence_is_a_failure(code, why):
    count = check.counted(python(code), {})
    assert (count.failed, count.why) == (1, why)


@pytest.mark.parametrize(
    "count", [check.playwright, check.junit, check.node_test, check.counted_by_itself]
)
def test_a_report_that_is_missing_or_broken_is_a_failure(count):
    assert check.counted(python("pass", count), {}).failed == 1
    broken = python("import os; open(os.environ['OUT'], 'w').write('…')", count, env={"OUT": "{report}"})
    assert check.counted(broken, {}).failed == 1


def test_a_program_that_is_not_there_is_a_failure():
    assert check.counted(Step("step", ["/no/such/program"], check.one_check), {}).failed == 1


def test_what_hangs_is_stopped_with_its_children_and_fails():
    child = "import subprocess; subprocess.run(['sleep', '600'])"
    said = "print('test result: ok. 5 passed; 0 failed; 0 ignored;', flush=True)"
    count = check.counted(python(f"{said}; {child}", limit=0.02), {})
    assert (count.passed, count.failed, count.why) == (5, 1, "it was killed; its limit is 0.02 min")


def test_a_folder_without_tests_is_a_failure(tmp_path):
    step = python("pass", check.one_check, folder=tmp_path, files="tests/*.spec.ts")
    assert check.counted(step, {}).failed == 1


def test_what_stands_on_a_failed_step_is_not_run():
    step = python("pass", check.one_check, after=("build",))
    assert check.counted(step, {"build": Count(failed=1)}).failed == 1
    assert check.counted(step, {"build": Count(passed=1)}) == Count(passed=1)


def test_a_step_that_begins_with_an_earlier_one_runs_beside_it_and_is_counted_at_its_turn(tmp_path):
    met = f"import pathlib, time; here = pathlib.Path({str(tmp_path)!r})"
    wait = "[time.sleep(0.01) for _ in range(3000) if not (here / {other!r}).exists()]"

    def meeting(name: str, other: str, **more) -> Step:
        """A step that passes only while the other one runs too."""
        code = f"{met}; (here / {name!r}).touch(); {wait.format(other=other)}; (here / {other!r}).stat()"
        return Step(name, [sys.executable, "-c", code], check.one_check, **more)

    early = meeting("early", "first", begins_with="first")
    last = Step("last", [sys.executable, "-c", "pass"], check.one_check, after=("early",))
    counts = check.counted_in_turn([meeting("first", "early"), early, last])
    assert list(counts.items()) == [(name, Count(passed=1)) for name in ("first", "early", "last")]

    broken = Step("early", ["/no/such/program"], check.one_check, begins_with="first")
    first = Step("first", [sys.executable, "-c", "pass"], check.one_check)
    counts = check.counted_in_turn([first, broken, last])
    assert [count.failed for count in counts.values()] == [0, 1, 1]


def test_a_browser_s_test_that_passed_at_the_second_try_is_a_failure(tmp_path):
    report = tmp_path / "report"
    stats = {"expected": 6, "unexpected": 0, "flaky": 1, "skipped": 2}
    report.write_text(json.dumps({"stats": stats, "errors": []}))
    assert check.playwright(Ended(0, "", report)) == Count(6, 1, 2)


def test_what_failed_is_named_at_the_end(tmp_path, capsys):
    ended = Ended(101, "---- keys::are_final stdout ----\ntest result: FAILED. 1 passed; 1 failed; 0 ignored;", tmp_path)
    assert check.cargo_test(ended).names == ["keys::are_final"]

    report = tmp_path / "report"
    spec = {"file": "keys.spec.ts", "title": "a key", "ok": False}
    suites = [{"specs": [], "suites": [{"specs": [spec, spec | {"ok": True}]}]}]
    stats = {"expected": 1, "unexpected": 1, "flaky": 0, "skipped": 0}
    report.write_text(json.dumps({"stats": stats, "suites": suites}))
    assert check.playwright(Ended(1, "", report)).names == ["keys.spec.ts: a key"]
    message = "\x1b[31mError\x1b[39m: not focused\n\nLocator: link\nExpected: focused"
    error = {"message": message, "location": {"file": "keys.spec.ts", "line": 35}}
    spec["tests"] = [{"results": [{"errors": [error]}]}]
    report.write_text(json.dumps({"stats": stats, "suites": [{"specs": [spec]}]}))
    told = "keys.spec.ts: a key (line 35: Error: not focused Locator: link Expected: focused)"
    assert check.playwright(Ended(1, "", report)).names == [told]

    case = '<testcase classname="clients" name="lists"><failure/></testcase><testcase name="calls"/>'
    report.write_text(f'<testsuites><testsuite tests="2" failures="1">{case}</testsuite></testsuites>')
    assert check.junit(Ended(1, "", report)).names == ["clients.lists"]

    report.write_text("not ok 1 - lists\nok 2 - calls\n# pass 1\n# fail 1\n")
    assert check.node_test(Ended(1, "", report)).names == ["lists"]

    assert check.conclude({"browser": Count(1, 1, names=["keys.spec.ts: a key"])}) == 1
    assert "failed: keys.spec.ts: a key" in capsys.readouterr().out


def test_pytest_s_report_is_counted(tmp_path):
    report = tmp_path / "report"
    report.write_text(
        '<testsuites><testsuite tests="5" failures="1" errors="1" skipped="1"/></testsuites>'
    )
    assert check.junit(Ended(1, "", report)) == Count(2, 2, 1)


def test_node_s_report_is_counted(tmp_path):
    report = tmp_path / "report"
    report.write_text("# tests 5\n# pass 3\n# fail 1\n# cancelled 1\n# skipped 0\n# todo 0\n")
    assert check.node_test(Ended(1, "", report)) == Count(3, 2)


def test_a_group_that_left_no_count_is_a_failure(results, capsys):
    (results / "test.json").write_text(json.dumps({"rust": vars(Count(passed=9))}))
    assert check.total(["test"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "9 passed, 0 failed"
    assert check.total(["test", "deny"]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "9 passed, 1 failed"
