"""Apps found by the names people use."""

import pytest

from tapwright.devices.android_apps import find
from tapwright.devices.android_labels import NAMES, names_of
from tapwright.errors import AppNotFound
from tapwright.types import AppInfo

PACKAGES = (
    "com.android.settings",
    "com.android.deskclock",
    "com.tencent.mm",
    "com.example.todo_list",
    "com.example.todo_plus",
    "org.acme.weatherpro.app",
    "com.android.vending",
)
APPS = [AppInfo(package, names_of(package)[0]) for package in PACKAGES]


@pytest.mark.parametrize(
    ("name", "package"),
    [
        ("Settings", "com.android.settings"),
        ("settings", "com.android.settings"),
        ("  SETTINGS ", "com.android.settings"),
        ("设置", "com.android.settings"),
        ("时钟", "com.android.deskclock"),
        ("微信", "com.tencent.mm"),
        ("WeChat", "com.tencent.mm"),
        ("com.tencent.mm", "com.tencent.mm"),
        ("play store", "com.android.vending"),
        ("Sett", "com.android.settings"),
        ("weatherpro", "org.acme.weatherpro.app"),
        ("weather", "org.acme.weatherpro.app"),
        ("todo_list", "com.example.todo_list"),
        ("chat", "com.tencent.mm"),
    ],
)
def test_an_app_is_found_by_label_other_name_package_or_part(name, package):
    assert find(name, APPS).package == package


def test_an_exact_name_outranks_one_that_merely_begins_so():
    apps = [AppInfo("a.maps", "Maps"), AppInfo("b.mapspro", "Maps Pro")]
    assert find("maps", apps).package == "a.maps"


@pytest.mark.parametrize("name", ["todo", "com.example"])
def test_a_name_that_fits_two_apps_is_refused_with_both(name):
    with pytest.raises(AppNotFound, match=r"todo_list.*todo_plus"):
        find(name, APPS)


def test_an_unknown_name_names_the_nearest():
    with pytest.raises(AppNotFound, match='"Settings"'):
        find("Setings", APPS)


@pytest.mark.parametrize("name", ["", "   ", "zzqq"])
def test_a_name_of_no_app_is_refused(name):
    with pytest.raises(AppNotFound):
        find(name, APPS)


def test_every_known_package_has_names_and_a_package_for_a_key():
    for package, names in NAMES.items():
        assert "." in package and names and all(name.strip() for name in names), package


def test_an_unknown_package_is_called_by_its_telling_part():
    assert names_of("com.acme.notes") == ("Notes",)
    assert names_of("com.acme.android.app") == ("Acme",)
