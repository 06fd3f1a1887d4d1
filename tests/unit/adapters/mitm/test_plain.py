from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from mitmproxy import exceptions
from mitmproxy.test import taddons, tflow, tutils

from taciturn.adapters.mitm.plain import PlainAddon

NAME = "salaries-2031.xlsx"  # invented


def pixel(query: str):
    host = (b"Host", b"www.facebook.com")
    request = tutils.treq(
        host="www.facebook.com", port=443, scheme=b"https", path=f"/tr/?{query}".encode(), headers=(host,)
    )
    request.data.content = b""
    request.data.authority = b""
    flow = tflow.tflow(req=request)
    flow.client_conn.sni = "www.facebook.com"
    flow.response = None
    return flow


def drive(addon: PlainAddon, flow, **options: object):
    async def run() -> None:
        with taddons.context(addon) as context:
            context.configure(addon, taciturn_mode="enforce", **options)
            addon.requestheaders(flow)
            assert flow.response is not None  # the denial stands until the verdict
            addon.request(flow)

    asyncio.run(run())
    return flow


def test_plain_addon_redacts_marks_and_comments_without_a_value() -> None:
    flow = drive(PlainAddon(), pixel(f"id=1&ev=Download&cd[file_name]={NAME}"))
    assert flow.response is None
    assert NAME not in flow.request.path
    assert flow.marked == ":scissors:"
    assert flow.comment.startswith("taciturn: redact; to Meta")
    assert "file.name" in flow.comment
    assert NAME not in flow.comment


def test_plain_addon_clean_request_is_not_marked() -> None:
    flow = drive(PlainAddon(), pixel("id=1&ev=PageView"))
    assert (flow.response, flow.marked) == (None, "")


def test_plain_addon_flow_can_still_be_saved() -> None:
    flow = drive(PlainAddon(), pixel(f"id=1&cd[file_name]={NAME}"))
    from mitmproxy.io import tnetstring

    assert tnetstring.dumps(flow.get_state())


def test_plain_addon_wrong_configuration_is_an_error_of_the_option(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("version: 1\nnonsense: 1\n")
    with pytest.raises(exceptions.OptionsError, match=r"bad\.yaml:2"):
        drive(PlainAddon(), pixel("id=1"), taciturn_config=str(tmp_path / "bad.yaml"))


def test_plain_module_tells_its_path() -> None:
    command = [sys.executable, "-W", "ignore", "-m", "taciturn.adapters.mitm.plain"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert Path(done.stdout.strip()).name == "plain.py"
