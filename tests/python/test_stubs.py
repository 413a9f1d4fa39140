"""The stubs say what the compiled module has, name for name."""

from __future__ import annotations

import ast
import importlib.util
import inspect
from pathlib import Path

import pytest

import capitation as cap
from capitation import _capitation as core

PACKAGE = Path(inspect.getfile(cap)).parent
STUB = ast.parse((PACKAGE / "_capitation.pyi").read_text(encoding="utf-8"))
CLASSES = {node.name: node for node in STUB.body if isinstance(node, ast.ClassDef)}


def _is_name(name: str) -> bool:
    return not (name.startswith("__") and name.endswith("__")) or name == "__version__"


def test_the_module_exports_what_the_stub_says() -> None:
    [listed] = [
        ast.literal_eval(node.value)
        for node in STUB.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
    ]
    assert sorted(listed) == sorted(name for name in vars(core) if _is_name(name))


@pytest.mark.parametrize("name", [name for name, node in CLASSES.items() if hasattr(core, name)])
def test_a_class_has_the_members_of_its_stub(name: str) -> None:
    node = CLASSES[name]
    written = {
        item.name if isinstance(item, ast.FunctionDef) else ast.unparse(item.target)
        for item in node.body
        if isinstance(item, (ast.FunctionDef, ast.AnnAssign))
    }
    cls = getattr(core, name)
    if issubclass(cls, Exception):  # its attributes are those of the instance: see test_contract
        return
    there = {member for member in vars(cls) if _is_name(member)}
    assert there == {member for member in written if _is_name(member)}


def test_every_public_name_is_there_and_documented() -> None:
    compiled = [name for name in core.__all__ if not name.startswith("_")]
    assert set(compiled) <= set(cap.__all__)
    for name in cap.__all__:
        assert hasattr(cap, name)
        if name != "__version__" and name not in CLASSES:
            in_stub = [n for n in STUB.body if isinstance(n, ast.FunctionDef) and n.name == name]
            assert getattr(cap, name).__doc__ or ast.get_docstring(in_stub[0]), name


def test_the_package_is_typed() -> None:
    assert (PACKAGE / "py.typed").is_file()
    assert importlib.util.find_spec("capitation._capitation") is not None


def test_the_example_of_the_package_runs() -> None:
    import doctest

    assert doctest.testmod(cap) == (0, 4)
