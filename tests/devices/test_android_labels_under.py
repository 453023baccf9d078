"""What lies under a touch, told from the UI tree; where it is not known, nothing is said."""

import statistics
import time

import pytest

from tapwright.actions import OpenApp, Point
from tapwright.devices.android import connect
from tapwright.devices.android_tree import LABEL_SECONDS, label_in
from tapwright.devices.simphone.faults import Fault

TREE = """UI hierchary dumped to: x
<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>
<hierarchy rotation="0">
 <node text="" class="FrameLayout" clickable="false" bounds="[0,0][1080,2400]">
  <node text="" content-desc="" class="Row" clickable="true" bounds="[0,0][1080,200]">
   <node text="Cart" class="TextView" clickable="false" bounds="[0,0][500,200]" />
   <node text="Place your order" class="TextView" clickable="false" bounds="[600,0][900,200]" />
  </node>
  <node text="" class="ImageButton" resource-id="com.shop:id/send_now" clickable="true"
   bounds="[0,200][200,400]" />
  <node text="" class="ImageButton" content-desc="Trash" clickable="true"
   bounds="[200,200][400,400]" />
  <node text="Please buy milk" class="android.widget.EditText" content-desc="Note"
   clickable="true" bounds="[0,400][1080,600]" />
  <node text="hunter2" class="View" password="true" clickable="true" bounds="[0,600][1080,700]" />
  <node text="A" class="Switch" checkable="true" bounds="[0,700][1080,800]" />
  <node text="over it" class="TextView" clickable="false" bounds="[0,700][500,800]" />
  <node text="{long}" class="Button" clickable="true" bounds="[0,800][1080,900]" />
  <node text="" class="Row" clickable="true" bounds="[0,900][1080,1000]">
   <node text="Alarm" class="TextView" bounds="[0,900][300,1000]" />
   <node text="Delete" class="Button" clickable="true" bounds="[900,900][1080,1000]" />
  </node>
  <node text="odd" class="Button" clickable="true" bounds="nowhere" />
 </node>
</hierarchy>
""".replace("{long}", "x" * 5000)


@pytest.mark.parametrize(
    ("point", "label"),
    [
        (Point(10, 10), "Cart Place your order"),
        (Point(599, 199), "Cart Place your order"),
        (Point(100, 300), "send now"),
        (Point(200, 300), "Trash"),
        (Point(500, 500), "Note"),
        (Point(500, 650), None),
        (Point(10, 750), "A over it"),
        (Point(600, 750), "A"),
        (Point(600, 2000), None),
        (Point(5000, 5000), None),
        (Point(500, 850), "x" * 300),
        (Point(100, 950), "Alarm"),
        (Point(1000, 950), "Delete"),
    ],
)
def test_the_label_is_that_of_what_would_be_pressed(point, label):
    assert label_in(TREE, point) == label


@pytest.mark.parametrize(
    "dump", ["", "ERROR: could not get idle state.", TREE[:900], "<?xml?><!DOCTYPE a><a/>", "<?xml"]
)
def test_no_tree_means_no_label(dump):
    assert label_in(dump, Point(10, 10)) is None


def test_a_tree_that_is_made_to_break_its_reader_does_not():
    node = '<node clickable="{}" text="{}" bounds="[0,0][{},9]">'
    deep = node.format("true", "Delete", 9) + node.format("false", "", 9) * 20_000
    text = f"<?xml version='1.0'?><hierarchy>{deep}{'</node>' * 20_001}</hierarchy>"
    assert label_in(text, Point(1, 1)) == "Delete"
    text = (
        f"<?xml version='1.0'?><hierarchy>{node.format('true', 'a', '9' * 5000)}</node></hierarchy>"
    )
    assert label_in(text, Point(1, 1)) is None


@pytest.mark.phone
def test_a_phone_tells_what_lies_under_a_touch(sim, device):
    device.perform(OpenApp("Clock"))
    told = {}
    for element in sim.phone.elements():
        if element.clickable:
            left, top, right, bottom = element.bounds
            told[element.label] = device.label_at(Point((left + right) // 2, (top + bottom) // 2))
    assert len(told) > 3
    assert all(label in (said or "") for label, said in told.items()), told
    assert device.label_at(Point(10_000, 10_000)) is None


@pytest.mark.phone
@pytest.mark.parametrize(
    "fault", [Fault.HANG, Fault.DROP, Fault.UI_NOT_IDLE, Fault.EXIT_NONZERO, Fault.GARBAGE_UTF8]
)
def test_a_phone_in_trouble_tells_nothing_and_in_time(sim, device, fault):
    # A screen that does not stand still is no trouble of the command's and has none to name.
    only = None if fault is Fault.UI_NOT_IDLE else "uiautomator"
    device.observe()
    sim.faults.inject(fault, only=only, times=1, amount=1)
    began = time.monotonic()
    said = device.label_at(Point(540, 1200))
    assert said is None or fault is Fault.GARBAGE_UTF8
    assert time.monotonic() - began < 10 * LABEL_SECONDS
    assert device.observe().image.size == (1080, 2400)


@pytest.mark.phone
def test_a_phone_that_never_tells_is_left_alone_for_a_while(sim, device):
    device.observe()
    sim.faults.inject(Fault.UI_NOT_IDLE, times=3)
    assert [device.label_at(Point(540, 1200)) for _ in range(3)] == [None] * 3
    sim.faults.clear()
    assert device.label_at(next_label(sim)) is None


@pytest.mark.phone
def test_labels_can_be_switched_off(sim):
    with connect(sim.serial, port=sim.adb_port, labels=False) as silent:
        assert silent.label_at(next_label(sim)) is None
    with connect(sim.serial, port=sim.adb_port) as telling:
        assert telling.label_at(next_label(sim)) is not None


def next_label(sim):
    """The middle of something that can be pressed."""
    left, top, right, bottom = next(e for e in sim.phone.elements() if e.clickable).bounds
    return Point((left + right) // 2, (top + bottom) // 2)


@pytest.mark.phone
def test_a_label_costs_little(device):
    spent = []
    for _ in range(20):
        began = time.perf_counter()
        device.label_at(Point(540, 1200))
        spent.append(time.perf_counter() - began)
    assert min(spent) < 0.2, statistics.median(spent)
