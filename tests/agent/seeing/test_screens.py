"""The drawn screens that hit rates are measured on, and the readers on one of them."""

from __future__ import annotations

import pytest
from seeing_screens import THEMES, draw_screen

from tapwright.agent.seeing.marks import candidates
from tapwright.agent.seeing.reading import text_reader
from tapwright.agent.seeing.template import find_template
from tapwright.agent.seeing.text import find_text


def test_a_seed_draws_the_same_screen_and_drifts_keep_its_targets() -> None:
    first, again, moved = draw_screen(3), draw_screen(3), draw_screen(3, move=(30, 10))
    assert first.image.tobytes() == again.image.tobytes()
    assert first.targets == again.targets
    assert draw_screen(4).targets != first.targets
    for one, other in zip(first.targets, moved.targets, strict=True):
        assert (one.words, one.near, one.kind) == (other.words, other.near, other.kind)
        assert one.box.moved(30, 10) == other.box
    for theme in THEMES:
        targets = draw_screen(3, theme).targets
        assert [each.box for each in targets] == [each.box for each in first.targets]


def test_an_icon_is_found_again_where_its_window_went_and_not_in_another_theme() -> None:
    before, moved, dark = draw_screen(3), draw_screen(3, move=(30, 10)), draw_screen(3, "dark")
    at = next(n for n, target in enumerate(before.targets) if target.kind == "icon")
    box = before.targets[at].box
    icon = before.image.crop((box.left, box.top, box.right, box.bottom))
    (found,) = find_template(moved.image, icon)
    assert found.box == moved.targets[at].box
    assert find_template(dark.image, icon) == []


@pytest.mark.slow
@pytest.mark.parametrize("theme", list(THEMES))
def test_rows_labels_and_marks_of_a_whole_screen_are_right_or_refused(theme: str) -> None:
    screen = draw_screen(5, theme)
    lines = text_reader().read(screen.image)
    hits = 0
    wanted = [target for target in screen.targets if target.words]
    for target in wanted:
        found = [f for f in find_text(lines, target.words, near=target.near) if f.whole]
        if len(found) == 1:
            assert target.box.overlaps(found[0].box), (target, found)
            hits += 1
    assert hits >= 0.85 * len(wanted)
    marked = candidates(screen.image, lines)
    on = [t for t in screen.targets if any(t.box.overlaps(each.box) for each in marked)]
    assert len(on) >= 0.85 * len(screen.targets)
