"""Sections, scale, drawings, frames: the pieces that a report is made of, each against what is known."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from h3dstudio.evaluation.report.document import Row, Table
from h3dstudio.evaluation.report.drawing import Box, Drawing, Line, Words, ticks
from h3dstudio.evaluation.report.head_frame import PARTS, VIEWS, head_frame
from h3dstudio.evaluation.report.pdf_text import marked, runs_of
from h3dstudio.evaluation.report.pictures import Crop, heat_map
from h3dstudio.evaluation.report.plots import BIN, LARGEST, contours, cumulative, error_shares, histogram
from h3dstudio.evaluation.report.scale import MAGMA, STOPS, UNSEEN, error_colors, legend
from h3dstudio.evaluation.report.section_lines import plane_section, simplified
from h3dstudio.evaluation.report.svg import to_svg
from h3dstudio.evaluation.report.words import duration, listed, memory
from h3dstudio.geometry.mesh import TriangleMesh
from tests.unit.data.tiny_scan import CENTER, ball
from tests.unit.evaluation.head_scan import camera
from tests.unit.geometry.shapes import head


def sphere() -> TriangleMesh:
    vertices, faces = ball(60, 80)
    return TriangleMesh(vertices - CENTER, faces.astype(np.int32))


@settings(max_examples=30, deadline=None)
@given(st.floats(-75, 75), st.lists(st.floats(-1, 1), min_size=3, max_size=3))
def test_a_sphere_is_cut_in_one_closed_circle(offset: float, direction: list[float]) -> None:
    normal = np.array(direction)
    if np.linalg.norm(normal) < 0.1:
        normal = np.array([0.0, 0.0, 1.0])
    normal /= np.linalg.norm(normal)
    (line,) = plane_section(sphere(), offset * normal, normal)
    np.testing.assert_allclose(line[0], line[-1])
    np.testing.assert_allclose((line - offset * normal) @ normal, 0, atol=1e-9)
    radius = np.linalg.norm(line - offset * normal, axis=1)
    np.testing.assert_allclose(radius, np.sqrt(80.0**2 - offset**2), atol=0.5)


def test_a_plane_through_vertices_and_one_that_misses() -> None:
    mesh = sphere()
    lines = plane_section(mesh, np.zeros(3), np.array([0.0, 1.0, 0.0]))
    assert len(lines) == 1
    assert plane_section(mesh, np.array([0, 90.0, 0]), np.array([0.0, 1.0, 0.0])) == []


def test_an_open_surface_is_cut_in_an_open_line() -> None:
    mesh = sphere()
    half = mesh.submesh(mesh.vertices[:, 0] > -1)
    (line,) = plane_section(half, np.zeros(3), np.array([0.0, 0.3, 1.0]))
    assert np.linalg.norm(line[0] - line[-1]) > 100


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-50, 50), st.floats(-50, 50)), min_size=2, max_size=40),
    st.floats(0.01, 5),
)
def test_a_simplified_line_stays_near(points: list[tuple[float, float]], tolerance: float) -> None:
    line = np.array(points)
    thin = simplified(line, tolerance)
    assert len(thin) <= len(line)
    np.testing.assert_array_equal(thin[[0, -1]], line[[0, -1]])
    start, along = thin[:-1], np.diff(thin, axis=0)
    length = np.maximum((along**2).sum(axis=1), 1e-300)
    for point in line:
        share = np.clip(((point - start) * along).sum(axis=1) / length, 0, 1)
        away = np.linalg.norm(point - start - share[:, None] * along, axis=1)
        assert away.min() <= tolerance + 1e-9


def test_the_scale_is_absolute_clamped_and_falls_in_lightness() -> None:
    np.testing.assert_allclose(error_colors(np.array([0.0, 5.0, 80.0])), [MAGMA[0], MAGMA[-1], MAGMA[-1]])
    steps = error_colors(np.interp(np.linspace(0, 4, 60), np.arange(5), STOPS)) / 255
    linear = np.where(steps <= 0.04045, steps / 12.92, ((steps + 0.055) / 1.055) ** 2.4)
    luminance = linear @ [0.2126, 0.7152, 0.0722]
    assert (np.diff(luminance) < 0).all()


def test_a_heat_map_has_the_colour_of_its_error_and_grey_where_nothing_is_seen() -> None:
    mesh = sphere()
    errors = np.full(len(mesh.vertices), 1.0)
    seen = mesh.vertices[:, 1] > 0  # the upper half
    image = heat_map(mesh, errors, seen, camera(0.0), (512, 512)).astype(float)
    np.testing.assert_allclose(image[200, 256], error_colors(np.array([1.0]))[0], atol=8)
    np.testing.assert_allclose(image[310, 256], UNSEEN, atol=8)
    np.testing.assert_array_equal(image[0, 0], 255)


@pytest.mark.parametrize(("largest", "wanted"), [(5, 1), (100, 20), (0.3, 0.05), (41.7, 10)])
def test_ticks_are_round_and_few(largest: float, wanted: float) -> None:
    found = ticks(largest, 6)
    assert found[1] - found[0] == pytest.approx(wanted)
    assert found[-1] <= largest
    assert ticks(0.0) == [0.0]


@given(st.text(max_size=30))
def test_an_svg_is_well_formed_whatever_is_written_in_it(text: str) -> None:
    text = "".join(sign for sign in text if sign.isprintable())
    shapes = (
        Words(1, 2, text, turned=True),
        Line(((0, 0), (1.23456, 2)), dash=(1, 2)),
        Box(0, 0, 1, 1, "#ffffff"),
    )
    tree = ElementTree.fromstring(to_svg(Drawing(10, 10, shapes, text, text), "a-1"))
    texts = [one.text or "" for one in tree.iter() if one.tag.endswith(("text", "title", "desc"))]
    assert texts == [text] * 3


def test_the_bars_of_a_histogram_hold_everything() -> None:
    errors = np.array([0.0, 0.01, 0.13, 4.99, 5.0, 70.0])
    shares = error_shares(errors)
    assert shares.sum() == pytest.approx(100)
    assert len(shares) == LARGEST / BIN + 1
    assert shares[-1] == pytest.approx(100 * 2 / 6)
    drawing = histogram(errors, "Face")
    assert "mean 13.35 mm" in drawing.description
    bars = [shape for shape in drawing.shapes if isinstance(shape, Box)]
    assert len(bars) == 4


def test_a_curve_says_what_share_is_nearer() -> None:
    drawing = cumulative([("one", np.array([0.5, 1.5, 3.0, 9.0])), ("two", np.array([0.1]))], "Face")
    assert "one: 25.0 % within 1 mm, 50.0 % within 2 mm" in drawing.description
    curves = [shape for shape in drawing.shapes if isinstance(shape, Line) and len(shape.points) == 101]
    assert curves[0].color != curves[1].color
    assert curves[0].dash != curves[1].dash
    assert curves[0].points[-1][1] > curves[1].points[-1][1]


def test_contours_are_to_scale_and_stay_on_their_sheet() -> None:
    angle = np.linspace(0, 2 * np.pi, 200)
    circle = np.column_stack([np.cos(angle), np.sin(angle)])
    drawing = contours("Profile", [100 * circle], [("near", [98 * circle]), ("far", [400 * circle])])
    for shape in drawing.shapes:
        if isinstance(shape, Line):
            points = np.array(shape.points)
            assert (points >= 0).all()
            assert (points <= [drawing.width, drawing.height]).all()
    assert contours("Profile", [], [("near", [])]).description.startswith("Neither")


def test_the_legend_names_every_stop() -> None:
    words = [shape.text for shape in legend().shapes if isinstance(shape, Words)]
    assert [word for word in words if word.replace(".", "").isdigit()] == ["0", "0.5", "1", "2", "5"]


def test_the_front_camera_sees_the_nose_first_and_the_profile_from_the_left() -> None:
    mesh = head(4)
    frame = head_frame(mesh.vertices, [camera(30.0)], {})
    marks = {
        "right_eye": np.array([-30.0, 40, 80]),
        "left_eye": np.array([30.0, 40, 80]),
        "right_lips": np.array([-25.0, -50, 80]),
        "left_lips": np.array([25.0, -50, 80]),
    }
    faced = head_frame(mesh.vertices, [camera(30.0)], marks)
    assert frame is not None
    assert faced is not None
    np.testing.assert_allclose(frame.front, [0.5, 0, np.sqrt(0.75)], atol=1e-12)
    np.testing.assert_allclose(faced.front, [0, 0, 1], atol=1e-12)
    np.testing.assert_allclose(faced.left, [1, 0, 0], atol=1e-12)
    for (_, degrees), towards in zip(VIEWS, ([0, 0, 1], [1, 0, 1], [1, 0, 0], [0, 0, -1]), strict=True):
        one = faced.camera(degrees, (90, 120))
        np.testing.assert_allclose(-one.forward, np.array(towards) / np.linalg.norm(towards), atol=1e-12)
        pixels, depth = one.project(mesh.vertices)
        assert (depth > 0).all()
        assert (pixels >= 0).all()
        assert (pixels <= [89, 119]).all()
    directions = np.array([[0, 0, 1], [0, 0, -1], [-1, 0, 0], [1, 0, 0], [0, 1, 0], [0, -1, 0.0]])
    assert [PARTS[at] for at in faced.parts(faced.center + 50 * directions)] == list(PARTS)


def test_without_cameras_and_landmarks_there_is_no_front() -> None:
    assert head_frame(np.eye(3), [], {}) is None
    in_line = {name: np.zeros(3) for name in ("right_eye", "left_eye", "right_lips", "left_lips")}
    assert head_frame(np.eye(3), [], in_line) is None


def test_a_crop_and_its_camera_agree() -> None:
    mask = np.zeros((200, 300), dtype=bool)
    mask[150:199, 20:80] = True
    crop = Crop.around(mask, 64)
    photo = np.zeros((200, 300, 3), np.uint8)
    photo[150:199, 20:80] = 250
    part = crop.photo(photo)
    assert part.shape == (64, 64, 3)
    one = camera(0.0)
    origin, direction = one.rays(np.array([[50.0, 170.0]]))
    pixel, _ = crop.camera(one).project(origin + 700 * direction)
    x, y = pixel[0]
    expected = (np.array([50.0, 170.0]) - [crop.left, crop.top] + 0.5) * 64 / crop.side - 0.5
    np.testing.assert_allclose([x, y], expected, atol=1e-9)
    assert part[round(y), round(x)].min() > 200


def test_a_table_too_wide_is_split_and_keeps_its_best() -> None:
    columns = tuple("abcdefgh")
    row = Row("x", tuple("12345678"), frozenset({1, 7}))
    first, second = Table("T", columns, (Row("group", group=True), row)).split(6)
    assert first.columns + second.columns == columns
    assert second.rows[1] == Row("x", ("7", "8"), frozenset({1}))
    assert first.rows[0].group


@given(st.text(max_size=40))
def test_pdf_text_keeps_every_printable_letter(text: str) -> None:
    assert "".join(piece for piece, _ in runs_of(text)).count("\n") == 0
    printable = "".join(sign for sign in text if sign.isprintable())
    shown = "".join(piece for piece, _ in runs_of(printable))
    assert shown == printable
    assert "<b>" not in marked("<b>" + text)


def test_numbers_as_people_read_them() -> None:
    assert [duration(seconds) for seconds in (None, 3.14, 27.2, 245, 7380)] == [
        "", "3.1 s", "27 s", "4 min 5 s", "2 h 3 min",
    ]  # fmt: skip
    assert [memory(size) for size in (None, 5e8, 3 * 2**30)] == ["", "477 MB", "3.00 GB"]
    assert [listed(names) for names in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
