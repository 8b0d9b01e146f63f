"""What every test may use."""

import pytest

import safetyrules


@pytest.fixture(scope="session")
def engine():
    """The bundled engine, built once."""
    return safetyrules.Engine()
