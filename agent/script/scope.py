"""The values of a running script: variables, secrets, and texts filled in with them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from tapwright.agent.script import expressions
from tapwright.agent.script.expression_rules import as_text
from tapwright.agent.script.expressions import Expression
from tapwright.agent.script.faults import guess
from tapwright.agent.script.fields import variable
from tapwright.agent.script.names import ENVIRONMENT
from tapwright.agent.script.source import meaning
from tapwright.agent.script.steps import Script
from tapwright.errors import ExpressionError, UsageError
from tapwright.tools.redaction import Redactor
from tapwright.tools.secrets import LONGEST, SHORTEST


class Scope:
    """What a script's expressions see; `secrets` by name are usable and shown nowhere.

    `environment` is the one chosen, `environ` where the secrets of subflows come from. What a
    value holds is data: braces inside it are never worked out. What an expression makes of
    a secret is a secret too.
    """

    def __init__(
        self,
        variables: Mapping[str, Any] | None = None,
        secrets: Mapping[str, str] | None = None,
        environment: str = "",
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self._variables = dict(variables or {})
        self._secrets = dict(secrets or {})
        self.environment = environment
        self._environ = os.environ if environ is None else environ
        self._redactor = Redactor({value: name for name, value in self._secrets.items()})

    def __repr__(self) -> str:
        return f"Scope({', '.join(self._variables)})"

    @property
    def names(self) -> frozenset[str]:
        """Everything that has a value."""
        return frozenset(self._all())

    def get(self, name: str) -> Any:
        """The value of a variable; raise `ExpressionError` where it has none."""
        return Expression(name).value(self._all())

    def set(self, name: str, value: Any) -> None:
        """Give a variable a value, which is data from now on."""
        self._variables[name] = value

    def unset(self, name: str) -> None:
        """Forget a variable, if there is one."""
        self._variables.pop(name, None)

    def fill(self, value: Any) -> Any:
        """`value` with its expressions worked out, inside lists and mappings too.

        A text that is exactly one `{{ expression }}` becomes what that gives, with its kind; any
        other stays a text. Raise `ExpressionError` where one cannot be worked out.
        """
        if isinstance(value, str):
            pieces = expressions.split(value)
            if len(pieces) == 1 and isinstance(pieces[0], Expression):
                return self._worked_out(pieces[0])
            return "".join(
                piece if isinstance(piece, str) else as_text(self._worked_out(piece))
                for piece in pieces
            )
        if isinstance(value, Mapping):
            return {key: self.fill(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self.fill(inner) for inner in value]
        return value

    def text(self, value: Any) -> str:
        """As `fill`, made a text in any case: `true` for a flag, nothing for None."""
        return as_text(self.fill(value))

    def truth(self, expression: str) -> bool:
        """Whether an expression, with or without braces, gives a value that is not empty."""
        return bool(self._worked_out(expressions.condition(expression)))

    def child(self, script: Script, arguments: Mapping[str, Any]) -> Scope:
        """As `child_given`, with `arguments` that are filled in first."""
        return self.child_given(script, self.fill(arguments))

    def child_given(self, script: Script, given: Mapping[str, Any]) -> Scope:
        """The scope of a subflow, which sees its own variables and what it is `given`.

        Secrets that it names must be this script's too, or set in the environment. Raise
        `UsageError` as `open_scope`.
        """
        known = {**self._environ, **self._secrets}
        child = open_scope(script, environment=self.environment, values=given, environ=known)
        child._keep_hidden(self._redactor.values)
        return child

    def hide_as(self, child: Scope) -> None:
        """Keep out of texts what a subflow's scope keeps out: its values may come back to us."""
        self._keep_hidden(child._redactor.values)

    def shown(self) -> dict[str, Any]:
        """The variables as they stand, without secrets, and with those in their values replaced."""
        return {name: self._shown(value) for name, value in self._variables.items()}

    def redact(self, text: str) -> str:
        """`text` without secrets, in whatever form they stand there."""
        return self._redactor.text(text)

    def _all(self) -> dict[str, Any]:
        return {ENVIRONMENT: self.environment, **self._variables, **self._secrets}

    def _worked_out(self, expression: Expression) -> Any:
        try:
            value = expression.value(self._all())
        except ExpressionError as error:
            raise ExpressionError(self.redact(str(error))) from None
        if self._redactor.values and self._is_touched(expression):
            self._hide(value, expression)
        return value

    def _is_touched(self, expression: Expression) -> bool:
        """Whether a secret goes into it."""
        names = expression.names.needed | expression.names.guarded
        return any(
            name in self._secrets or self._holds_secret(self._variables.get(name)) for name in names
        )

    def _holds_secret(self, value: Any) -> bool:
        text = as_text(value)
        return self.redact(text) != text

    def _hide(self, value: Any, expression: Expression) -> None:
        """What was made of a secret is hidden as well, piece by piece."""
        if isinstance(value, Mapping):
            for inner in value.values():
                self._hide(inner, expression)
        elif isinstance(value, list | tuple):
            for inner in value:
                self._hide(inner, expression)
        elif isinstance(value, str) and SHORTEST <= len(value) <= LONGEST:
            names = [name for name in expression.names.needed if name in self._secrets]
            if self.redact(value) == value:
                self._keep_hidden({value: names[0] if names else "value"})

    def _keep_hidden(self, values: Mapping[str, str]) -> None:
        if not values.keys() <= self._redactor.values.keys():
            self._redactor = Redactor({**values, **self._redactor.values})

    def _shown(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.redact(value)
        if isinstance(value, Mapping):
            return {self.redact(str(key)): self._shown(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self._shown(inner) for inner in value]
        if isinstance(value, bool | None):
            return value
        text = as_text(value)
        return value if self.redact(text) == text else self.redact(text)


def open_scope(
    script: Script,
    *,
    environment: str = "",
    values: Mapping[str, Any] | None = None,
    environ: Mapping[str, str] | None = None,
) -> Scope:
    """The scope that a script begins with.

    `environment` is the one chosen, `values` what was given from outside (a text for a variable
    that is a number or a flag is read as one), `environ` where secrets come from (the process's
    own unless given). Raise `UsageError` that names everything missing: an unknown environment, a
    value that is needed and not given, a secret that is not set.
    """
    given = dict(values or {})
    environ = os.environ if environ is None else environ
    secrets, wrong = _secrets(script, environ)
    chosen, wrong_environment = _environment(script, environment, given)
    wrong += wrong_environment
    known = [*script.needs, *script.variables, *chosen]
    for name in script.needs:
        if name not in given and name not in chosen:
            wrong.append(f"'{name}' is needed; give it with --set {name}=VALUE")
    for name in given:
        if name not in known:
            wrong.append(f"the script has no variable '{name}'{guess(name, known)}")
    if wrong:
        raise UsageError("; ".join(f"{script.file}: {each}" for each in wrong))
    needed = {name: given[name] for name in script.needs if name in given}
    scope = Scope(needed, secrets, environment, environ)
    for name, value in {**chosen, **script.variables}.items():
        if name in given:
            scope.set(name, _as_before(script, name, given[name], value))
        else:
            scope.set(name, scope.fill(chosen.get(name, value)))
    return scope


def _environment(
    script: Script, name: str, given: Mapping[str, Any]
) -> tuple[Mapping[str, Any], list[str]]:
    known = script.environments
    if name in known:
        return known[name], []
    chosen = {each for values in known.values() for each in values}
    if not known or (not name and chosen <= {*script.variables, *given}):
        return {}, []
    if not name:
        return {}, [f"choose an environment with --env: {', '.join(known)}"]
    return {}, [f"no environment '{name}'{guess(name, known)}"]


def _secrets(script: Script, environ: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    found, wrong = dict[str, str](), list[str]()
    for name in script.secrets:
        value = environ.get(name, "").strip()
        if not value:
            wrong.append(f"the secret {name} is not set; set it in the environment")
        elif not SHORTEST <= len(value) <= LONGEST:
            wrong.append(
                f"the secret {name} has {len(value)} characters; what is to be kept out of every "
                f"text must have {SHORTEST} to {LONGEST}"
            )
        found[name] = value
    return found, wrong


def _as_before(script: Script, name: str, given: Any, before: Any) -> Any:
    """A given text as the kind of value that the script has for it."""
    variable(name)
    if not isinstance(given, str) or not isinstance(before, bool | int | float):
        return given
    meant = meaning(given.strip())
    kinds: tuple[type, ...] = (bool,) if isinstance(before, bool) else (int, float)
    if isinstance(meant, bool) != isinstance(before, bool) or not isinstance(meant, kinds):
        kind = "true or false" if isinstance(before, bool) else "a number"
        raise UsageError(f"{script.file}: '{name}' must be {kind}, not '{given[:60]}'")
    return meant
