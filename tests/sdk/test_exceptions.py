"""The exception tree: programs catch by class, by base class and by code."""

import pytest

from bithuman_app import sdk
from bithuman_app.errors import UserError


@pytest.mark.parametrize(
    ("kind", "base", "code"),
    [
        (sdk.TokenError, sdk.BithumanError, "token_error"),
        (sdk.TokenExpiredError, sdk.TokenError, "token_expired"),
        (sdk.TokenValidationError, sdk.TokenError, "token_invalid"),
        (sdk.TokenRequestError, sdk.TokenError, "token_request_failed"),
        (sdk.AccountStatusError, sdk.TokenError, "account_status_invalid"),
        (sdk.ModelError, sdk.BithumanError, "model_error"),
        (sdk.ModelNotFoundError, sdk.ModelError, "model_not_found"),
        (sdk.ModelLoadError, sdk.ModelError, "model_load_failed"),
        (sdk.ModelSecurityError, sdk.ModelError, "model_security_violation"),
        (sdk.ExpressionModelNotSupported, sdk.ModelError, "expression_model_not_supported"),
        (sdk.RuntimeNotReadyError, sdk.BithumanError, "runtime_not_ready"),
    ],
)
def test_error_has_its_base_and_code(
    kind: type[sdk.BithumanError], base: type[sdk.BithumanError], code: str
) -> None:
    error = kind("no such thing")

    assert isinstance(error, base)
    assert str(error) == f"[{code}] no such thing"
    assert error.docs_url.endswith(code)


def test_a_code_of_its_own_replaces_the_classes() -> None:
    assert str(sdk.BithumanError("gone", code="teapot")) == "[teapot] gone"


def test_a_missing_model_is_a_missing_file_too() -> None:
    assert issubclass(sdk.ModelNotFoundError, FileNotFoundError)


@pytest.mark.parametrize("kind", [sdk.InvalidAvatar, sdk.NotSupported, sdk.NotAuthorised, sdk.Failed])
def test_simple_surface_has_one_base(kind: type[Exception]) -> None:
    assert issubclass(kind, sdk.AvatarError)


@pytest.mark.parametrize(
    ("kind", "exit_code"),
    [(sdk.ModelNotFoundError, 66), (sdk.ModelLoadError, 65), (sdk.RuntimeNotReadyError, 69),
     (sdk.TokenRequestError, 75), (sdk.AccountStatusError, 77), (sdk.BithumanError, 70)],
)  # fmt: skip
def test_error_carries_an_exit_code(kind: type[UserError], exit_code: int) -> None:
    assert kind("x").exit_code == exit_code
