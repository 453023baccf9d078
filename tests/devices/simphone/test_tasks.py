"""The catalogue: a task starts undone, its oracle solves it by real touches, its check knows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tapwright.devices import android
from tapwright.devices.adb_server import AdbServer
from tapwright.devices.simphone.oracle import next_move
from tapwright.devices.simphone.session import SimulatedPhone
from tapwright.devices.simphone.tasks import TEMPLATES, make_task, set_up
from tapwright.errors import UsageError
from tapwright.types import Delivery

pytestmark = pytest.mark.phone
SEED = 2  # a phone that has alarms


@pytest.fixture(scope="module")
def adb() -> Iterator[AdbServer]:
    with AdbServer() as server:
        yield server


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_oracle_solves_the_task_through_adb_and_the_check_sees_it(
    template: str, adb: AdbServer
) -> None:
    with (
        SimulatedPhone(SEED, animate=False, adb=adb) as sim,
        android.connect(sim.serial, port=sim.adb_port) as device,
    ):
        task = make_task(template, SEED, device.query)
        set_up(task, device)
        before = task.check(device)
        assert not before.passed, before.said
        for _ in range(15):
            move = next_move(task.goal, sim.phone)
            action = move.action()
            if action is None:
                break
            assert device.perform(action).delivery is Delivery.DELIVERED
        after = task.check(device)
        assert after.passed, (task.instruction, after.said, sim.phone.page)
        assert move.kind == "done"
        assert len(sim.phone.ledger) >= 1


def test_a_template_that_a_phone_has_nothing_for_is_refused(adb: AdbServer) -> None:
    with (
        SimulatedPhone(SEED, adb=adb) as sim,
        android.connect(sim.serial, port=sim.adb_port) as device,
    ):
        sim.phone.state.alarms.clear()
        with pytest.raises(UsageError, match="nothing for the task 'alarm_switch'"):
            make_task("alarm_switch", SEED, device.query)
        with pytest.raises(UsageError, match="no task template 'fly'"):
            make_task("fly", SEED, device.query)


def test_a_set_up_that_the_phone_refuses_is_an_error(adb: AdbServer) -> None:
    from dataclasses import replace

    with (
        SimulatedPhone(SEED, adb=adb) as sim,
        android.connect(sim.serial, port=sim.adb_port) as device,
    ):
        task = make_task("wifi", SEED, device.query)
        broken = replace(task, setup=(("settings", "put", "nowhere", "x", "1"),))
        with pytest.raises(UsageError, match="set-up 'settings put nowhere x 1' failed"):
            set_up(broken, device)


def test_the_same_seed_makes_the_same_task_and_others_vary(adb: AdbServer) -> None:
    with (
        SimulatedPhone(SEED, adb=adb) as sim,
        android.connect(sim.serial, port=sim.adb_port) as device,
    ):
        first, again = (make_task("wifi", SEED, device.query) for _ in range(2))
        words = {make_task("wifi", seed, device.query).instruction for seed in range(40)}
    assert first == again
    assert len(words) == 10  # five ways to say on, five to say off
