"""NumPy, loaded when something is computed with it: most commands compute nothing.

It weighs 20 MiB and a fifth of a second, which bringing in an export, say, has no need of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.integer]
    Bools = NDArray[np.bool_]
    Arrays = NDArray[np.generic]
    Floats = NDArray[np.floating]
else:
    Arrays = Bools = Floats = Ints = object  # types only

    class _NumPy:
        def __getattr__(self, name: str) -> Any:
            import numpy

            found = getattr(numpy, name)
            setattr(self, name, found)  # it is found at once from now on
            return found

    np = _NumPy()

__all__ = ["Arrays", "Bools", "Floats", "Ints", "np"]
