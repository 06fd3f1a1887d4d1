"""The live proxy on mitmproxy: the only package that imports it.

`mitmproxy.addons` imports all of mitmproxy's addons when any one is asked for: web interface, LDAP, script loader and
the rest, a third of the start and of the memory. An empty package in its place, with the same path, gives single
addons only. In somebody else's mitmproxy, which has imported them already, nothing changes.
"""

import importlib.util
import sys
import types

if "mitmproxy.addons" not in sys.modules:
    _found = importlib.util.find_spec("mitmproxy")
    if _found is not None and _found.submodule_search_locations:
        _bare = types.ModuleType("mitmproxy.addons")
        _bare.__path__ = [f"{place}/addons" for place in _found.submodule_search_locations]
        sys.modules["mitmproxy.addons"] = _bare
