"""Drivers and the seeded simulator: paths of everything exogenous, under P and Q.

`scenario_set.compile_scenario_set` turns a case into a recipe; `ScenarioSet.block` makes 512 paths of it and
forgets them; `expected.expected_block` is the one path of the deterministic base case.
"""
