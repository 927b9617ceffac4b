"""A project: its record as published, and its documents."""

from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from service.domain.labels import label
from service.domain.projects import Project
from service.knowledge_base import KnowledgeBase
from web.contexts import Asking, Chrome, Fact, ProjectPage, Scope
from web.rendering import page
from web.translation import Language

PUBLIC_RECORD = "https://www.esf.se/resultat/projektbanken/projekt/?dnr="
CODE_LISTS = {
    "Programområde": "programme_areas",
    "Specifikt mål": "specific_objectives",
    "NUTS-2 kod": "regions",
    "Interventionstyp": "intervention_fields",
}
"""Labels of the record whose values are codes, and the list that names them."""
EARLIER_CODE_LISTS = CODE_LISTS | {"Interventionstyp": "intervention_fields_2014"}
"""The same for 2014–2020, when the same numbers meant other things."""
ENGLISH_LABELS = {
    "Land som berörs": "Country",
    "Berörd fond": "Fund",
    "Program CCI": "Programme (CCI)",
    "Diarienummer": "Diary number",
    "Projektägare organisationsnummer": "Organisation number of the owner",
    "Projektägare": "Project owner",
    "Namn": "Name",
    "Startdatum": "Start",
    "Slutdatum": "End",
    "Unionens medfinansieringsgrad": "Union co-financing rate",
    "Programområde": "Programme area",
    "Specifikt mål": "Specific objective",
    "Sekundärtema - Motverka barnfattigdom": "Secondary theme: child poverty",
    "Region": "Region",
    "NUTS-2 kod": "NUTS 2 code",
    "Interventionstyp": "Intervention field",
    "Antal deltagare": "Participants",
    "Planerat antal deltagare": "Planned participants",
    "Insats av strategisk betydelse": "Operation of strategic importance",
    "Projektnummer": "Project number",
    "Projektperiod": "Project period",
    "Total projektbudget": "Total budget",
    "Beviljat ESF-stöd": "ESF support granted",
}


def add_routes(router: APIRouter, kb: KnowledgeBase, language: Language) -> None:
    """Add the routes of one language."""

    @router.get(Chrome(language, "").at("/projekt/{project_id:path}"))
    def project(project_id: str) -> HTMLResponse:
        found = kb.project(project_id)
        context = ProjectPage(
            chrome=Chrome(language, f"/projekt/{found.id}", Asking(scope=Scope.of_project(found, chosen=False))),
            project=found,
            facts=_facts(found, language),
            documents=tuple(kb.documents_of(found.id)),
            record_address=f"{PUBLIC_RECORD}{quote(found.dnr)}" if found.source == "projektbanken-2021" else "",
        )
        return page("project.html", context)


def _facts(project: Project, language: Language) -> tuple[Fact, ...]:
    lists = EARLIER_CODE_LISTS if project.source == "projektbanken-2014" else CODE_LISTS
    return tuple(
        Fact(
            ENGLISH_LABELS.get(name, name) if language == "en" else name,
            value,
            _meaning(lists.get(name, ""), value, language),
        )
        for name, value in project.published.items()
        if value and value not in {project.title, project.purpose}
    )


def _meaning(code_list: str, value: str, language: str) -> str:
    meaning = label(code_list, value, language) if code_list else ""
    return meaning if meaning != value else ""
