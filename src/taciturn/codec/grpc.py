"""Frames of gRPC-Web and Connect: one byte of flags, four of length, a message. Trailers are a frame of text.

https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md · https://connectrpc.com/docs/protocol
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from taciturn.codec.base import Change, Data, Drop, Field, Hint, Opened, Refused, SpanEdit, to_bytes
from taciturn.codec.sniff import grpc_frames, is_grpc
from taciturn.codec.texts import changed_bytes
from taciturn.limits import Fuel

_TRAILERS = 0x80
_END_OF_STREAM = 0x02
_TRUNCATED = Refused("truncated")


class Grpc:
    name = "grpc"
    takes: Literal["text", "bytes"] = "bytes"

    def open(self, data: Data, hint: Hint, fuel: Fuel) -> Opened | Refused | None:
        if len(data) < 5 or data[0] not in (0, 1, "\0", "\1"):
            return None
        raw = to_bytes(data)
        declared = "grpc" in hint.content_type or "application/connect" in hint.content_type
        if not declared and not is_grpc(raw, fuel):
            return None
        frames = grpc_frames(raw, fuel.nodes)
        if frames is None:
            return _TRUNCATED
        fuel.spend_nodes(len(frames))
        several = sum(flags < _END_OF_STREAM for flags, _, _ in frames) > 1
        fields: list[Field] = []
        for flags, start, end in frames:
            if flags >= _TRAILERS:
                step = "[grpc].trailers"
            elif flags & _END_OF_STREAM:
                step = "[grpc].end"
            else:
                step = f"[grpc][{len(fields)}]" if several else "[grpc]"
            fields.append(Field(step, hint.name, raw[start:end]))
        return Opened(fields, state=frames)

    def splice(self, data: Data, opened: Opened, changes: Mapping[int, Change]) -> Sequence[SpanEdit]:
        frames = opened.state
        assert isinstance(frames, list)
        edits: list[SpanEdit] = []
        for index, change in changes.items():
            _, start, end = frames[index]
            if isinstance(change, Drop):
                edits.append(SpanEdit(start - 5, end, b""))
                continue
            new = changed_bytes(opened.fields[index].value, change)
            edits.append(SpanEdit(start - 4, end, len(new).to_bytes(4, "big") + new))
        return edits


GRPC = Grpc()
