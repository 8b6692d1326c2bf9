"""The house rules, proved over the syntax trees of the package."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from samples import ROOT

PACKAGE = ROOT / "src" / "amip"
BASE = {
    "errors",
    "findings",
    "cards",
    "nearest",
    "assets",
    "question",
    "terms",
    "vocabulary",
    "version",
}
STAGES = (
    "sources",
    "records",
    "workbook",
    "lift",
    "validate",
    "link",
    "statistics",
    "reconcile",
    "publish",
    "query",
    "serve",
    "cli",
)
MAX_MODULE, MAX_FUNCTION = 300, 40
QUERY_OR_TURTLE = re.compile(
    r"\b(?:SELECT|CONSTRUCT|ASK|DESCRIBE|INSERT|DELETE|WHERE)\b[^{}]*\{"
    r"|\bPREFIX\s+[\w-]*:\s*<|@prefix\b|@base\b"
)

Function = ast.FunctionDef | ast.AsyncFunctionDef
Documented = Function | ast.ClassDef


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


PATHS = {module_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}
TEXTS = {name: path.read_text(encoding="utf-8") for name, path in PATHS.items()}
TREES = {name: ast.parse(text) for name, text in TEXTS.items()}


def imported(name: str) -> set[str]:
    """Return the modules of the package that a module imports, anywhere in it."""
    found = set()
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{name}: relative import in line {node.lineno}"
            for alias in node.names:
                longer = f"{node.module}.{alias.name}"
                found.add(longer if longer in PATHS else str(node.module))
    return {module for module in found if module.split(".")[0] == "amip"}


def rank(name: str) -> int:
    """Return the place of a module in the order of the stages; the base comes first."""
    top = name.split(".")[1]
    return 0 if top in BASE else 1 + STAGES.index(top)


def functions(tree: ast.AST) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def docstrings(tree: ast.AST) -> set[int]:
    """Return the identities of the nodes that are docstrings, of attributes too."""
    return {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def test_every_module_belongs_to_a_stage() -> None:
    tops = {name.split(".")[1] for name in PATHS if name != "amip"}
    assert tops <= BASE | set(STAGES)
    assert tops >= set(STAGES)


def test_imports_go_backwards_only() -> None:
    wrong = [
        f"{name} imports {other}"
        for name in PATHS
        if name != "amip"
        for other in imported(name)
        if other == "amip" or rank(other) > rank(name)
    ]
    assert wrong == []


def test_imported_modules_exist() -> None:
    wrong = [
        f"{name} imports {other}"
        for name in PATHS
        for other in imported(name)
        if other not in PATHS
    ]
    assert wrong == []


def test_no_cycle() -> None:
    graph = {name: imported(name) - {name} for name in PATHS}
    try:
        tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))


def test_only_the_command_line_depends_on_its_libraries() -> None:
    for name, tree in TREES.items():
        tops = {
            (node.module or "").split(".")[0]
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
        }
        tops |= {
            alias.name.split(".")[0]
            for node in ast.walk(tree)
            if isinstance(node, ast.Import)
            for alias in node.names
        }
        assert name.startswith("amip.cli") or not tops & {"click", "rich"}, name


def test_modules_are_short() -> None:
    lines = {name: text.count("\n") for name, text in TEXTS.items()}
    assert {name: count for name, count in lines.items() if count > MAX_MODULE} == {}


def test_functions_are_short() -> None:
    lengths = {
        f"{name}.{node.name}": (node.end_lineno or 0) - node.lineno + 1
        for name, tree in TREES.items()
        for node in functions(tree)
    }
    assert {name: count for name, count in lengths.items() if count > MAX_FUNCTION} == {}


def public(body: Iterable[ast.stmt], prefix: str) -> Iterator[tuple[str, Documented]]:
    for node in body:
        if isinstance(node, Documented) and not node.name.startswith("_"):
            yield f"{prefix}.{node.name}", node
            if isinstance(node, ast.ClassDef):
                yield from public(node.body, f"{prefix}.{node.name}")


def test_everything_public_has_a_docstring() -> None:
    missing = [name for name, tree in TREES.items() if not ast.get_docstring(tree)]
    for name, tree in TREES.items():
        missing += [name for name, node in public(tree.body, name) if not ast.get_docstring(node)]
    assert missing == []


def test_docstrings_begin_with_a_sentence() -> None:
    first = {
        name: (ast.get_docstring(node) or "").partition("\n")[0]
        for module, tree in TREES.items()
        for name, node in public(tree.body, module)
    }
    assert {name: line for name, line in first.items() if not line.endswith((".", ":"))} == {}


def test_everything_is_annotated() -> None:
    bare = [
        f"{name}.{node.name}: {argument.arg}"
        for name, tree in TREES.items()
        for node in functions(tree)
        for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
        if argument.annotation is None and argument.arg not in {"self", "cls"}
    ]
    bare += [
        f"{name}.{node.name}: return"
        for name, tree in TREES.items()
        for node in functions(tree)
        if node.returns is None
    ]
    assert bare == []


def test_the_library_neither_prints_nor_exits() -> None:
    loud = []
    for name, tree in TREES.items():
        for node in ast.walk(tree):
            called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            raised = ast.unparse(node.exc) if isinstance(node, ast.Raise) and node.exc else ""
            if called in {"print", "sys.exit", "exit", "quit", "os._exit"} or re.match(
                "SystemExit", raised
            ):
                loud.append(f"{name}:{getattr(node, 'lineno', 0)} {called or raised}")
    # A forked child ends here and must not run what its parent has still to do.
    loud = [
        line
        for line in loud
        if not re.fullmatch(r"amip\.serve\.engine\.worker:\d+ os\._exit", line)
    ]
    assert [line for line in loud if not line.startswith("amip.cli")] == []
    assert [line for line in loud if " print" in line] == []


def test_no_broad_except() -> None:
    broad = [
        f"{name}:{node.lineno}"
        for name, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        if node.type is None
        or {"Exception", "BaseException"} & {ast.unparse(part) for part in ast.walk(node.type)}
    ]
    assert broad == []


def exported(tree: ast.Module) -> list[str] | None:
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            names: list[str] = ast.literal_eval(node.value)
            return names
    return None


def test_packages_only_import_and_export_it_all() -> None:
    for name, tree in TREES.items():
        if PATHS[name].name != "__init__.py":
            continue
        names = exported(tree)
        found = {
            alias.asname or alias.name
            for node in tree.body
            if isinstance(node, ast.ImportFrom) and node.module != "__future__"
            for alias in node.names
        }
        assert names is not None, name
        assert names == sorted(found), name
        others = [
            node
            for node in tree.body
            if not isinstance(node, ast.ImportFrom | ast.Expr | ast.Assign)
        ]
        assert others == [], name


def test_other_exports_are_sorted_and_defined() -> None:
    for name, tree in TREES.items():
        names = exported(tree) or []
        assert names == sorted(set(names)), name


def test_queries_and_turtle_stand_in_files_of_their_own() -> None:
    found = []
    for name, tree in TREES.items():
        free = docstrings(tree)
        for node in ast.walk(tree):
            text = ""
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                text = node.value if id(node) not in free else ""
            elif isinstance(node, ast.JoinedStr):
                text = "{}".join(
                    str(part.value) for part in node.values if isinstance(part, ast.Constant)
                )
            if QUERY_OR_TURTLE.search(text):
                found.append(f"{name}:{getattr(node, 'lineno', 0)}: {text[:60]!r}")
    assert found == []


def test_no_comment_of_work_left_over() -> None:
    marks = re.compile(r"#\s*(?:TODO|FIXME|XXX|HACK)\b|#\s*[=*#-]{4,}")
    assert [name for name, text in TEXTS.items() if marks.search(text)] == []
