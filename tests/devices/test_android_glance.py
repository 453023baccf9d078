"""What is in front and how the screen is turned, read again just before an act."""

import time

import pytest
from PIL import Image

from tapwright.actions import OpenApp
from tapwright.devices.adb_server import AdbServer
from tapwright.devices.android import connect
from tapwright.devices.conformance import check_device
from tapwright.devices.simphone.faults import Fault
from tapwright.devices.simphone.phone import Phone
from tapwright.devices.simphone.server import PhoneServer
from tapwright.errors import DeviceError

pytestmark = pytest.mark.phone


class Tablet(Phone):
    """Calls its wide picture unturned, as tablets do, and does not tell its panel's shape."""

    def draw(self) -> Image.Image:
        return super().draw().transpose(Image.Transpose.ROTATE_90)


def test_a_glance_says_what_the_look_before_it_said(sim, device):
    for turns in range(4):
        sim.phone.state.rotation = turns
        seen = device.observe()
        assert device.glance() == (seen.foreground, seen.rotation)


def test_a_glance_sees_another_app_and_another_rotation(sim, device):
    device.observe()
    device.perform(OpenApp("Notes"))
    sim.phone.state.rotation = 1
    front, rotation = device.glance()
    assert (front, rotation) == (device.observe().foreground, 1)
    assert front != "com.android.launcher3"


def test_a_screen_that_turned_behind_its_picture_is_noticed(sim, device):
    sim.faults.inject(Fault.ROTATE_MID_STEP, times=1)
    assert device.observe().rotation == 0
    assert device.glance()[1] == 1


def test_a_phone_whose_word_the_picture_overrules_is_not_called_turned():
    with (
        AdbServer() as adb,
        PhoneServer(Tablet(5)) as server,
        connect(server.address, port=adb.port) as phone,
    ):
        assert phone.observe().rotation == 1
        assert phone.glance()[1] == 1
        assert check_device(phone) == []


def test_a_glance_costs_next_to_nothing(device):
    device.glance()
    spent = []
    for _ in range(20):
        began = time.perf_counter()
        device.glance()
        spent.append(time.perf_counter() - began)
    assert min(spent) < 0.1


def test_a_glance_at_a_phone_that_is_gone_is_an_error(sim, device):
    sim.server.close()
    with pytest.raises(DeviceError):
        device.glance()
