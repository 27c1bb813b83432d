"""The turn of each location under a policy that ranks them in place of weighing costs."""

from __future__ import annotations

import numpy as np

from sync.sourcing.arrays import Ints
from sync.sourcing.options.costs import Site


def ranked_places(site: Site) -> Ints:
    """The turn [N] of each location, 0 first; of equals the nearest, then the lower code."""
    size = len(site.network)
    by = site.policy.ranking.by
    key = np.zeros(size)
    if by == "priority":
        key = _by_priority(site).astype(np.float64)
    elif by == "balance":
        key = site.workload.share
    order = np.lexsort((np.arange(size), site.distance_m, key))
    ranks = np.empty(size, np.int64)
    ranks[order] = np.arange(size)
    return ranks


def _by_priority(site: Site) -> Ints:
    """The first entry of the policy's list that names each location; one beyond it for others."""
    network, policy = site.network, site.policy
    entries = policy.ranking.priority
    found = np.full(len(network), len(entries), np.int64)
    for number in range(len(entries) - 1, -1, -1):
        name = entries[number]
        codes = policy.filters.groups.get(name, (name,))
        found[[network.index[code] for code in codes if code in network.index]] = number
        if name in network.by_kind and name not in policy.filters.groups:
            found[network.by_kind[name]] = number
    return found
