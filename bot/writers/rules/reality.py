"""What of a sentence is true here and now: everything else sets nothing.

A clause is cut at the first word that takes it out of reality ("We are [not at the beach]"); some
words carry on into the clauses that follow ("If it rains, [we go to the museum]"), and a story,
a song or a dream carries on to the end of its passage, or to a word such as "anyway".
"""

# ruff: noqa: C901, PLR0911, PLR0912, SIM905 -- word lists read best as words; a rule is a list of cases

from __future__ import annotations

from dataclasses import dataclass

from bot.writers.rules.markup import Voice
from bot.writers.rules.sentences import Mark, Sentence
from bot.writers.rules.vocabulary import Vocabulary

_WHOLE_SENTENCE_WORDS = frozenset(
    "if wish wishes imagine suppose supposing pretend pretending let's unless hopefully fantasy shall"
    " would 'd could".split()
)
_UNREAL_KINDS = frozenset(
    {
        Mark.NEGATOR,
        Mark.HYPOTHETICAL,
        Mark.FUTURE,
        Mark.PAST,
        Mark.STORY,
        Mark.SARCASM,
        Mark.RESUME,
        Mark.HABIT,
    }
)
_CUTTING = _UNREAL_KINDS - {Mark.SARCASM, Mark.RESUME}
_TOLD = frozenset({Mark.PAST, Mark.STORY})
_TALKED = frozenset("she he they i we it you that this".split())
_SHORT_TAG = 3


@dataclass(slots=True)
class Span:
    """One clause: words ``start`` to ``end``; true only up to ``real_end``; why it stops there."""

    start: int
    end: int
    real_end: int
    opener: str
    why: Mark | None


@dataclass(slots=True)
class Mood:
    """What carries over from sentence to sentence inside one passage."""

    story: bool = False
    past: bool = False


def spans(sentence: Sentence, voice: Voice, mood: Mood, vocabulary: Vocabulary) -> list[Span]:
    """The clauses of a sentence with how far each is true."""
    spoken = voice is Voice.SPEECH
    marks = (
        [mark for mark in sentence.marks if mark.mark in _UNREAL_KINDS]
        if not _UNREAL_KINDS.isdisjoint(sentence.kinds)
        else []
    )
    words = sentence.words
    unreal_sentence: Mark | None = None
    if (spoken or sentence.question) and _asks(sentence, vocabulary):
        unreal_sentence = Mark.HYPOTHETICAL
    for mark in marks:
        if mark.mark is Mark.RESUME and (mood.story or mood.past) and mark.start <= 1:
            mood.story = mood.past = False
    if mood.story:
        unreal_sentence = Mark.STORY
    elif mood.past and spoken and unreal_sentence is None and not _present_tense(words):
        unreal_sentence = Mark.PAST
    found: list[Span] = []
    carried: Mark | None = unreal_sentence
    past_at = next((mark.start for mark in marks if mark.mark is Mark.PAST), None) if marks else None
    if past_at is not None and spoken:
        mood.past = True
    for start, end, opener in sentence.clauses:
        turns = opener in {"but", ";"} and unreal_sentence is not Mark.HYPOTHETICAL
        if carried is not Mark.STORY and turns:
            carried = None
        if (
            marks
            and carried in _TOLD
            and any(m.mark is Mark.RESUME and start <= m.start < end for m in marks)
        ):
            carried = None
            mood.story = mood.past = False
        real_end, why = end, None
        if carried is not None:
            real_end, why = start, carried
        elif opener in {"like", "than", "before", "until", "till", "or"} or (opener == "after" and start > 1):
            real_end, why = start, Mark.HYPOTHETICAL
        elif opener in {"when", "after", "since", "where"} and spoken:
            real_end, why = start, Mark.PAST
        elif marks:
            real_end, why, carried = _cut(sentence, start, end, spoken=spoken)
        if spoken and past_at is not None and why is None and past_at < end and not _just(words, start, end):
            real_end, why = start, Mark.PAST
        if why is Mark.STORY:
            mood.story = True
            carried = carried or Mark.STORY
        found.append(Span(start, end, real_end, opener, why))
    if spoken and past_at is not None:
        for span in found:
            if span.why is None and not _present_tense(words[span.start : span.end]):
                span.real_end, span.why = span.start, Mark.PAST
    return found


_DREAMS = frozenset({"dream", "dreams", "dreaming", "dreamt", "dreamed", "nightmare"})
_CONTENTS = frozenset(
    {"about", "of", "where", "set", "was", "were", "is", "like", "with", "from", "showing", "i", "called"}
)
_CONTENTS_WITHIN = 4
_BEFORE_A_NOUN = frozenset(
    {"a", "the", "my", "her", "his", "their", "our", "your", "this", "that", "another", "one"}
)


def _cut(sentence: Sentence, start: int, end: int, *, spoken: bool) -> tuple[int, Mark | None, Mark | None]:
    """Where a clause stops being true, why, and what carries on into the next clauses."""
    words = sentence.words
    for mark in sentence.marks:
        if mark.start >= end:
            break
        if mark.start < start or not (Mark.NEGATOR <= mark.mark <= Mark.STORY or mark.mark is Mark.HABIT):
            continue
        kind = mark.mark
        word = words[mark.start]
        if _is_condition(sentence, mark.start, end):
            continue
        if kind is Mark.NEGATOR:
            following = words[mark.start + 1] if mark.start + 1 < end else ""
            if following in {"only", "longer", "just", "believe", "help"} and word == "not":
                continue
            if word == "no" and mark.start == start and mark.end == end:
                continue
            return mark.start, kind, None
        if (
            kind is Mark.STORY
            and mark.end - mark.start == 1
            and word not in _DREAMS
            and _CONTENTS.isdisjoint(words[mark.end : min(mark.end + _CONTENTS_WITHIN, end)])
        ):
            continue  # who reads a book in the library is in the library; what the book is about is not there
        if kind is Mark.HYPOTHETICAL and word == "picture" and words[mark.start - 1] in _BEFORE_A_NOUN:
            continue
        if kind is Mark.STORY and mark.end - mark.start == 1 and not spoken:
            if word in {"dream", "dreams", "dreaming", "dreamt", "dreamed", "nightmare"}:
                return mark.start, Mark.HYPOTHETICAL, None
            return mark.end, Mark.HYPOTHETICAL, None
        if kind is Mark.STORY and mark.end - mark.start == 1:
            tells = any(
                other in words[start:end] for other in ("about", "of", "where", "set", "was", "i", "like")
            )
            return (
                mark.start,
                (Mark.STORY if tells and "like" not in words[start:end] else Mark.HYPOTHETICAL),
                (Mark.HYPOTHETICAL),
            )
        if kind is Mark.HABIT and not spoken:
            continue
        if kind is Mark.HABIT:
            return start, Mark.HYPOTHETICAL, Mark.HYPOTHETICAL
        if kind is Mark.PAST:
            if spoken:
                return start, kind, kind
            return mark.start, kind, kind
        if kind is Mark.FUTURE and not spoken and word in {"later", "soon", "eventually", "tomorrow"}:
            continue
        carries = kind if (kind is Mark.FUTURE and spoken) or word in _WHOLE_SENTENCE_WORDS else None
        if (
            kind is Mark.HYPOTHETICAL
            and word == "may"
            and sentence.raw[mark.start][:1].isupper()
            and mark.start > 0
        ):
            continue
        if kind is Mark.HYPOTHETICAL and (spoken or mark.value.startswith(("think", "dream", "imagin"))):
            carries = kind
        if kind is Mark.FUTURE and spoken and word not in {"will", "'ll", "gonna", "going", "about"}:
            return start, kind, kind
        return mark.start, kind, carries
    return end, None, None


def _is_condition(sentence: Sentence, at: int, end: int) -> bool:
    """Such as "not a cloud in the sky", "almost midnight": the word belongs to a time or weather, or only rounds it."""
    rounds = sentence.words[at] in {"almost", "nearly"}
    for mark in sentence.marks:
        if (
            mark.mark in {Mark.TIME, Mark.WEATHER}
            and mark.end <= end
            and (mark.start == at or (rounds and mark.start == at + 1))
        ):
            return True
    return rounds and at + 1 < end and sentence.words[at + 1][0].isdigit()


def _asks(sentence: Sentence, vocabulary: Vocabulary) -> bool:
    """A question that states nothing; "we're at the beach, right?" states, "nice, isn't it?" too."""
    words = sentence.words
    if not sentence.question:
        return (
            words[0] in {"is", "are", "does", "what", "where", "did", "do", "can", "could"}
            and len(words) > _SHORT_TAG
            and (words[1] in _TALKED or words[0] == "where" or (words[0] == "what" and words[1] != "a"))
        )
    if not sentence.clauses:
        return True
    last_start, last_end, _ = sentence.clauses[-1]
    return not (
        len(sentence.clauses) > 1
        and last_end - last_start <= _SHORT_TAG
        and (" ".join(words[last_start:last_end]) in vocabulary.tags or words[last_start] in vocabulary.tags)
    )


def _present_tense(words: list[str]) -> bool:
    return any(
        word in {"am", "are", "is", "'s", "this", "here", "now", "'re"} for word in words[:6]
    ) and not any(word in {"was", "were", "had", "did"} for word in words[:8])


def _just(words: list[str], start: int, end: int) -> bool:
    return "just" in words[start:end] or "finally" in words[start:end]
