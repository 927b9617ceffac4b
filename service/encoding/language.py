"""Which language a text is written in.

langdetect with four profiles (Swedish, English, Norwegian, Danish), a prior and a fixed seed, so that the same text always gets
the same answer. Where function words decide, they spare the detector. Measured on 2 100 stretches of government pages and
research abstracts: at 400 characters 99.9 % right and always langdetect's own answer, in 0.1 ms instead of 0.9;
at 100 characters 98.8 % right, in 0.3 ms, another answer than langdetect's in one text of 1 000.
"""

import re
from functools import cache
from importlib.resources import files
from typing import Any

SAMPLE = 400
"""Characters looked at. langdetect takes 2 ms for 1 000 characters and is as sure after 400."""
FEWEST_LETTERS = 20
PRIOR = {"sv": 0.6, "en": 0.35, "no": 0.03, "da": 0.02}
QUESTION_PRIOR = {"sv": 0.55, "en": 0.45}
"""Nobody asks in Danish here, and two profiles tell short questions apart better than four."""
SURE = 0.7

SWEDISH_WORDS = frozenset(
    "och att det som en ett är på för med av till den har inte om vad hur vilka vilket varför när kan ska från de vi man "
    "eller var vem blir finns efter mellan utan hos över under sin sina sitt detta dessa denna så vid också mer sig "
    "hjälper fungerar gör får skulle deras alla andra där här".split()
)
ENGLISH_WORDS = frozenset(
    "the and of to in is are was were for with that on by what how which why when who does do did can should from they "
    "this these those or not has have had be been it as at an their about into between after people works work helps "
    "than more most other others there where will would could".split()
)
SWEDISH_ALONE = frozenset(
    "och att är för från till inte ett hur också än när något några både genom mellan vilket".split()
)
"""Swedish function words that are spelt otherwise in Danish and Norwegian."""
WORD = re.compile(r"[^\W\d_]+")


def detect(text: str) -> str:
    """Return "sv", "en", "no" or "da", or "und" for a text with under 20 letters or in no clear language."""
    sample = _sample(text)
    if sample.isupper():
        # The profiles know little of headings in capitals and take them for English.
        sample = sample.lower()
    if sum(map(str.isalpha, sample)) < FEWEST_LETTERS:
        return "und"
    swedish, english = _function_words(sample)
    # Where one language's function words stand alone, the detector agrees and costs ten times as much.
    if english >= 4 and not swedish:
        return "en"
    if english <= 1 and sum(word in SWEDISH_ALONE for word in WORD.findall(sample.lower())) >= 3:
        return "sv"
    return _detected(sample, PRIOR)


def detect_question(text: str) -> str:
    """Return "sv" or "en" for a short question, or "und" when nothing speaks for either."""
    lowered = text.lower()
    if not any(len(word) > 1 for word in WORD.findall(lowered)):
        return "und"
    swedish, english = _function_words(lowered)
    swedish += 2 * any(letter in lowered for letter in "åäö")
    if swedish != english:
        return "sv" if swedish > english else "en"
    return _detected(lowered, QUESTION_PRIOR)


def _sample(text: str) -> str:
    if len(text) <= SAMPLE:
        return text
    middle = len(text) // 2
    return f"{text[: SAMPLE // 2]} {text[middle : middle + SAMPLE // 2]}"


def _function_words(text: str) -> tuple[int, int]:
    words = WORD.findall(text.lower())
    return sum(word in SWEDISH_WORDS for word in words), sum(word in ENGLISH_WORDS for word in words)


def _detected(text: str, prior: dict[str, float]) -> str:
    from langdetect.lang_detect_exception import LangDetectException

    detector = _factory(tuple(prior)).create()
    detector.seed = 0
    detector.set_prior_map(prior)
    detector.append(text)
    try:
        best = detector.get_probabilities()
    except LangDetectException:
        return "und"
    return str(best[0].lang) if best and best[0].prob >= SURE else "und"


@cache
def _factory(codes: tuple[str, ...]) -> Any:
    from langdetect.detector_factory import DetectorFactory

    DetectorFactory.seed = 0
    factory = DetectorFactory()
    profiles = files("langdetect") / "profiles"
    factory.load_json_profile([(profiles / code).read_text(encoding="utf-8") for code in codes])
    return factory
