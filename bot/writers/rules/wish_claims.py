"""Whether a companion's line says that it sends a picture, or has sent one.

A line that does although nobody has asked for a picture is not said at all, so both mistakes cost little: a line
too many is written anew. What is refused, asked, imagined or somebody else's is no claim.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 6_000
"""Characters that are read: no line is longer."""

_PIC = (
    r"(?:photos?|fotos?|fotitos?|photographs?|pics?|pictures?|images?|imagen|selfies?|selfis?|snaps?"
    r"|snapshots?|portraits?"
    r"|bild(?:er)?|schnappschuss|nudes?)"
)
_FEW = r"(?:[\w'-]+[ ,]+){0,5}?"
_WITHIN = r"[^.!?\n]{0,60}?"
_SENT = (
    r"(?:sends?|sending|sent|attach(?:es|ed|ing)?|shares?|sharing|shared|posts?|posted|uploads?"
    r"|uploaded|envi[ao]|manda"
    r"|mando|pasa|paso|adjunta|envoie|transmet|partage|schickt|schick|schicke|sendet|sende)"
)
_DEEDS = re.compile(
    rf"\b{_SENT}\b{_WITHIN}\b{_PIC}\b|\b(?:snaps?"
    rf"|takes?)\b{_WITHIN}\b(?:{_PIC})\b{_WITHIN}\b(?:sends?|shares?|hits send|and shows|shows you)\b"
    rf"|\b(?:shows|hands|zeigt|montre|muestra|ensena)\b{_WITHIN}\b(?:you|dir|te|over|the phone)\b{_WITHIN}\b{_PIC}\b"
    rf"|^[^\w\n]{{0,9}}(?:an? )?{_PIC}(?: of|:| attached)|^te (?:envia|manda){_WITHIN}{_PIC}"
    rf"|(?:写真|自撮り|画像)を?送(?:る|った|信)",
    re.MULTILINE,
)
"""In what a companion does: "*sends a photo*"."""
_SHOWN = re.compile(
    rf"!\[[^\]\n]{{0,200}}\]\(|<(?:image|img|photo|picture)\b|[\[(（][^\w\n]{{0,4}}(?:{_PIC}|写真|画像)\b[^\])）\[(（\n]{{0,200}}[\])）]"
    rf"|[\[(][^\])\[(\n]{{0,40}}\b(?:sends?|attached|attaches)\b[^\])\n]{{0,60}}\b{_PIC}\b",
)
"""As if it were there: "[photo attached]"."""
_ME = r"(?:i|i've|i have|i'm|i am|i'll|i will|let me)"
_SAYS = (
    (
        rf"\b{_ME} (?:(?:just|already|now|gonna|going to|about to) ){{0,2}}(?:send|sent|sending|attached"
        rf"|attach|shared|share|posted|snapped) {_FEW}{_PIC}\b"
    ),
    (
        rf"^[^\w\n]{{0,9}}(?:(?:ok|okay|sure|fine|yes|now|alright|of course)\W+){{0,3}}(?:sending|sent|attached"
        rf"|attaching|sharing)\b{_WITHIN}\b{_PIC}\b"
    ),
    (
        rf"\b(?:here's|here is|here are|heres|here goes|there you go|here you go|there you are|here you"
        rf" are|have a look at|take a look at|look at|enjoy|check out)\b{_WITHIN}\b{_PIC}\b"
    ),
    rf"\b{_PIC} (?:sent|incoming|coming|attached|is on its way|on its way|delivered|coming right up)\b",
    rf"\bone {_FEW}{_PIC}\b{_WITHIN}\b(?:coming|for you|as requested)",
    rf"\b(?:aqui (?:tienes|esta|va|te va|te dejo)|ahi (?:tienes|va|te va)|toma|mira)\b{_WITHIN}\b{_PIC}\b",
    (
        rf"\b(?:te|os|le) (?:mando|envio|paso|mande|envie|pase|he mandado|he enviado|acabo de (?:mandar"
        rf"|enviar)|estoy (?:mandando|enviando)) {_FEW}{_PIC}\b"
    ),
    rf"\b(?:voici|voila|tiens|tenez|regarde)\b{_WITHIN}\b{_PIC}\b",
    rf"\bje (?:t'envoie|vous envoie|t'ai envoye|viens de t'envoyer|vais t'envoyer|te montre) {_FEW}{_PIC}\b",
    rf"\b(?:hier (?:ist|sind|hast du|kommt)|da (?:hast du|ist|kommt)|bitte sehr)\b{_WITHIN}\b{_PIC}\b",
    rf"\bich (?:schick|schicke|sende|sende|zeig|zeige) (?:dir|euch|ihnen) {_FEW}{_PIC}\b",
    rf"\bich (?:hab|habe) (?:dir|euch|ihnen) {_FEW}{_PIC} {_FEW}(?:geschickt|gesendet)\b",
    r"(?:写真|自撮り|セルフィー|画像)を?(?:今|すぐ)?(?:送る(?:ね|よ|わ)|送った(?:よ|わ|ね)?|送りま(?:す|した)|送っておいた|送信)",
    r"(?:はい|ほら|どうぞ)[、,!\s]{0,3}[^。\n]{0,12}(?:写真|自撮り|画像)",
    r"これが[^。\n]{0,12}(?:写真|自撮り|画像)",
)
_SAID = re.compile("|".join(_SAYS), re.MULTILINE)
_NONE = re.compile(
    r"\b(?:can't|cannot|can not|couldn't|won't|don't|didn't|never|not|no|if|would|wouldn't|i'd"
    r"|should|shall|want me to"
    r"|do you|would you|one day|some day|someday|later|tomorrow|maybe|you sent|she|he|they|nobody|frame|wall|promised"
    r"|no puedo|no te|quieres que|si te|manana|luego|despues|que me (?:mandaste|enviaste)|me (?:mandaste|enviaste)"
    r"|ne|pas|si je|tu veux|demain|plus tard|tu m'as|kein|keine|nicht|soll|wenn|willst|morgen|spater|du mir)\b"
    r"|送れ|送らない|送ろうか|くれた"
)
_NOT_DONE = re.compile(
    r"\b(?:can't|cannot|couldn't|won't|don't|doesn't|never|not|without|refuses|almost|nearly"
    r"|pretends|wants|would|frame"
    r"|wall|no|ne|pas|nicht|kein|keine)\b"
)
_DEED = re.compile(
    r"\*{1,2}([^*\n]{1,600})\*{1,2}|(?<!\w)_([^_\n]{1,600})_(?!\w)|[(（]([^()（）\n]{1,300})[)）]"
)
_SENTENCE = re.compile(r"[^.!?\n…。！？]+[.!?\n…。！？]*")


def claims(text: str) -> bool:
    """See :meth:`bot.services.ports.wishes.PhotoWishes.claims_picture`."""
    folded = _folded(text[:LONGEST])
    if _SHOWN.search(folded):
        return True
    for deed in _DEED.finditer(folded):
        done = next(part for part in deed.groups() if part is not None)
        if _DEEDS.search(done) and not _NOT_DONE.search(done):
            return True
    spoken = _DEED.sub(" ", folded)
    for sentence in _SENTENCE.finditer(spoken):
        said = sentence.group()
        if "?" in said and not re.match(r"\W*(?:here|i just sent|i sent|i've sent)", said):
            continue
        if _SAID.search(said) and not _NONE.search(said):
            return True
    return False


def _folded(text: str) -> str:
    """Without accents and capitals, with straight quotes; Japanese stays as it is."""
    text = text.replace("\u2019", "'").casefold()
    plain = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", re.sub("[\u0300-\u036f]", "", plain))
