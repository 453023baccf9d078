"""Which tasks are asked on a training screen, and in which words."""

from __future__ import annotations

import random

from tapwright.devices.simphone.phone import Phone
from tapwright.devices.simphone.tasks import Variant, variants

APPS_ASKED = 4


def lessons_for(phone: Phone, rng: random.Random) -> list[Variant]:
    """What to ask of one phone, the episode's own task first; only a few of the many apps."""
    alarms = [(alarm.hour, alarm.minute, alarm.enabled) for alarm in phone.state.alarms]
    every = variants(rng, alarms)
    apps = [variant for variant in every if variant.template == "open_app"]
    chosen = [variant for variant in every if variant.template != "open_app"]
    chosen += rng.sample(apps, APPS_ASKED)
    rng.shuffle(chosen)
    # Each template is as likely as another to be the episode's own, however many forms it has.
    template = rng.choice(sorted({variant.template for variant in chosen}))
    own = next(variant for variant in chosen if variant.template == template)
    return [own, *(variant for variant in chosen if variant is not own)]
