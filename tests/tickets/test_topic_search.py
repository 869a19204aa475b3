"""Topics are found by the words people have for them, and suggested from a sentence."""

import time

import pytest
from django.utils import translation

from accounts.models import Member
from tests.factories.cast import House, make_category
from tests.factories.tickets import make_ticket
from tests.queries import count_queries
from tickets.models import Category, CategoryTranslation
from tickets.queries import topics_with_words
from tickets.topic_search import Found, filter_topics, suggest_topics


def give_words(category: Category, locale: str, **words: str) -> None:
    CategoryTranslation.objects.filter(category=category, locale=locale).update(**words)


@pytest.fixture
def topics(house: House) -> House:
    """Payments › Refund late, Card declined; Videos › Upload fails; Account › Sign-in."""
    refund, upload = house.category, house.other_category
    payments = make_category("payments", house.team, en="Payments and rewards", ar="المدفوعات والمكافآت")
    videos = make_category("videos", house.other_team, en="Videos", ar="الفيديوهات")
    account = make_category("account", house.team, en="Account", ar="الحساب")
    Category.objects.filter(pk=refund.pk).update(parent=payments)
    Category.objects.filter(pk=upload.pk).update(parent=videos)
    card = make_category("card", house.team, parent=payments, en="Card declined", ar="رفض البطاقة")
    make_category("sign-in", house.team, parent=account, en="I can't sign in", ar="لا أستطيع تسجيل الدخول")
    give_words(
        refund, "en", synonyms="money back\nreimbursement", examples="Where is my money? I sent it back."
    )
    give_words(refund, "ar", synonyms="إرجاع النقود", examples="أين نقودي؟ أعدت المنتج")
    give_words(card, "en", synonyms="credit card", examples="My bank says the payment was refused")
    give_words(upload, "en", examples="The upload stops at 99 percent\nMy file is too big")
    return house


def names(found: list[Found]) -> list[str]:
    return [one.category.slug for one in found]


def filtered(typed: str) -> list[str]:
    return names(filter_topics(topics_with_words(), typed))


def suggested(sentence: str) -> list[str]:
    return names(suggest_topics(topics_with_words(), sentence))


@pytest.mark.parametrize(
    ("typed", "slugs"),
    [
        ("refund", ["refund-late"]),
        ("REFÚND", ["refund-late"]),
        ("refnud", ["refund-late"]),
        ("refun", ["refund-late"]),
        ("refunds", ["refund-late"]),
        ("money back", ["refund-late"]),
        ("reimbursment", ["refund-late"]),
        ("pay", ["payments", "card"]),
        ("payments card", ["card"]),
        ("can't sign in", ["sign-in"]),
        ("استرداد", ["refund-late"]),
        ("البطاقه", ["card"]),
        ("بطاقة", ["card"]),
        ("فيديو", ["videos"]),
        ("ارجاع نقود", ["refund-late"]),
        ("xyzzy", []),
        ("refund xyzzy", []),
        ("", []),
        (" .,! ", []),
        ("\u202e\0", []),
    ],
)
def test_filter_finds_topics_of_all_levels(topics: House, typed: str, slugs: list[str]) -> None:
    assert filtered(typed) == slugs


def test_a_found_topic_knows_the_way_to_it(topics: House) -> None:
    (found,) = filter_topics(topics_with_words(), "card declined")

    assert [category.slug for category in found.trail] == ["payments", "card"]


def test_the_language_of_the_page_comes_first(topics: House) -> None:
    make_category("arabic", topics.team, ar="video")
    make_category("english", topics.team, en="video")

    with translation.override("ar"):
        arabic = filtered("video")[:2]

    assert arabic == ["arabic", "english"]
    assert filtered("video")[:2] == ["english", "videos"]


def test_a_topic_without_words_in_the_language_is_found_by_others(topics: House) -> None:
    with translation.override("ar"):
        assert filtered("reimbursement") == ["refund-late"]


def test_what_is_not_offered_is_not_found(topics: House) -> None:
    Category.objects.filter(slug="refund-late").update(is_active=False)

    assert filtered("refund") == []


@pytest.mark.parametrize(
    ("sentence", "slug"),
    [
        ("I want my money back, please!", "refund-late"),
        ("When do I get the refund for my order?", "refund-late"),
        ("my bank refused the payment", "card"),
        ("Uploading a file of 2 GB stops half way", "upload-fails"),
        ("I cannot sign in any more", "sign-in"),
        ("أريد إرجاع نقودي", "refund-late"),
        ("لا أستطيع تسجيل الدخول إلى حسابي", "sign-in"),
    ],
)
def test_a_sentence_suggests_its_topic_first(topics: House, sentence: str, slug: str) -> None:
    assert suggested(sentence)[0] == slug


@pytest.mark.parametrize(
    "sentence", ["", "Hello, I have a problem", "The weather is nice", "x" * 20_000, "\0\ud800"]
)
def test_a_sentence_about_nothing_suggests_nothing(topics: House, sentence: str) -> None:
    assert suggested(sentence) == []


def test_three_topics_are_suggested_at_most_and_only_where_one_can_write(topics: House) -> None:
    for number in range(5):
        make_category(f"refund-{number}", topics.team, parent=topics.category, en=f"Refund number {number}")

    slugs = suggested("refund")

    assert len(slugs) == 3
    assert "refund-late" not in slugs


def test_nobodys_tickets_are_searched(topics: House, customer: Member) -> None:
    make_ticket(topics, customer, subject="xylophone", body="xylophone lessons")

    assert filtered("xylophone") == suggested("xylophone lessons") == []


def test_another_tenants_topics_are_not_found(topics: House, other_house: House) -> None:
    assert len([slug for slug in filtered("refund") if slug == "refund-late"]) == 1


def test_searching_asks_the_database_once_for_any_number_of_topics(topics: House) -> None:
    few = count_queries(lambda: filtered("refund"))
    for number in range(3):
        make_category(f"more-{number}", topics.team, en="Refund", ar="استرداد")

    assert few == count_queries(lambda: filtered("refund")) == 1


def test_a_long_question_to_many_topics_is_answered_quickly(topics: House) -> None:
    for number in range(100):
        category = make_category(f"more-{number}", topics.team, en=f"Topic number {number}")
        give_words(
            category, "en", examples="\n".join(f"word{number}{place} stands here" for place in range(60))
        )
    roots = topics_with_words()

    started = time.process_time()
    suggest_topics(roots, " ".join(f"wird{place}0" for place in range(60)))
    filter_topics(roots, " ".join(f"wird{place}0" for place in range(60)))

    assert time.process_time() - started < 3
