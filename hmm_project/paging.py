"""Lists of the API: `{items, count}`, paged with `limit` (100 where it is left out) and `offset`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_type_hints

from ninja.pagination import LimitOffsetPagination, paginate

MOST_ITEMS = 1500


def paged(view: Callable[..., Any]) -> Callable[..., Any]:
    """Page what `view` answers, a query set or a list. Stands between the route and the view.

    The view's annotations are resolved here, because ninja would look their names up in its own module.
    """
    view.__annotations__ = get_type_hints(view, include_extras=True)
    decorated: Callable[..., Any] = paginate(LimitOffsetPagination, max_limit=MOST_ITEMS)(view)
    return decorated
