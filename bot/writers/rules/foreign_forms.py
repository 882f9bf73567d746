"""Forms of Spanish, French and German verbs and nouns, from the one form that a lexicon lists.

Everything is written folded (no accents, "ß" as "ss"), as words are compared. More forms are made
than exist: a form that nobody writes costs nothing. A part that begins with ``GAP`` may stand
anywhere later in the clause: ``lehnt …an`` is in "lehnt den Kopf an".
"""

from __future__ import annotations

from bot.writers.rules.foreign_irregular import FRENCH, GERMAN, SPANISH

GAP = "…"
_VOWELS = "aeiou"
_INSEPARABLE = ("be", "ent", "er", "ver", "zer", "ge", "emp", "miss")
_CLITICS = ("se", "lo", "la", "le", "los", "las")


def verb_forms(language: str, infinitive: str) -> tuple[list[str], list[str]]:
    """The forms of a verb, or of a phrase that opens with one, and those that count only if no other has them.

    A reflexive verb ("sentarse", "se lever", "sich setzen") has its forms with the pronoun; without,
    they are in the second list.
    """
    verb, _, rest = infinitive.partition(" ")
    tail = f" {rest}" if rest else ""
    if language == "es":
        return _spanish(verb, tail)
    if language == "fr":
        reflexive = verb in {"se", "s"}
        if reflexive:
            verb, _, rest = rest.partition(" ")
            tail = f" {rest}" if rest else ""
        return _french(verb, tail, reflexive=reflexive)
    reflexive = verb == "sich"
    if reflexive:
        verb = rest
        tail = ""
    elif rest:
        *before, verb = infinitive.split()
        tail = "".join(f" {GAP}{word}" for word in before)
    return _german(verb, tail, reflexive=reflexive)


def plurals(language: str, noun: str) -> list[str]:
    """Other forms of a noun, nearly all plurals."""
    if language == "es":
        if noun[-1] in _VOWELS:
            return [f"{noun}s"]
        return [f"{noun[:-1]}ces"] if noun.endswith("z") else [f"{noun}es"]
    if language == "fr":
        return [f"{noun}s", f"{noun}x", *([f"{noun[:-2]}aux"] if noun.endswith("al") else [])]
    return [f"{noun}{ending}" for ending in ("e", "en", "er", "n", "s", "es", "ern", "nen")]


def adjective_forms(language: str, word: str) -> list[str]:
    """Every form of an adjective but the listed one."""
    if language == "es":
        if word.endswith("o"):
            return [f"{word[:-1]}{ending}" for ending in ("a", "os", "as")]
        return plurals(language, word)
    if language == "fr":
        forms = [f"{word}{ending}" for ending in ("e", "s", "es", "ne", "te", "nes")]
        return [*forms, f"{word[:-1]}ve", f"{word[:-1]}se", f"{word[:-1]}ses"]
    return [f"{word}{ending}" for ending in ("e", "en", "er", "es", "em")]


# -- Spanish ------------------------------------------------------------------------------------


def _changed(stem: str, *, high: bool) -> list[str]:
    """A stem, and what stress makes of its last vowel: ``sent`` → ``sient``."""
    for at in range(len(stem) - 1, -1, -1):
        if stem[at] in "eou":
            if at and stem[at - 1] in "qg" and stem[at] == "u":
                continue
            before, after = stem[:at], stem[at + 1 :]
            found = [stem, f"{before}{'ie' if stem[at] == 'e' else 'ue'}{after}"]
            if high:
                found.append(f"{before}{'i' if stem[at] == 'e' else 'u'}{after}")
            return found
        if stem[at] in _VOWELS:
            break
    return [stem]


def _spanish(infinitive: str, tail: str) -> tuple[list[str], list[str]]:
    reflexive = infinitive.endswith("se")
    base = infinitive[:-2] if reflexive else infinitive
    stem, ending = base[:-2], base[-2:]
    stressed = _changed(stem, high=ending == "ir")
    third: list[str] = []
    first: list[str] = []
    if ending == "ar":
        third += [f"{one}{end}" for one in stressed for end in ("a", "an")]
        first += [f"{one}o" for one in stressed]
        third += [f"{stem}{end}" for end in ("o", "aron", "aba", "aban")]
        soft = f"{stem}u" if stem.endswith("g") else f"{stem[:-1]}qu" if stem.endswith("c") else stem
        first += [f"{soft}e", f"{stem}aba"] if reflexive else [f"{stem}aba"]
        we = [f"{stem}amos"]
        gerunds = [f"{stem}ando"]
        done = [f"{stem}{end}" for end in ("ado", "ada", "ados", "adas")]
    else:
        third += [f"{one}{end}" for one in stressed for end in ("e", "en")]
        first += [f"{one}o" for one in stressed]
        if stem.endswith(("g", "c")):
            first.append(f"{stem[:-1]}{'j' if stem.endswith('g') else 'z'}o")
        link = "y" if stem[-1:] in {"a", "e", "o", "u"} and not stem.endswith(("gu", "qu")) else "i"
        for one in stressed if ending == "ir" else [stem]:
            third += [f"{one}{link}o", f"{one}{link}eron"]
        third += [f"{stem}ia", f"{stem}ian"]
        if stem.endswith("u") and link == "y":
            third += [f"{stem}ye", f"{stem}yen"]
        first.append(f"{stem}i")
        we = [f"{stem}{ending[0]}mos"]
        gerunds = [f"{one}{link}endo" for one in (stressed if ending == "ir" else [stem])]
        done = [f"{stem}{end}" for end in ("ido", "ida", "idos", "idas")]
        if stem.endswith("re"):
            root = f"{stem[:-1]}i"
            third += [f"{root}e", f"{root}en", f"{root}o", f"{stem[:-1]}ieron"]
            first.append(f"{root}o")
            gerunds.append(f"{root}endo")
    for key, forms in SPANISH.items():
        if base.endswith(key):
            extra = [f"{base.removesuffix(key)}{form}" for form in forms]
            third += extra
            first += extra
            gerunds += [form for form in extra if form.endswith("ndo")]
    bare = [form + tail for form in (*third, *first, *we, base, *gerunds)]
    always = [form + tail for form in done]
    always += [f"{gerund}{clitic}{tail}" for gerund in gerunds for clitic in _CLITICS]
    if not reflexive:
        return [*bare, *always], []
    with_pronoun = [f"se {form}{tail}" for form in third] + [f"me {form}{tail}" for form in first]
    with_pronoun += [f"nos {form}{tail}" for form in we] + [f"te {form}s{tail}" for form in third[:6]]
    with_pronoun += [f"{base}se{tail}", f"se ha {done[0]}{tail}", f"se queda {done[0]}{tail}"]
    return [*with_pronoun, *always], bare


# -- French -------------------------------------------------------------------------------------


def _french(infinitive: str, tail: str, *, reflexive: bool) -> tuple[list[str], list[str]]:
    forms = [infinitive]
    for key, known in FRENCH.items():
        if infinitive.endswith(key):
            forms += [f"{infinitive.removesuffix(key)}{form}" for form in known]
            break
    else:
        stem = infinitive[:-2]
        if infinitive.endswith("er"):
            stems = [stem]
            if stem.endswith("y"):
                stems.append(f"{stem[:-1]}i")
            if stem.endswith(("el", "et")):
                stems.append(stem + stem[-1])
            if stem.endswith("g"):
                stems.append(f"{stem}e")
            endings = "e es ons ez ent ant a erent ait aient ais ee ees"
            forms += [f"{one}{ending}" for one in stems for ending in endings.split()]
        elif infinitive.endswith("ir"):
            endings = "it is issons issez issent issant issait i ie ies irent issaient"
            forms += [f"{stem}{ending}" for ending in endings.split()]
        else:
            forms += [
                stem,
                *(
                    f"{stem}{end}"
                    for end in ["s", "ent", "ant", "u", "ue", "us", "ues", "it", "irent", "ait", "aient"]
                ),
            ]
    bare = [form + tail for form in forms]
    if not reflexive:
        return bare, []
    short = infinitive[0] in f"{_VOWELS}h"
    pronouns = ("s", "m", "t") if short else ("se", "me", "te")
    with_pronoun = [f"{pronoun} {form}" for pronoun in pronouns for form in bare]
    with_pronoun += [f"s est {form}" for form in bare] + [f"me suis {form}" for form in bare]
    return with_pronoun, bare


# -- German -------------------------------------------------------------------------------------


def _german(infinitive: str, tail: str, *, reflexive: bool) -> tuple[list[str], list[str]]:  # noqa: C901, PLR0912
    prefix, bar, base = infinitive.partition("|")
    if not bar:
        prefix, base = "", infinitive
    stem = base[:-2] if base.endswith("en") else base[:-1]
    if stem.endswith("e") and base.endswith("n") and not base.endswith("en"):
        stem = stem[:-1]
    link = "e" if stem.endswith(("t", "d", "chn", "ffn", "gn", "tm")) else ""
    finite = [f"{stem}e", f"{stem}{link}t", f"{stem}{link}st", base, f"{stem}{link}te", f"{stem}{link}ten"]
    if stem.endswith(("t", "d")):
        finite.append(stem)
    if base.endswith("eln"):
        finite.append(f"{stem[:-2]}le")
    past = [] if base.startswith(_INSEPARABLE) or base.endswith("ieren") else [f"ge{stem}{link}t"]
    if not past:
        past = [f"{stem}{link}t"]
    for key, forms in GERMAN.items():
        if base.endswith(key) and (base == key or base.removesuffix(key) in _INSEPARABLE):
            head = base.removesuffix(key)
            for form in forms:
                if form.startswith("ge") and form.endswith(("en", "t", "an")) and len(form) > 4:  # noqa: PLR2004
                    past.append(f"{head}{form.removeprefix('ge') if head else form}")
                else:
                    finite.append(f"{head}{form}")
    if not prefix:
        finite += [f"{form}" for form in past]
        finite += [f"{base}d", f"{base}de", f"{base}den", f"{base}der"]
        bare = [form + tail for form in finite]
    else:
        bare = [f"{form}{tail} {GAP}{prefix}" for form in finite]
        whole = [
            prefix + form for form in (*finite, *past, f"zu{base}", f"{base}d", f"{base}de", f"{base}den")
        ]
        bare += [form + tail for form in whole]
    if not reflexive:
        return bare, []
    with_pronoun: list[str] = []
    for form in bare:
        head, _, rest = form.partition(" ")
        with_pronoun += [f"{head} {GAP}{pronoun}{f' {rest}' if rest else ''}" for pronoun in ("sich", "mich")]
    return with_pronoun, bare
