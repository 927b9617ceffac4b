"""What passages tell. Plain sentences, as reports have them: the hard ones are measured by ``bench.findings``."""

from dataclasses import replace

import pytest

from ingest import findings
from ingest.classifier import classifier, encoder, features_of
from ingest.findings import by_rules, evidence_of, find, judge
from ingest.sentences import sentences_of
from service.domain.documents import Passage
from service.domain.findings import Finding, FindingType

FILLER = "Projektet pågår i tre kommuner och ägs av en av dem."


def passage(text: str, *headings: str, language: str = "sv") -> Passage:
    return Passage("p", "d", 0, text, headings, 1, 1, 0, len(text), language)


def told(text: str, *headings: str, language: str = "sv", document_type: str = "slututvärdering") -> dict[str, Finding]:
    """Return the findings of a passage by type."""
    return {one.type.value: one for one in find([passage(text, *headings, language=language)], document_type)}


@pytest.mark.parametrize(
    ("kind", "language", "text"),
    [
        ("recommendation", "sv", "Vi rekommenderar att kommunen utser en ansvarig för det fortsatta arbetet."),
        ("recommendation", "en", "We recommend that the municipality appoints a responsible manager."),
        ("obstacle", "sv", "Hög personalomsättning har försvårat samarbetet under hela projektet."),
        ("obstacle", "en", "A lack of time and high staff turnover hampered the work."),
        (
            "success",
            "sv",
            "Tack vare att alla parter satt vid samma bord kunde beslut fattas snabbt, och det var avgörande.",
        ),
        ("lesson", "sv", "En viktig lärdom är att arbetsgivarna måste vara med från början."),
        ("lesson", "en", "One important lesson is that employers have to be involved from the start."),
        ("result", "sv", "Av 297 deltagare hade 36 procent fått arbete vid avslut, vilket är över målet."),
        ("evalmethod", "sv", "Utvärderingen bygger på 38 intervjuer och en enkät med en svarsfrekvens på 61 procent."),
        ("cost", "sv", "Kostnaden per deltagare uppgick till 62 000 kronor."),
        ("conclusion", "sv", "Sammantaget är vår bedömning att projektet har nått sina mål."),
        ("transnational", "sv", "Det transnationella utbytet med partnern i Finland gav nya idéer."),
    ],
)
def test_a_plain_sentence_is_told(kind: str, language: str, text: str) -> None:
    found = told(f"{FILLER} {text}", language=language)
    assert kind in found
    one = found[kind]
    assert f"{FILLER} {text}"[one.start : one.end] == text
    assert 0.5 <= one.confidence <= 1


@pytest.mark.parametrize(
    "text",
    [
        FILLER,
        "I kapitel fyra redovisas vad som har gjorts, och i kapitel fem förs en diskussion om vad det har lett till.",
        "Kommunen har 31 000 invånare och två gymnasieskolor. Näringslivet domineras av träindustri och logistik.",
    ],
)
def test_background_tells_nothing(text: str) -> None:
    assert told(text) == {}


@pytest.mark.parametrize("heading", ["Referenser", "Bilaga 2", "Innehåll", "Förord", "References", "Annex 1"])
def test_nothing_is_told_where_a_report_does_not_tell(heading: str) -> None:
    text = "Vi rekommenderar att kommunen utser en ansvarig. We recommend that the city does so."
    assert told(text, "5 Slutsatser", language="und")
    assert told(text, "5 Slutsatser", heading, language="und") == {}


def test_a_list_of_operations_tells_nothing() -> None:
    one = passage("Vi rekommenderar att kommunen utser en ansvarig.")
    assert find([replace(one, project_id="p")], "") == ()


def test_a_document_of_another_field_must_be_surer() -> None:
    text = "Därför bör reglerna för fiske ändras."
    column = list(FindingType).index(FindingType.RECOMMENDATION)
    assert 0.5 <= judge(evidence_of([passage(text)])).passages[0, column] < 0.9
    assert "recommendation" not in told(text)
    assert "recommendation" in told(f"{text} Projektet har deltagare i tre kommuner.")


def test_a_project_record_tells_nothing() -> None:
    assert told("Vi rekommenderar att kommunen utser en ansvarig.", document_type="projektpost") == {}


def test_a_heading_speaks_for_its_type() -> None:
    text = "Koordinatorerna hade ont om rum, och två av dem delade skrivbord i ett år."
    without, under = (evidence_of([passage(text, heading)]) for heading in ("Bakgrund", "Hinder och utmaningar"))
    column = list(FindingType).index(FindingType.OBSTACLE)
    assert judge(under).passages[0, column] > judge(without).passages[0, column]
    assert under.named[0]["obstacle"].words == "hinder"


def test_the_classifier_does_not_see_headings() -> None:
    one = passage("Av 297 deltagare hade 36 procent fått arbete.", "Resultat")
    with_heading, without = (features_of(sentences_of([each]), 1) for each in (one, replace(one, heading_path=())))
    assert (with_heading.sentences == without.sentences).all()
    assert (with_heading.passages == without.passages).all()


def test_the_method_of_the_project_is_not_that_of_the_evaluation() -> None:
    project = told("Metoden bygger på att varje deltagare har en coach och träffar den en gång i veckan.", "Metod")
    evaluation = told("Utvärderingen bygger på intervjuer, en enkät och dokumentstudier.", "Metod")
    assert ("method" in project, "evalmethod" in project) == (True, False)
    assert ("method" in evaluation, "evalmethod" in evaluation) == (False, True)


def test_a_finding_tells_why() -> None:
    one = told("Vi rekommenderar att kommunen utser en ansvarig.", "Rekommendationer")["recommendation"]
    assert one.why.heading == "rekommendationer"
    assert "rekommenderar" in one.why.cues
    assert one.why.model > 0.5


def test_what_a_recommendation_says_besides() -> None:
    one = told(
        "Vi rekommenderar att Arbetsförmedlingen avsätter handläggare för unga som varken arbetar eller studerar."
    )
    assert one["recommendation"].addressees[0] == "employment_service"
    assert "07" in one["recommendation"].target_groups
    assert one["recommendation"].polarity == ""


def test_what_an_obstacle_says_besides() -> None:
    one = told("Upphandlingen drog ut på tiden och försvårade starten, och personalomsättningen var hög.")["obstacle"]
    assert {"procurement_LOU", "staffing_turnover"} <= set(one.obstacles)
    assert one.polarity == "fungerade_inte"


def test_what_a_result_says_besides() -> None:
    text = "Av 297 långtidsarbetslösa deltagare hade 36 procent fått arbete, och målet överträffades."
    one = told(text)["result"]
    assert [(figure.value, figure.unit, figure.of) for figure in one.numbers] == [(36, "%", 297)]
    assert (one.polarity, one.level) == ("fungerade", "individ")
    assert "goal" in one.criteria
    assert "03" in one.target_groups


@pytest.mark.parametrize(
    ("document_type", "more", "label"),
    [
        ("slutrapport", "", "a"),
        ("slututvärdering", "", "b"),
        ("slututvärdering", " Jämfört med en matchad jämförelsegrupp är det mer.", "d"),
        ("klusterutvärdering", "", "e"),
        ("", "", ""),
    ],
)
def test_evidence_is_labelled_where_document_or_passage_give_grounds(document_type: str, more: str, label: str) -> None:
    text = f"Andelen deltagare som fått arbete ökade till 36 procent.{more}"
    assert told(text, document_type=document_type)["result"].evidence == label


def test_the_classifier_belongs_to_the_bundled_model() -> None:
    assert classifier() is not None, "run python -m training.findings: the bundled model is another one"


def test_rules_go_on_without_a_classifier(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(findings, "classifier", lambda: None)
    evidence = evidence_of([passage("Vi rekommenderar att kommunen utser en ansvarig.")])
    assert (judge(evidence).passages == by_rules(evidence).passages).all()
    assert told("Vi rekommenderar att projektet utser en ansvarig.")["recommendation"].why.model == 0


def test_the_same_passages_tell_the_same_alone_or_together() -> None:
    some = [
        passage("Vi rekommenderar att kommunen utser en ansvarig."),
        passage(FILLER),
        passage("Det kostade 62 000 kronor per deltagare."),
    ]
    together = [replace(one, id=str(number)) for number, one in enumerate(some)]
    alone = [one for each in together for one in find([each], "")]
    assert [(one.passage_id, one.type) for one in alone] == [(one.passage_id, one.type) for one in find(together, "")]


def test_nothing_comes_of_nothing() -> None:
    assert find([], "") == ()
    assert find([passage("1 2 3"), passage("")], "") == ()
    assert encoder().width == 384
