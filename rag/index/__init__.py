"""Vectors and BM25 in Qdrant, behind one small Protocol and one filter builder."""
