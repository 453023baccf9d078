"""What the tests of the terminal share: a task, replies that a script can hold, a bench."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from tapwright.devices.adb_server import AdbServer
from tapwright.devices.simphone.faults import Fault, Faults, Injection
from tapwright.devices.simphone.phone import Phone
from tapwright.devices.simphone.server import PhoneServer
from tapwright.devices.simphone.tasks import Goal

SEED = 7  # its Wi-Fi is off
TASK = "Turn on Wi-Fi"
CHECK = "settings get global wifi_on == 1"
WIFI = Goal("switch", "settings.wifi", "Wi-Fi", "Use Wi-Fi", True)


def call(name: str, thought: str = "", **arguments: object) -> str:
    """A reply in the prompt format of the family `qwen2-vl`."""
    return f"{thought}\n✿FUNCTION✿: {name}\n✿ARGS✿: {json.dumps(arguments)}\n"


def mobile_use(**arguments: object) -> str:
    """A reply in the prompt format of the family `qwen2.5-vl`."""
    inside = json.dumps({"name": "mobile_use", "arguments": arguments})
    return f"<tool_call>\n{inside}\n</tool_call>"


@dataclass
class Bench:
    """An adb server that the commands use, and phones to attach to it."""

    adb: AdbServer
    servers: list[PhoneServer] = field(default_factory=list)

    def attach(self, *faults: Fault | Injection, seed: int = SEED) -> PhoneServer:
        """A new phone on the server; wait until adb has made up its mind about it."""
        server = PhoneServer(Phone(seed, animate=False), faults=Faults(*faults))
        self.servers.append(server)
        self.adb.request(f"host:connect:{server.address}")
        return server
