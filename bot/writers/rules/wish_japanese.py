"""Requests for a picture in Japanese, where no spaces stand between words and the verb comes last."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.companion import Companion

WRITTEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
"""Any sign of the script."""
NOUN = r"自撮り写真|自撮り|自画撮り|セルフィー|セルフィ|写真|写メ|画像|フォト|スナップ|ポートレート|ヌード"
_SELFIES = frozenset({"自撮り写真", "自撮り", "自画撮り", "セルフィー", "セルフィ"})
_LONGEST = 200
_MOST_NOUNS = 4

_END = r"(?:よね?|ね|な|なぁ|なあ|の|ん|さ|わ|です|ます|ー|〜|~|♡|♪|♥|…|w|笑|\s|、|,)*$"
_GIVE = (
    r"(?:ください|下さい|くれ(?:る|ない|ます|ません)?(?:か|かな)?|くれよ|ほしい|欲しい|もらえ(?:る|ない|ます|ません)(?:か|かな)?"
    r"|いただけ(?:る|ない|ます|ません)(?:か|かな)?|頂け(?:る|ない|ます|ません)(?:か)?|ちょうだい|頂戴|たの(?:む|みます)|お願い(?:します)?)?"
)
_VERB = (
    rf"(?:(?:撮って|とって)?(?:送って|おくって|見せて|みせて|くれて){_GIVE}|(?:が|を)?見たい|(?:が|を)?(?:欲しい|ほしい)"
    r"|ちょうだい|頂戴|くれ(?:る|ない|ます|ません)?(?:か|かな)?|(?:を)?お願い(?:します|できますか|できる)?|プリーズ|ください|下さい)"
)
_ADVERB = (
    r"(?:もう一枚|もう1枚|一枚|1枚|何枚か|もっと|また|今すぐ|すぐに?|今|早く|はやく"
    r"|こっそり|私に|僕に|俺に|こっちに|ぜひ|是非)?"
)
_ASKED = re.compile(rf"(?P<noun>{NOUN})(?:を|が|も|でも|とか)?[、,\s]?{_ADVERB}(?P<verb>{_VERB}){_END}")
_TAKEN = re.compile(rf"(?P<noun>自撮り|セルフィー?)(?:を)?(?:撮って|とって){_GIVE}{_END}")
_POLITE = re.compile(
    r"(?:もし)?(?:よかったら|良かったら|よければ|良ければ|できれば|できたら|可能なら|嫌じゃなければ)[、,\s]?"
)
_NOT_NOW = re.compile(
    r"(?:たら|だら|なら|れば|とき|時|次第|後で|あとで|明日|今度|いつか|昨日|さっき|毎日|と言っ|って言|って頼|彼が|彼女が"
    r"|母が|友達が|みんな|誰か)"
)
_THERE_IS = re.compile(
    r"(?:この|その|あの|例の|前の|さっきの|昨日の|私の|わたしの|僕の|ぼくの|俺の|送ってくれた|撮った|もらった)$"
)
_YOURS = re.compile(r"(?:君|きみ|あなた|貴方|お前|おまえ|貴女|自分)(?:自身)?の$")
_OPENERS = re.compile(
    r"^(?:(?:ねえ|ねぇ|ね|あの|あのさ|じゃあ|じゃ|では|それじゃ|それで|もう|はい|うん|ええ|さあ|ほら|よし|今度は|次は|お願い|ごめん|ありがとう"
    r"|おはよう|こんばんは|こんにちは|やあ|よう|おい|なあ|そうだ|いいね|いいから|会いたい|寂しい|えっと|だから|でも|あと|そして|あっ|あ)"
    r"[、,。\s〜~ー…]+)+"
)
_PLAIN = re.compile(
    r"^(?:今の|新しい|別の|他の|ほかの|もう一枚の?|もう1枚の?|一枚の?|もっと|また|可愛い|かわいい|今|最近の)+$"
)
_CALLED = re.compile(r"^(?P<who>[^、,\s]{1,10}?)(?:さん|ちゃん|くん|君|様|さま|先輩)?[、,\s]")


@dataclass(frozen=True, slots=True)
class Found:
    """A request: the companions who are called, those who are named in the picture, and what it should show."""

    called: tuple[Companion, ...]
    pictured: tuple[Companion, ...]
    is_of_you: bool
    hint: str


def find(said: str, named: Sequence[Companion]) -> Found | None:
    """The first request for a picture in what a member says."""
    said = unicodedata.normalize("NFKC", said)
    for sentence in re.split(r"[。.!?\n;]+", said):
        found = _in_sentence(sentence.strip()[-_LONGEST:], named)
        if found is not None:
            return found
    return None


def _in_sentence(sentence: str, named: Sequence[Companion]) -> Found | None:
    sentence = _POLITE.sub("", sentence)
    for noun in list(re.finditer(NOUN, sentence))[:_MOST_NOUNS]:
        asked = _ASKED.match(sentence, noun.start()) or _TAKEN.match(sentence, noun.start())
        if asked is None:
            continue
        before = sentence[: noun.start()]
        if _NOT_NOW.search(before) or _THERE_IS.search(before):
            return None
        rest = _OPENERS.sub("", before)
        called, rest = _called(rest, named)
        if called is None:
            return None
        pictured, rest, is_of_you = _pictured(rest, named)
        return Found(called, pictured, is_of_you, _hint(rest, asked["noun"]))
    return None


def _surfaces(companion: Companion) -> tuple[str, ...]:
    names = (unicodedata.normalize("NFKC", name) for name in (companion.name, *companion.aliases))
    return tuple(sorted((name for name in names if name), key=len, reverse=True))


def _called(text: str, named: Sequence[Companion]) -> tuple[tuple[Companion, ...] | None, str]:
    """Who is called at the beginning, and what follows; None where it is somebody who is no companion."""
    found = _CALLED.match(text)
    if found is None:
        return (), text
    who = tuple(c for c in named if any(name.casefold() == found["who"].casefold() for name in _surfaces(c)))
    if who:
        return who, _OPENERS.sub("", text[found.end() :])
    is_name = re.fullmatch(r"[\u30a0-\u30ff]+|[A-Za-z@]\w*", found["who"]) is not None
    is_title = not text.startswith(found["who"] + text[found.end() - 1])
    return (None, text) if is_name or is_title else ((), text)


def _pictured(text: str, named: Sequence[Companion]) -> tuple[tuple[Companion, ...], str, bool]:
    """Who is named in what stands before the noun; ``True`` with it where who is spoken to is in the picture."""
    found = [c for c in named if any(name in text for name in _surfaces(c))]
    text = _YOURS.sub("", text)
    for companion in found:
        for name in _surfaces(companion):
            if text.endswith(f"{name}の"):
                return (companion,), text.removesuffix(f"{name}の"), False
    is_of_you = not found or re.search(r"君と|あなたと|きみと|お前と|と一緒|との", text) is not None
    return tuple(found), text, is_of_you


def _hint(text: str, noun: str) -> str:
    """What the picture should show: the words before the noun without those that show nothing."""
    words = text.strip(" 、,〜~ー…")
    for particle in ("での", "からの", "の"):
        if words.endswith(particle):
            words = words.removesuffix("の")
            break
    words = words.rpartition("、")[2] if "、" in words and len(words) > _LONGEST else words
    if not words or _PLAIN.fullmatch(f"{words}の") or _PLAIN.fullmatch(words):
        words = ""
    if noun == "ヌード":
        return f"{words} ヌード".strip()
    return f"{words}の自撮り" if words and noun in _SELFIES else words
