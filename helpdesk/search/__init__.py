"""One analysis of text for indexing and for asking, and the SQL that turns it into PostgreSQL's search vectors."""
