"""The bundled fictional corpus and its generator."""
