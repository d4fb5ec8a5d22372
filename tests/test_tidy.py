"""What the linter cannot hold: sizes, names, and a test for each module of the domain."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LINES_MAX = 300
FUNCTION_LINES_MAX = 40
BANNED_NAMES = {"utils", "common", "manager", "service", "helper", "data", "info"}
PROMISES = re.compile(r"\b(TODO|FIXME)\b")

# Modules of the domain that no file of the same name tests, and where they are tested instead.
TESTED_ELSEWHERE = {
    # one union, read and written through one door
    "events/reference.py": "tests/domain/test_events.py",
    "events/report.py": "tests/domain/test_events.py",
    "events/treatment.py": "tests/domain/test_events.py",
    # shapes of which events are made
    "grading.py": "tests/domain/test_events.py",
    "provenance.py": "tests/domain/test_events.py",
    "quantity.py": "tests/domain/rules/test_quantity.py",
    # parts of what a statement and a flow are
    "keys.py": "tests/domain/test_statements.py",
    "ways.py": "tests/domain/test_flows.py",
    # held where they are felt: at the door
    "limits.py": "tests/domain/test_checking.py",
    "misfits.py": "tests/domain/test_checking.py",
    "rules/days.py": "tests/domain/rules/test_report.py",
}

FILES = sorted(path for part in ("app", "tests", "migrations") for path in (ROOT / part).rglob("*.py"))
MODULES = [path for path in FILES if path.is_relative_to(ROOT / "app")]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def source_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def long_functions(path: Path) -> list[str]:
    sizes = {node: (node.end_lineno or 0) - node.lineno + 1 for node in functions(ast.parse(source_of(path)))}
    return [f"{name_of(path)}: {node.name}" for node, size in sizes.items() if size > FUNCTION_LINES_MAX]


def banned_words(path: Path) -> set[str]:
    words = {word for part in path.relative_to(ROOT).with_suffix("").parts for word in part.split("_")}
    return words & (BANNED_NAMES | {f"{name}s" for name in BANNED_NAMES})


def promises(path: Path) -> list[str]:
    tokens = tokenize.generate_tokens(io.StringIO(source_of(path)).readline)
    comments = [token.string for token in tokens if token.type == tokenize.COMMENT]
    return [f"{name_of(path)}: {comment}" for comment in comments if PROMISES.search(comment)]


def has_law(path: Path) -> bool:
    is_bare_package = path.name == "__init__.py" and not source_of(path).strip()
    return is_bare_package or ast.get_docstring(ast.parse(source_of(path))) is not None


def test_there_is_something_to_keep_tidy() -> None:
    assert {"app/domain/errors.py", "tests/test_tidy.py"} <= set(map(name_of, FILES))


def test_a_file_has_an_end() -> None:
    assert [name_of(path) for path in FILES if len(source_of(path).splitlines()) > LINES_MAX] == []


def test_a_function_fits_on_a_screen() -> None:
    assert [name for path in FILES for name in long_functions(path)] == []


def test_a_name_says_what_is_in_the_file() -> None:
    assert [name_of(path) for path in FILES if banned_words(path)] == []


def test_nothing_is_put_off_in_a_comment() -> None:
    assert [promise for path in FILES for promise in promises(path)] == []


def test_a_module_opens_with_its_law() -> None:
    assert [name_of(path) for path in MODULES if not has_law(path)] == []


def test_each_module_of_the_domain_has_a_test_of_its_name() -> None:
    domain = ROOT / "app" / "domain"
    modules = {path.relative_to(domain) for path in domain.rglob("*.py") if path.name != "__init__.py"}
    mirrors = {path: ROOT / "tests/domain" / path.with_name(f"test_{path.name}") for path in modules}
    assert sorted(p.as_posix() for p in modules if not mirrors[p].exists()) == sorted(TESTED_ELSEWHERE)


def test_the_tests_named_instead_exist() -> None:
    assert [place for place in TESTED_ELSEWHERE.values() if not (ROOT / place).exists()] == []
