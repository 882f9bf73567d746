"""Requests for a picture in German, where the verb may come last."""

from __future__ import annotations

import re

from bot.writers.rules.wish_grammar import END, PERSON, WORD, Grammar, led, picture

_WITH = (
    r"(?:nackt|strand|spiegel|bikini|ganzkorper|urlaubs|bade|badezimmer|gruppen|portrat|profil|handy"
    r"|schlafzimmer|party"
    r"|hochzeits|bett|unterwasche)?-?"
)
NOUN = (
    rf"{_WITH}(?:fotos?|photos?|fotografien?|bild|bilder|bildchen|selfies?|pics?|aufnahmen?"
    rf"|schnappschuss)|nudes?|portrats?"
)
PLEASE = r"bitte|bidde|biddeee|bitteschon|pls|plz|please|sofort|jetzt"
YOU = r"dir(?: selbst| selber)?|euch|ihnen|uns"
LEAD = (
    rf"{PLEASE}|he|hey|hi|hallo|na|oh|ah|ach|ok|okay|gut|also|so|dann|und|aber|los|komm|komm schon|ja"
    rf"|jo|jep|klar|super|toll"
    r"|cool|perfekt|auch|jetzt|noch|sag mal|hor mal|du|schatz|schatzi|liebling|liebste|liebster"
    r"|suesse|susse|susser|baby"
    r"|maus|hase|haha+|hehe|lol|danke|ahm|hm+|wenn du magst|wenn du willst|wenn es geht|wenn's geht|du fehlst mir"
    r"|ich vermisse dich|guten morgen|gute nacht|mensch|mann|wow|nochmal|warum nicht"
)
SMALL = (
    r"der|die|das|dem|den|des|dies|diese|dieses|diesen|dieser|jenes|mein|meine|meinen|meinem|sein"
    r"|seine|ihr|ihre|unser"
    r"|kein|keine|keinen|nicht|und|oder|von|vom|in|im|an|am|auf|mit|bei|beim|zu|zum|zur|fur|uber|als"
    r"|wenn|ob|dass|wo|wer"
    r"|wie|was|ist|sind|war|ich|du|er|sie|es|wir|mir|dir|ihm|ein|eine|einen|letzte|letztes|selbe|brief|alle"
)
ARTICLE = (
    r"ein|eine|einen|einem|eins|noch ein|noch eins|noch eine|noch einen|noch|dein|deine|deinen|ein paar|paar|mehr"
    r"|weitere|ein weiteres|einige|zwei|drei|so ein|mal ein|mal|irgendein"
)
PIC = picture(ARTICLE, SMALL, NOUN)
_SELFIE = rf"(?:(?:{ARTICLE}) ){{0,2}}(?P<how>)(?P<noun>(?:spiegel)?-?selfies?|nudes?){END}"
_ADV = (
    rf"(?:(?:{PLEASE}|doch|mal|schnell|eben|kurz|vielleicht|noch|auch|gern|gerne|wieder|nochmal"
    rf"|einfach|heute|,) ){{0,5}}"
)
_ME = r"(?:mir|uns|fur mich|fur uns)"
_OF_THEM = rf"(?= (?:von (?:dir|euch|ihnen|uns|dein\w*|{PERSON})|fur mich|fur uns){END})"
_GIVE = r"(?:schick|schicke|schickt|sende|send|zeig|zeige|zeigt|gib|teil|schicken sie|senden sie|zeigen sie)"
_MAKE = r"(?:mach|mache|macht|knips|knipse|schiess|nimm|poste|post)"
_CAN = r"(?:kannst|konntest|wurdest|willst|magst|mochtest|wurdst|kann|konnt|konntet|konnten|wurden) (?:du|ihr|sie)"
_LAST = (
    r"(?:schicken|senden|zeigen|geben|machen|knipsen|schiessen|posten|zukommen lassen|rueberschicken"
    r"|ruberschicken|schickn)"
)
_SEEN = r"(?:sehen|haben|bekommen|kriegen|anschauen|anzusehen|zu sehen|zu haben)"
_WANT = r"ich (?:will|mochte|hatte|wurde|brauche|brauch|wunsche mir|wunschte mir|wollte)"

REQUESTS = tuple(
    led(LEAD, request)
    for request in (
        rf"{_GIVE} {_ADV}{_ME} {_ADV}{PIC}",
        rf"{_GIVE} {_ADV}{PIC}{_OF_THEM}",
        rf"(?:schick|schicke|sende) {_ADV}{PIC}(?= (?:{PLEASE}|ruber){END}| [^\w]|$)",
        rf"{_MAKE} {_ADV}(?:{_ME} )?{_ADV}{_SELFIE}",
        rf"{_MAKE} {_ADV}(?:{_ME} )?{_ADV}{PIC}{_OF_THEM}",
        rf"lass (?:mich|uns) {_ADV}{PIC}(?= (?:.* )?sehen)",
        rf"{_CAN} {_ADV}{_ME} {_ADV}{PIC}(?= (?:.{{0,200}} )?{_LAST}{END}|$)",
        rf"{_CAN} {_ADV}{PIC}{_OF_THEM}(?= (?:.{{0,200}} )?{_LAST}{END})",
        rf"{_CAN} {_ADV}{_SELFIE}(?= (?:.{{0,200}} )?{_LAST}{END})",
        rf"{_WANT} {_ADV}(?:{_SEEN} )?{PIC}(?! von (?:mein\w*|sein\w*|ihr\w*|der|dem|den){END})",
        rf"(?:darf|kann|konnte|durfte) ich {_ADV}{PIC}(?= (?:.{{0,200}} )?{_SEEN}{END})",
        rf"(?:krieg|kriege|bekomm|bekomme) ich {_ADV}{PIC}",
        rf"(?:wie war's|wie ware es|wie wars|wie ware|wie war es) (?:denn )?(?:mal )?mit {PIC}",
        rf"warum (?:schickst|zeigst) du {_ME} nicht {_ADV}{PIC}",
    )
)
QUESTIONS = (
    led(LEAD, rf"(?:schickst|sendest|zeigst|gibst|schickt|zeigt) (?:du|ihr) {_ADV}{_ME} {_ADV}{PIC}"),
    led(LEAD, rf"machst du {_ADV}{_ME} {_ADV}{PIC}"),
    led(LEAD, rf"machst du {_ADV}{PIC}{_OF_THEM}"),
)

GERMAN = Grammar(
    noun=NOUN,
    lead=LEAD,
    requests=REQUESTS,
    asking=QUESTIONS,
    bare=led(LEAD, PIC),
    please=re.compile(rf"(?<![\w'-])(?:{PLEASE}){END}"),
    before=re.compile(
        r"\b(?:sagte|sagt|sagten|meinte|fragte|fragt|schrieb|schreibt|bat|bittet|wenn|falls|sobald"
        r"|nachdem|bevor|ob|stell"
        r"|traum|traumte|lied|songtext|jemand|keiner|niemand|leute|immer|nie|niemals|morgen|spater|hor auf|will dass"
        r"|ohne|statt|er so|sie so)\b|@ (?!" + PERSON + r")\w+ $"
    ),
    after=re.compile(
        r"\b(?:sagte|sagt|meinte|wenn|sobald|nachdem|spater|irgendwann|nachstes mal|das nachste mal|gestern|nachher"
        r"|das du|die du|den du|jeden tag|manchmal|immer|scherz|bevor|erklaren|gefallen)\b|^morgen\b| morgen$"
        rf"|^(?:von (?:mir|ihm|ihr|mein\w*)|an (?!dem |der |die |den |einem |einer ){WORD}){END}"
    ),
    links=re.compile(r" ?[,:–—] | - |(?<!\w)(?:und|also|dann|aber) "),
    tail=(
        rf"{PLEASE}|danke|dankeschon|schatz|schatzi|liebling|susse|susser|baby|maus|hase|ok|okay|ja|ne"
        rf"|gell|mal|heute|heute abend|noch|auch|lol|haha+|ruber|fur mich|fur uns|{_LAST}|{_SEEN}|wieder"
        rf"|nochmal|gern|gerne|xd"
    ),
    shows=re.compile(
        rf"(?:von|vom|in|im|an|am|auf|mit|bei|beim|ohne|unter|uber|vor|hinter|neben|zwischen|aus|wie|wo"
        rf"|wahrend|als|und"
        rf"|weil|fur|nackt|schlafend|lachelnd|angezogen|zusammen|{WORD}end){END}"
    ),
    cuts=re.compile(
        rf" (?:weil|damit|denn|aber|sonst|und (?:schick|zeig)\w*|{_LAST}|{_SEEN}|{PLEASE}){END}"
        r"| , (?:ich|du|wir|danke|bitte|damit|weil)\b| [()\"]"
    ),
    of="von",
    you=YOU,
    all_of_you=r"(?:von )?(?:euch|ihnen) (?:beiden|allen|zwei|zweien|drei|dreien|zusammen)|euch beide",
    everybody=r"von allen(?: hier)?|von der (?:ganzen )?gruppe",
    joins=r"und|&|,|\+|mit",
    aside=re.compile(r"\b(?:fur|an|uber|wie|ohne|bei|zu) $"),
    telling=(
        (r"nudes?", "nude"),
        (r"nackt.*", "nude"),
        (r"spiegel.*", "mirror selfie"),
        (r"bikini.*", "bikini"),
        (r"strand.*", "at the beach"),
        (r"ganzkorper.*", "full body"),
        (r"portrats?", "portrait"),
    ),
)
