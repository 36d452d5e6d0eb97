"""What operators can set is written down, and what is written down can be set."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
READERS = re.compile(r"env\.\w+|required|os\.environ\.get|os\.getenv")
# A data centre's own secret has its name built; JP stands for all of them.
ONE_OF_MANY = "ZOHO_CLIENT_SECRET_JP"
OUR_OWN = "SERVE_GENERATION"  # `serve` tells it the processes that it starts
COMPOSE_ONLY = "POSTGRES_PASSWORD"


def read_by(path: Path) -> Iterator[str]:
    """The variables that a module reads by their names."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and READERS.fullmatch(ast.unparse(node.func)):
            match node.args:
                case [ast.Constant(value=str(name)), *_]:
                    yield name


def variables() -> set[str]:
    """Every variable that the product reads."""
    found = {ONE_OF_MANY}
    for package in ("books_cliq", "portal", "integrations"):
        for path in (ROOT / package).rglob("*.py"):
            found.update(read_by(path))
    return found - {OUR_OWN}


def test_the_table_of_the_environment_holds_what_is_read_and_nothing_else():
    readme = (ROOT / "README.md").read_text()

    told = set(re.findall(r"^\| `([A-Z_]+)`", readme, re.MULTILINE))

    assert told == variables()


def test_the_example_holds_every_variable_and_nothing_else():
    example = (ROOT / ".env.example").read_text()

    told = set(re.findall(r"^(?:# )?([A-Z_]+)=", example, re.MULTILINE))

    assert told == variables() | {COMPOSE_ONLY}


def test_operators_are_told_of_what_compose_asks_for_and_where_the_rest_stands():
    compose = (ROOT / "compose.yaml").read_text()
    guide = (ROOT / "docs" / "operations.md").read_text()

    asked = set(re.findall(r"\$\{(\w+)", compose))

    assert asked == {COMPOSE_ONLY}
    assert COMPOSE_ONLY in guide
    assert "(../README.md#environment)" in guide
