"""From a question and a scope to scored chunks and sentences."""
