"""What may be asked past the walls: which texts of all tenants are due, and what a search finds.

Under row-level security no index answers `@@`, so both questions of a search stand behind doors, which read the tenant by
themselves and give back nothing that its reader may not see.
"""

from helpdesk.walls.derive import CURRENT
from helpdesk.walls.door import Door

PREFIX_WORDS = 12  # how many longer words an unfinished one may stand for
ALIKE_WORDS = 6  # how many known words a mistyped one may stand for

# Rows of `asked`: (the word that was asked, a word of the texts, its stems, in how many texts, how many letters differ;
# -1: begins like it). Rows without `asked`: a stem and its number of texts; the empty stem counts all texts, a blank
# the words in them.
_TERMS = f"""
  WITH here AS MATERIALIZED (SELECT {CURRENT} AS tenant, {CURRENT}::text || ':' || locale AS scope),
    asked AS MATERIALIZED (SELECT a.w, a.s FROM unnest(words, stems) AS a(w, s)),
    exact AS MATERIALIZED (
      SELECT a.w, v.word, v.stems, v.documents, 0 AS distance FROM asked a JOIN public.helpcenter_searchword v
        ON v.tenant_id = (SELECT tenant FROM here) AND v.scope = (SELECT scope FROM here) AND v.word = a.w),
    longer AS MATERIALIZED (
      SELECT begun AS w, v.word, v.stems, v.documents, -1 AS distance FROM public.helpcenter_searchword v
      WHERE begun <> '' AND v.scope = (SELECT scope FROM here) AND v.first = pg_catalog.left(begun, 1)
        AND v.length > pg_catalog.length(begun) AND pg_catalog.starts_with(v.word, begun)
      ORDER BY v.documents DESC, v.word LIMIT {PREFIX_WORDS}),
    alike AS MATERIALIZED (
      SELECT a.w, v.word, v.stems, v.documents, v.distance FROM asked a CROSS JOIN LATERAL (
        SELECT x.word, x.stems, x.documents, public.levenshtein_less_equal(x.word::text, a.w, 2) AS distance
        FROM public.helpcenter_searchword x
        WHERE x.scope = (SELECT scope FROM here) AND x.first = pg_catalog.left(a.w, 1)
          AND x.length BETWEEN pg_catalog.length(a.w) - 2 AND pg_catalog.length(a.w) + 2
          AND public.levenshtein_less_equal(x.word::text, a.w, 2) <= CASE WHEN pg_catalog.length(a.w) < 5 THEN 1 ELSE 2 END
        ORDER BY 4, 3 DESC, 1 LIMIT {ALIKE_WORDS}) v
      WHERE pg_catalog.length(a.w) >= 4
        AND NOT EXISTS (SELECT 1 FROM exact e WHERE e.w = a.w) AND NOT EXISTS (SELECT 1 FROM longer l WHERE l.w = a.w)
        AND NOT EXISTS (SELECT 1 FROM public.helpcenter_searchstem k WHERE k.tenant_id = (SELECT tenant FROM here)
                          AND k.scope = (SELECT scope FROM here) AND k.stem = a.s)),
    found AS MATERIALIZED (
      SELECT * FROM exact UNION ALL SELECT * FROM longer UNION ALL SELECT * FROM alike),
    wanted AS MATERIALIZED (
      SELECT unnest(f.stems) AS stem FROM found f UNION SELECT unnest(more) UNION SELECT unnest(ARRAY['', ' ']))
  SELECT f.w::text, f.word::text, f.stems::text[], f.documents, f.distance FROM found f
  UNION ALL
  SELECT NULL, k.stem::text, NULL, k.documents, 0 FROM wanted n JOIN public.helpcenter_searchstem k
    ON k.tenant_id = (SELECT tenant FROM here) AND k.scope = (SELECT scope FROM here) AND k.stem = n.stem
"""

# The n best texts that hold one of the stems (or begin with one of `begun`), each with the places of `every` stem.
# `unless` leaves out articles that can be read in that language. What is for one audience is found by those who belong
# to it, and by the team (up to 2).
_ARTICLES = f"""
  WITH here AS MATERIALIZED (SELECT {CURRENT} AS tenant, {CURRENT}::text || ':' || locale AS scope),
    asked AS MATERIALIZED (SELECT string_agg(part, ' | ')::pg_catalog.tsquery AS q FROM (
      SELECT '''' || s || '''' AS part FROM unnest(stems) s
      UNION ALL SELECT '''' || b || ''':*' FROM unnest(begun) b) p),
    best AS MATERIALIZED (
      SELECT d.translation_id, d.article_id, d.title, d.length, d.vector,
             pg_catalog.ts_rank(d.vector, (SELECT q FROM asked)) AS rank
      FROM public.helpcenter_searchdocument d
      WHERE d.scope = (SELECT scope FROM here) AND d.vector @@ (SELECT q FROM asked) AND d.visibility <= up_to
        AND (d.audience_id IS NULL OR d.audience_id = reader_audience OR up_to >= 2)
        AND (unless = '' OR NOT EXISTS (
          SELECT 1 FROM public.helpcenter_translation t
          WHERE t.tenant_id = (SELECT tenant FROM here) AND t.locale = unless AND t.state = 'published'
            AND t.article_id = d.article_id))
      ORDER BY 6 DESC, 1 LIMIT n)
  SELECT b.translation_id, b.article_id, b.title::text, b.length, (
      SELECT pg_catalog.jsonb_object_agg(l.lexeme, pg_catalog.array_to_string(l.weights, ''))
      FROM unnest(b.vector) l
      WHERE l.lexeme = ANY (every) OR EXISTS (SELECT 1 FROM unnest(begun) g WHERE pg_catalog.starts_with(l.lexeme, g)))
  FROM best b
"""

DOORS = [
    Door(
        name="articles_due",
        arguments="n integer",
        returns="TABLE(tenant_id bigint, translation_id bigint)",
        body=(
            " SELECT t.tenant_id, t.id FROM public.helpcenter_translation t"
            " WHERE t.publish_at <= pg_catalog.now() ORDER BY t.publish_at, t.id LIMIT n "
        ),
        volatility="stable",
    ),
    Door(
        name="help_terms",
        arguments="locale text, words text[], stems text[], more text[], begun text",
        returns="TABLE(asked text, word text, found text[], documents integer, distance integer)",
        body=_TERMS,
        volatility="stable",
    ),
    Door(
        name="help_articles",
        arguments="locale text, stems text[], every text[], begun text[], unless text, up_to integer, reader_audience bigint, n integer",
        returns="TABLE(translation_id bigint, article_id bigint, title text, length integer, hits jsonb)",
        body=_ARTICLES,
        volatility="stable",
    ),
]
