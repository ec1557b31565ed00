"""Measurements that print tables and JSON; never part of the tests' verdict."""
