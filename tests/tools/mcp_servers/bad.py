"""A program that is no good MCP server, in the way that its argument names."""

from __future__ import annotations

import json
import sys
import threading
from typing import Any, TextIO


def say(line: str, to: TextIO = sys.stdout) -> None:
    to.write(line + "\n")
    to.flush()


def answer(request: dict[str, Any], **fields: object) -> None:
    say(json.dumps({"jsonrpc": "2.0", "id": request["id"], **fields}))


def main(how: str) -> None:
    say("this server is not well", sys.stderr)
    if how == "ends":
        sys.exit(3)
    if how == "hangs":
        threading.Event().wait()
    if how == "prints":
        say("Welcome to my server!")
    for line in sys.stdin:
        request = json.loads(line)
        if "id" not in request:
            continue
        if request["method"] == "initialize":
            info = {"name": "bad", "version": "1"}
            capabilities = {"tools": {}}
            version = request["params"]["protocolVersion"]
            capable = {"capabilities": capabilities, "serverInfo": info}
            answer(request, result={"protocolVersion": version, **capable})
        elif request["method"] == "tools/list":
            schema = {"type": "object", "properties": {}}
            tool = {"name": "loop", "inputSchema": schema}
            endless = {"tools": [tool], "nextCursor": "again"}
            answer(request, result=endless if how == "endless" else {"tools": []})
        else:
            error = {"code": -32601, "message": "no such method"}
            answer(request, error=error)


if __name__ == "__main__":
    main(sys.argv[1])
