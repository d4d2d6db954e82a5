"""Reading config.yaml: every mistake with file, line and key."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import yaml

from hmm_project.config_rules import ConfigError, Problem, build

T = TypeVar("T")


def parse(file: Path, content: str, kind: Callable[..., T]) -> T:
    """`kind`, a dataclass of settings, from the file's content. Raises ConfigError with all mistakes, a line each."""
    try:
        node = yaml.compose(content, Loader=yaml.SafeLoader)
        data = yaml.safe_load(content)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ConfigError(f"{file}:{line}: not valid YAML: {error.problem}") from None
    except yaml.YAMLError as error:
        raise ConfigError(f"{file}: not valid YAML: {error}") from None
    if data is None:
        return kind()
    if not isinstance(data, dict):
        raise ConfigError(f"{file}:1: expected keys such as 'database: embedded', found {type(data).__name__}")
    for twice in _repeated(node):
        raise ConfigError(f"{file}:{twice.start_mark.line + 1}: {twice.value}: stands here a second time; keep one")
    problems: list[Problem] = []
    built = build(kind, data, problems)
    if problems:
        lines = [f"{file}:{_line(node, each.path)}: {'.'.join(each.path)}: {each.text}" for each in problems]
        raise ConfigError("\n".join(lines))
    return built


def _repeated(node: yaml.Node | None) -> Iterator[yaml.ScalarNode]:
    """Keys that stand twice in one place: YAML would silently take the last."""
    if not isinstance(node, yaml.MappingNode):
        return
    seen = set()
    for key, value in node.value:
        if key.value in seen:
            yield key
        seen.add(key.value)
        yield from _repeated(value)


def _line(node: yaml.Node | None, path: Sequence[str]) -> int:
    """The line of the deepest key of `path` that the file holds."""
    line = 1
    for part in path:
        if not isinstance(node, yaml.MappingNode):
            break
        found = next(((key, value) for key, value in node.value if key.value == part), None)
        if found is None:
            break
        line, node = found[0].start_mark.line + 1, found[1]
    return line
