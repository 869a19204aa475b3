"""Questions with answers that open, in Markdown: a line `??? the question`, below it the answer, indented by four. Pure."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

MARK = "???"
INDENT = 4


def with_questions(markdown: MarkdownIt) -> MarkdownIt:
    """Teaches `markdown` questions: `<details>` whose `<summary>` is a heading one level below the one before it."""
    markdown.block.ruler.before(
        "fence", "question", _question, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    return markdown


def _question(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    asked = _asked(state, start)
    if not asked:
        return False
    if silent:
        return True
    after = _line_after(state, start, end)
    level = _level(state.tokens)
    opened = state.push("question_open", "details", 1)
    opened.block, opened.map = True, [start, after]
    state.push("summary_open", "summary", 1)
    state.push("heading_open", f"h{level}", 1).map = [start, start + 1]
    words = state.push("inline", "", 0)
    words.content, words.map, words.children = asked, [start, start + 1], []
    state.push("heading_close", f"h{level}", -1)
    state.push("summary_close", "summary", -1)
    _answer(state, start + 1, after)
    state.push("question_close", "details", -1).block = True
    state.line = after
    return True


def _asked(state: StateBlock, line: int) -> str:
    if state.is_code_block(line):
        return ""
    text = state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]
    return text.removeprefix(MARK).strip() if text.startswith(f"{MARK} ") else ""


def _line_after(state: StateBlock, start: int, end: int) -> int:
    """The first line that is not part of the answer any more."""
    line = after = start + 1
    while line < end and (state.isEmpty(line) or state.sCount[line] - state.blkIndent >= INDENT):
        line += 1
        after = after if state.isEmpty(line - 1) else line
    return after


def _answer(state: StateBlock, start: int, end: int) -> None:
    kept = state.blkIndent, state.lineMax
    state.blkIndent, state.lineMax = state.blkIndent + INDENT, end
    state.md.block.tokenize(state, start, end)
    state.blkIndent, state.lineMax = kept


def _level(tokens: list[Token]) -> int:
    """One below the last heading of the text itself; those of other questions stand inside of something."""
    levels = [int(token.tag[1]) for token in tokens if token.type == "heading_open" and token.level == 0]
    return min(levels[-1] + 1, 6) if levels else 2
