"""SQL for vectors and questions made of analysed words (see `helpdesk.search.analysis`)."""

from collections.abc import Iterable

from helpdesk.search.analysis import WORDS_A_QUERY, may_be_prefix, stemmers_of, words_of

# A vector may be 1 MB; so many words and as many stems of 60 bytes each fit in, whatever one text adds.
VECTOR_WORDS = 8000

# The stems of word `w` by the dictionaries in %s::text[]; a dictionary gives nothing for what it does not know.
_STEMS = "SELECT unnest(pg_catalog.ts_lexize(d::pg_catalog.regdictionary, w)) FROM unnest({stemmers}) d"


def vector(words: str, stemmers: str) -> str:
    """The expression of a `tsvector` without positions; both arguments are SQL expressions of type text[].

    Stemmers that know nothing of a word's script hand it back as it is, so a word has few entries.
    """
    stems = _STEMS.format(stemmers=stemmers)
    every = f"SELECT w AS lexeme FROM unnest({words}) w UNION SELECT s FROM unnest({words}) w, LATERAL ({stems}) s(s)"
    return (
        "(SELECT coalesce(pg_catalog.array_to_tsvector(array_agg(lexeme)), ''::tsvector)"
        f" FROM ({every}) l WHERE lexeme <> '')"
    )


def term(stemmers: str) -> str:
    """The text of a `tsquery` for word `w`: it, one of its stems, or where `p` (boolean) says so a longer word. Words are
    letters and digits only, so nothing in them is syntax."""
    stems = _STEMS.format(stemmers=stemmers)
    return (
        "'(''' || w || '''' || CASE WHEN p THEN ':*' ELSE '' END || coalesce((SELECT"
        f" string_agg(' | ''' || s || '''', '') FROM ({stems}) s(s) WHERE s <> '' AND s <> w), '') || ')'"
    )


def question(words: str, is_prefix: str, stemmers: str) -> str:
    """The expression of a `tsquery` that wants every word, each as `term` reads it. NULL without words."""
    return (
        f"(SELECT string_agg({term(stemmers)}, ' & ')::tsquery FROM unnest({words}, {is_prefix}) AS a(w, p))"
    )


def asked(text: str, locales: Iterable[str]) -> tuple[list[str], list[bool], list[str]]:
    """The arguments of `question`: words, which of them may be unfinished, stemmers. No words: nothing to look for."""
    words = words_of(text, limit=WORDS_A_QUERY)
    return words, [may_be_prefix(word) for word in words], stemmers_of(locales)
