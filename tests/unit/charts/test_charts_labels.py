import numpy as np
import pytest

from odviz.charts.labels import PLOT_PX, box, label_offset, note_box

CORNERS = [(0, 0), (0, 190), (190, 0), (190, 190), (95, 95)]


def covers(label, point):
    return label.left < point[0] < label.right and label.bottom < point[1] < label.top


@pytest.mark.parametrize("anchor", CORNERS)
def test_a_label_stays_inside_the_chart_and_off_its_own_point(anchor):
    anchor = np.array(anchor, float)
    label = box("recommended", anchor + label_offset("recommended", anchor, np.array([anchor]), []))
    assert label.left >= 0 and label.bottom >= 0 and label.right <= PLOT_PX[0] and label.top <= PLOT_PX[1]
    assert not covers(label, anchor)


def test_a_label_covers_no_point_while_there_is_room():
    rng = np.random.default_rng(3)
    points = rng.uniform(20, 170, (12, 2))
    for anchor in points:
        label = box("recommended", anchor + label_offset("recommended", anchor, points, []))
        assert not any(covers(label, point) for point in points)


def test_a_label_stays_off_another():
    anchor = np.array([95.0, 95.0])
    first = box("recommended", anchor + label_offset("recommended", anchor, np.array([anchor]), []))
    second = box("knee", anchor + label_offset("knee", anchor, np.array([anchor]), [first]))
    assert (
        second.left >= first.right
        or second.right <= first.left
        or second.bottom >= first.top
        or (second.top <= first.bottom)
    )


def test_a_text_takes_the_room_on_the_side_that_it_is_anchored_at():
    right = note_box({"text": "limit", "x": 1, "y": 0, "xanchor": "right", "yanchor": "bottom"})
    assert right.right == pytest.approx(PLOT_PX[0]) and right.bottom == pytest.approx(0)
    left = note_box({"text": "limit", "x": 0, "y": 1, "xanchor": "left", "yanchor": "top"})
    assert left.left == pytest.approx(0) and left.top == pytest.approx(PLOT_PX[1])
