"""The texts of generated tickets: a few hundred, put together anew for each message. Always the same."""

import random

PARAGRAPHS = 240
SUBJECTS = 400
COMMON_WORD = "payment"  # in one title of five
RARE_WORD = "marmalade"  # in one title of five thousand
SPREAD_WORD = "fjord"  # in SPREAD titles of a load, however many it has; its own stem
SPREAD = 30
_WORDS = (  # noqa: SIM905  (a hundred words are read more easily so)
    "account address again app attached because before browser button card change charge check click code confirm"
    " console copy correct country date delivery device different download email error every export field file find"
    " first form found friday gift group help history image import invoice last later link list login message minutes"
    " monday month name need network never number old open option order other owner page password phone photo picture"
    " please press price problem profile question receipt refund release reload remove reply report request result"
    " save screen search second select send session setting shop show since start step still stop store subtitle"
    " support switch system tablet team test today track try update upload user version video wait watch week while"
    " window without work wrong yesterday"
).split()


def paragraphs() -> list[str]:
    """Texts of about 340 characters; three of them make a message of one kilobyte."""
    chance = random.Random("paragraphs")
    return [" ".join(_sentence(chance) for _sentence_number in range(6)) for _number in range(PARAGRAPHS)]


def subjects() -> list[str]:
    """Titles; the common word stands in one of five."""
    chance = random.Random("subjects")
    titles = []
    for number in range(SUBJECTS):
        words = chance.sample(_WORDS, chance.randint(3, 7))
        titles.append(" ".join([COMMON_WORD, *words] if number % 5 == 0 else words).capitalize())
    return titles


def _sentence(chance: random.Random) -> str:
    return " ".join(chance.choices(_WORDS, k=chance.randint(7, 10))).capitalize() + "."
