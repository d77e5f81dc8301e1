"""Properties that are worked out once, when they are first read, and kept in the object.

Before Python 3.12 the standard library's takes a lock at every first reading, and a city-wide run
reads a dozen for each of its parcels. What is worked out here follows from frozen values alone: two
threads that read at once come to the same.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING or sys.version_info >= (3, 12):
    from functools import cached_property
else:

    class cached_property:  # noqa: N801 - stands for the standard library's
        """``functools.cached_property`` without its lock."""

        def __init__(self, work_out):
            self.work_out = work_out
            self.__doc__ = work_out.__doc__

        def __set_name__(self, owner, name):
            self.name = name

        def __get__(self, instance, owner=None):
            if instance is None:
                return self
            found = instance.__dict__[self.name] = self.work_out(instance)
            return found


__all__ = ["cached_property"]
