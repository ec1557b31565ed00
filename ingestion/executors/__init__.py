"""Where preparation runs: local processes now, Ray Data later."""
