"""The catalogue: whole, or the last good one, or the built-in one."""

from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from kiosk import catalogue
from kiosk.catalogue import (
    CES,
    CLI,
    CSAT,
    DEFAULT,
    Asking,
    AtomicStorage,
    Catalogue,
    Intake,
    Survey,
    Talking,
    Timings,
)
from kiosk.errors import CatalogueError
from kiosk.views import Brand
from mqtt.catalogue import Document, Quiet, read_document
from mqtt.down import SignedCatalogue, encode
from mqtt.events import Scale
from mqtt.vocabulary import BadMessage

HEAD_OFFICE, SOMEBODY = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
OURS = Catalogue(Brand("شهر کتاب", "Book City", "#123456"), (CES,), Timings(welcome=4.0))


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    catalogue.save(tmp_path / "c.json", OURS)
    assert catalogue.load(tmp_path / "c.json") == OURS


def test_without_a_file_the_built_in_one_serves(tmp_path: Path) -> None:
    assert catalogue.load(tmp_path / "none.json") == DEFAULT


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"brand": 5}', '{"brand": {"1": {"fa": 1}}}', "[" * 100_000, "\xff"]
)
def test_a_file_that_is_no_catalogue_is_said_and_the_kiosk_comes_up(tmp_path: Path, text: str) -> None:
    path = tmp_path / "c.json"
    path.write_text(text, "latin-1")
    with pytest.raises(CatalogueError, match=r"c\.json"):
        catalogue.load(path)
    assert catalogue.load_or_default(path) == DEFAULT


def test_a_crash_while_saving_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    catalogue.save(path, OURS)
    with pytest.raises(TypeError):
        AtomicStorage(path).write({"brand": {"1": {"fa": object()}}})
    assert catalogue.load(path) == OURS


@given(st.integers(0, 10), st.integers(0, 10), st.sampled_from(("worst-first", "best-first")))
def test_values_stand_in_reading_order(worst: int, best: int, shown: str) -> None:
    scale = Scale(worst, best, shown)  # type: ignore[arg-type]
    values = catalogue.Survey("q", 1, CES.text, CES.first, CES.last, scale).values()
    ends = (worst, best) if shown == "worst-first" else (best, worst)
    assert (values[0], values[-1]) == ends
    assert len(values) == abs(worst - best) + 1


def test_a_catalogue_without_questions_is_loaded_as_it_was_saved(tmp_path: Path) -> None:
    catalogue.save(tmp_path / "c.json", Catalogue(OURS.brand, ()), 3)
    assert catalogue.load(tmp_path / "c.json") == Catalogue(OURS.brand, ())
    assert catalogue.version(tmp_path / "c.json") == 3


def signed(version: int, document: str, by: Ed25519PrivateKey = HEAD_OFFICE) -> bytes:
    blank = SignedCatalogue(version, document, "")
    return encode(msgspec.structs.replace(blank, signature=by.sign(blank.signed()).hex()))


def text(of: Catalogue = OURS) -> str:
    return msgspec.json.encode(of).decode()


class Taker:
    """An intake with version 5 in place, and how often it said that there is a new one."""

    def __init__(self, path: Path, key: str) -> None:
        self.path, self.changes = path, 0
        catalogue.save(path, OURS, 5)
        self.intake = Intake(path, key, self._changed)

    def _changed(self) -> None:
        self.changes += 1

    def in_place(self) -> tuple[int, Catalogue]:
        return catalogue.version(self.path), catalogue.load(self.path)


@pytest.fixture
def taker(tmp_path: Path) -> Taker:
    return Taker(tmp_path / "c.json", HEAD_OFFICE.public_key().public_bytes_raw().hex())


def test_what_head_office_signed_is_put_in_place_and_told(taker: Taker) -> None:
    taker.intake.take(signed(6, text(DEFAULT)))
    assert taker.in_place() == (6, DEFAULT)
    assert (taker.changes, taker.intake.version, taker.intake.refused) == (1, 6, 0)


def test_the_version_that_is_in_place_is_neither_taken_nor_refused(taker: Taker) -> None:
    taker.intake.take(signed(5, text(DEFAULT)))
    assert taker.in_place() == (5, OURS)
    assert (taker.changes, taker.intake.refused) == (0, 0)


@pytest.mark.parametrize(
    "payload",
    [
        signed(6, text(DEFAULT), by=SOMEBODY),
        signed(6, text(DEFAULT)).replace(b'"version":6', b'"version":7'),
        signed(6, text(DEFAULT)).replace(b"Customer Club", b"Customer Glub"),
        signed(4, text(DEFAULT)),
        signed(6, "{"),
        signed(6, "[" * 50_000),
        signed(6, text(DEFAULT).replace("#0B5F59", "teal")),
        signed(6, text(DEFAULT).replace('"welcome":6.0', '"welcome":-1')),
        b"",
        b"\xff",
    ],
)
def test_what_is_not_signed_not_newer_or_not_whole_is_refused_and_the_good_one_stays(
    taker: Taker, payload: bytes
) -> None:
    with pytest.raises(BadMessage, match=r"version 5 stays \(1 refused\)"):
        taker.intake.take(payload)
    assert taker.in_place() == (5, OURS)
    assert taker.changes == 0


def test_without_a_key_nothing_is_taken_and_that_is_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    taker = Taker(tmp_path / "c.json", "")
    for version in (6, 7):
        taker.intake.take(signed(version, text(DEFAULT)))
    assert taker.in_place() == (5, OURS)
    assert [record.message for record in caplog.records if "catalogue_key" in record.message] == [
        "catalogue: kiosk.toml has no catalogue_key, so none is taken from the cloud"
    ]


def test_a_file_that_cannot_be_used_gives_way_to_any_version(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    path.write_text("{", "utf-8")
    assert catalogue.version(path) == 0


OLD = (
    '{"brand": {"1": {"fa": "شهر کتاب", "en": "Book City", "accent": "#123456"}},'
    ' "surveys": {"1": {"question": "ces", "wording": 4, "text": {"fa": "آسان بود.", "en": "It was easy."},'
    ' "first": {"fa": "نه", "en": "No"}, "last": {"fa": "بله", "en": "Yes"},'
    ' "scale": {"worst": 1, "best": 7, "shown": "worst-first"}}},'
    ' "timings": {"1": {"welcome": 4.0}}, "placed": {"1": {"version": 12}}}'
)
"""As the first release wrote it."""


def test_a_file_of_the_first_release_is_loaded_and_what_it_does_not_say_has_its_default(
    tmp_path: Path,
) -> None:
    path = tmp_path / "c.json"
    path.write_text(OLD, "utf-8")
    (survey,) = catalogue.load(path).surveys
    assert (survey.wording, survey.kind, survey.labels, survey.then) == (4, "ces", (), ())
    assert (survey.opens, survey.cooldown_days, survey.share, survey.quota) == (True, 14.0, 1.0, None)
    assert catalogue.load(path).asking == Asking()
    assert catalogue.load(path).talking == Talking(answer_days=3)
    assert catalogue.version(path) == 12


def test_branches_rests_and_quiet_hours_come_back_as_they_were_saved(tmp_path: Path) -> None:
    full = Catalogue(OURS.brand, DEFAULT.surveys, OURS.timings, Asking((Quiet("22:00", "08:00"),)))
    catalogue.save(tmp_path / "c.json", full)
    assert catalogue.load(tmp_path / "c.json") == full


@pytest.mark.parametrize("survey", DEFAULT.surveys, ids=lambda each: each.question)
def test_what_is_built_in_is_what_head_office_could_publish(survey: Survey) -> None:
    document = read_document(text())
    assert isinstance(document, Document)
    assert read_document(text(DEFAULT)).surveys == DEFAULT.surveys
    for value in survey.values():
        assert bool(survey.word(value, "fa")) == bool(survey.labels)


def test_a_label_belongs_to_its_value_in_whichever_order_it_is_shown() -> None:
    turned = msgspec.structs.replace(CSAT, scale=Scale(1, 5, "best-first"))
    assert turned.values() == (5, 4, 3, 2, 1)
    assert turned.words("en") == CSAT.words("en")[::-1]
    assert turned.word(1, "en") == CSAT.word(1, "en") == "Very dissatisfied"
    assert CLI[0].word(1, "en") == "Very willing"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"kind":"needs","labels":[', '"kind":"needs","labels":[{"fa":"پنجم","en":"Fifth"},'),
        ('"kind":"csat","labels":[', '"kind":"csat","labels":[],"others":['),
        ('"kind":"nps"', '"kind":"cli"'),
        ('"question":"cli-buy-again"}', '"question":"nowhere"}'),
        ('"share":1.0', '"share":1.1'),
        ('"cooldown_days":14.0', '"cooldown_days":-1'),
        ('"quiet":[]', '"quiet":[{"from":"25:00","to":"08:00"}]'),
        ('{"fa":"راضی","en":"Satisfied"}', '{"fa":"راضی"}'),
    ],
)
def test_a_document_with_a_word_too_few_or_a_way_to_nowhere_is_refused(
    taker: Taker, old: str, new: str
) -> None:
    good = text(DEFAULT)
    assert old in good
    with pytest.raises(BadMessage):
        taker.intake.take(signed(6, good.replace(old, new, 1)))
    assert taker.in_place() == (5, OURS)
