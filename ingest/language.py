"""The language of each page, and of the document by the vote of its pages."""

from collections import Counter
from collections.abc import Sequence

from service.encoding.language import detect


def page_languages(texts: Sequence[str]) -> tuple[list[str], str]:
    """Return the language of each page and that of the document.

    Pages vote with their letters. A page too short to tell, or in no clear language, takes the document's language, so that
    a title page or a table is not lost between the languages.
    """
    found = [detect(text) for text in texts]
    votes: Counter[str] = Counter()
    for text, language in zip(texts, found, strict=True):
        if language != "und":
            votes[language] += sum(map(str.isalpha, text))
    document = votes.most_common(1)[0][0] if votes else "und"
    return [document if language == "und" else language for language in found], document
