"""The bundled knowledge: from its compiled form where that fits the sources, from the sources otherwise."""

from __future__ import annotations

from pathlib import Path

from safetyrules import resources
from safetyrules.loading import compiled
from safetyrules.loading.compiled import Bundle
from safetyrules.loading.names import names_of


def load_bundled() -> Bundle:
    """Return vocabulary, catalog and packs that come with the library."""
    catalog, rules = resources.catalog_folder(), resources.rules_folder()
    found = compiled.read(compiled.source_digest(catalog, rules), (catalog, rules))
    return found if found is not None else read_sources(catalog, rules)


def read_sources(catalog: Path, rules: Path) -> Bundle:
    """Return the same from the YAML files."""
    from safetyrules.loading.catalog import load_catalog
    from safetyrules.loading.packs import load_packs, pack_folders
    from safetyrules.loading.vocabulary import load_vocabulary

    vocabulary = load_vocabulary(catalog)
    exercises = load_catalog([catalog], vocabulary)
    return vocabulary, exercises, load_packs(pack_folders(rules), vocabulary), names_of(exercises, vocabulary)


def write_compiled() -> None:
    """Write the compiled form of the bundled sources. The build and the set-up do this; the library itself never writes."""
    catalog, rules = resources.catalog_folder(), resources.rules_folder()
    compiled.write(read_sources(catalog, rules), compiled.source_digest(catalog, rules), (catalog, rules))


if __name__ == "__main__":
    write_compiled()
