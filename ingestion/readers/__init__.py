"""One module per source format; each yields RawDocuments or says why not."""
