"""Questions of many wordings about FHIR charts, with answers recomputed from the files themselves."""
