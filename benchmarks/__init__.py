"""Measured figures beside their limits: `python -m benchmarks [NAME…]` (`make bench`)."""

BENCHMARKS: dict[str, str] = {
    "core.words": "benchmarks.core:words",
    "core.parse_money": "benchmarks.core:parse",
    "core.search_key": "benchmarks.core:search_key",
    "catalogue.search_200": "benchmarks.catalogue:search_200",
    "catalogue.read": "benchmarks.catalogue:reading",
    "store.search_1": "benchmarks.store_search:search_1",
    "store.search_3": "benchmarks.store_search:search_3",
    "store.search_number": "benchmarks.store_search:search_number",
    "store.unlock": "benchmarks.store_unlock:unlock",
    "store.load_1m": "benchmarks.store_load:load_1m",
    "store.load_commit_p95": "benchmarks.store_load:load_commit_p95",
    "store.commit": "benchmarks.store_commit:commit",
    "store.commit_growth": "benchmarks.store_growth:commit_growth",
    "store.rekey": "benchmarks.store_rekey:rekeying",
    "store.verify_200k": "benchmarks.store_verify:verify_200k",
    "store.rebuild_100k": "benchmarks.store_rebuild:rebuild_100k",
    "cli.start": "benchmarks.command_line:start",
    "ui.start": "benchmarks.ui:start",
    "desk.inputs_request": "benchmarks.inputs:request",
    "desk.inputs_collection": "benchmarks.inputs:collection",
}
"""Each benchmark by name, as `module:function`; a function takes nothing and yields `Figure`s."""
