"""Requests for a picture in French."""

from __future__ import annotations

import re

from bot.writers.rules.wish_grammar import END, PERSON, WORD, Grammar, led, picture

NOUN = r"photos?|photographies?|selfies?|images?|pics?|nudes?|cliches?|portraits?|tofs?|tophs?|egoportraits?"
PLEASE = (
    r"stp|svp|steuplait|s'il te plait|s'il vous plait|sil te plait|s'te plait|please|pls|plz|tout de"
    r" suite|maintenant"
)
YOU = r"toi(?:-meme)?|vous(?:-meme)?|nous"
LEAD = (
    rf"{PLEASE}|he|hey|eh|salut|coucou|bonjour|bonsoir|oh|ah|ok|okay|d'accord|bon|bien|alors|donc|et"
    rf"|mais|allez|vas-y|oui"
    r"|ouais|super|parfait|genial|aussi|puis|maintenant|encore|dis|dis-moi|ecoute|mon amour|amour|ma"
    r" belle|mon beau|cheri"
    r"|cherie|mon coeur|bebe|chou|ma puce|haha+|mdr|lol|merci|euh|hum|tiens|tu me manques|si tu peux|si tu veux"
    r"|si ca te derange pas|si ca ne te derange pas|est-ce que|sinon"
)
SMALL = (
    r"la|le|les|l'|cette|ce|cet|ces|mon|ma|mes|son|sa|ses|leur|leurs|notre|nos|pas|de|du|des|d'|a|au"
    r"|aux|en|dans|sur|avec"
    r"|pour|par|et|ou|que|qui|quoi|si|quand|comment|est|sont|etait|je|tu|il|elle|on|me|te|se|lui|moi"
    r"|toi|meme|derniere"
    r"|aucune|lettre|un|une|plus"
)
ARTICLE = (
    r"une|un|une autre|un autre|d'autres|des|encore une|encore un|encore des|ta|tes|ton|votre|vos"
    r"|quelques|deux|trois|de|une petite"
)
PIC = picture(ARTICLE, SMALL, NOUN)
_SELFIE = rf"(?:(?:{ARTICLE}) ){{0,2}}(?P<how>)(?P<noun>selfies?|nudes?|egoportraits?){END}"
_ADV = rf"(?:(?:{PLEASE}|aussi|encore|vite|juste|donc|bien|plutot|,) ){{0,3}}"
_OF_THEM = rf"(?= (?:de (?:toi|vous|nous|ta|ton|tes|votre|{PERSON})|pour moi){END})"
_SEND = r"(?:envoyer|montrer|donner|passer|filer|balancer|partager|transmettre)"
_GIVE = (
    r"(?:envoie|envoies|envoyez|montre|montrez|donne|donnez|passe|passez|file|filez|balance|partage"
    r"|fais voir|faites voir|laisse voir)"
)
_CAN = (
    r"(?:(?:tu|vous) (?:peux|pourrais|veux bien|voudrais bien|voudrais|veux|pouvez|pourriez|voulez bien|voudriez)"
    r"|(?:peux|pourrais|veux|voudrais)-tu(?: bien)?|(?:pouvez|pourriez|voulez|voudriez)-vous(?: bien)?"
    r"|(?:ca te derange|ca te derangerait|ca t'embete|ca t'embeterait) de)"
)
_WANT = (
    r"(?:(?:je|j')? ?(?:veux|voudrais|souhaiterais|desire|ai besoin|meurs d'envie)|j'aimerais|j'adorerais|j'ai besoin"
    r"|j'ai envie|je reve)(?: (?:bien|trop|tellement|vraiment|tant))?(?: d'| de)?"
)

REQUESTS = tuple(
    led(LEAD, request)
    for request in (
        (
            rf"(?:envoie|envoies|envoyez|montre|montrez|donne|donnez|passe|passez|file|filez|balance"
            rf"|partage)[ -](?:moi|nous) {_ADV}{PIC}"
        ),
        rf"(?:fais|faites|laisse|laissez)[ -](?:moi|nous) voir {_ADV}{PIC}",
        rf"{_GIVE} {_ADV}{PIC}{_OF_THEM}",
        rf"(?:envoie|envoyez|balance|file|poste|partage) {_ADV}{PIC}(?= (?:{PLEASE}){END}| [^\w]|$)",
        rf"(?:prends|prenez|fais|faites|poste|partage)(?:[ -](?:moi|toi))? {_ADV}{_SELFIE}",
        rf"(?:prends|prenez|fais|faites)(?:[ -](?:moi))? {_ADV}{PIC}{_OF_THEM}",
        rf"{_CAN} {_ADV}(?:m'envoyer|me {_SEND}|nous {_SEND}|me faire voir|m'en envoyer) {_ADV}{PIC}",
        rf"{_CAN} {_ADV}(?:envoyer|prendre|faire|poster|partager) {_ADV}(?:{_SELFIE})",
        rf"{_CAN} {_ADV}(?:envoyer|prendre|faire|poster|partager) {_ADV}{PIC}{_OF_THEM}",
        (
            rf"{_WANT} (?:(?:voir|avoir|recevoir|d'avoir|de voir) )?{_ADV}{PIC}(?! de (?:ma|mon|mes|sa|son|la"
            rf"|le|l'){END})"
        ),
        rf"{_WANT} (?:voir|que tu (?:m'envoies|me montres|me donnes)) {_ADV}{PIC}",
        (
            rf"(?:(?:je|on) (?:peux|peut|pourrais|pourrait)|(?:puis|pourrais)-je|peut-on|pourrait-on)"
            rf" (?:avoir|voir|te demander|vous demander|recevoir) {_ADV}{PIC}"
        ),
        rf"(?:et )?si tu (?:m'envoyais|me montrais) {_ADV}{PIC}",
        rf"(?:que dirais-tu d'|pourquoi pas |ca te dit de m'envoyer ){PIC}",
    )
)
QUESTIONS = (
    led(
        LEAD,
        rf"tu (?:m'envoies|me (?:montres|donnes|passes|files|fais voir)|nous (?:montres|envoies)) {_ADV}{PIC}",
    ),
)

FRENCH = Grammar(
    noun=NOUN,
    lead=LEAD,
    requests=REQUESTS,
    asking=QUESTIONS,
    bare=led(LEAD, PIC),
    please=re.compile(rf"(?<![\w'-])(?:{PLEASE}){END}"),
    before=re.compile(
        r"\b(?:dit|disait|disent|demande|demandait|ecrit|ecrivait|repete|quand|lorsque|si|des que|une"
        r" fois|apres|avant"
        r"|imagine|reve|chanson|paroles|quelqu'un|personne|les gars|toujours|jamais|demain|plus tard|veut|voulait"
        r"|fallait|il faut|arrete|sans|au lieu)\b|@ (?!" + PERSON + r")\w+ $"
    ),
    after=re.compile(
        r"\b(?:dit-il|dit-elle|a dit|disait|quand|lorsque|des que|une fois|apres|demain|plus tard|un"
        r" jour|la prochaine"
        r"|hier|que tu m'as|que tu as|que je t'ai|tous les jours|toujours|parfois|d'hier|blague|avant que)\b"
        rf"|^(?:de (?:moi|lui|elle|ca|mon|ma|mes)|a (?!la |l'|ton |ta |tes ){WORD}){END}"
    ),
    links=re.compile(r" ?[,:–—] | - |(?<!\w)(?:et|alors|donc|mais|puis|sinon) "),
    tail=(
        rf"{PLEASE}|merci|mon amour|amour|ma belle|cheri|cherie|mon coeur|bebe|chou|ok|oui|hein|alors"
        rf"|aussi|vite|aujourd'hui|ce soir|encore|lol|mdr|haha+|pour moi|voir|la|deja"
    ),
    shows=re.compile(
        rf"(?:de|du|des|d'{WORD}|en|dans|sur|sous|avec|sans|par|pour|pres|chez|au|aux|a la|a l'{WORD}|a"
        rf"|devant|derriere"
        rf"|pendant|entre|ou|qui|assis|assise|debout|nue?|endormie?|souriante?|vetue?|habillee?|et|parce|car|contre"
        rf"|{WORD}ant){END}"
    ),
    cuts=re.compile(
        rf" (?:parce que|car|pour que|mais|alors|je t'|tu me|et (?:envoie-la|envoie-le|envoie-moi)|{PLEASE}){END}"
        r"| , (?:je|tu|il|merci|stp|svp|s'il)\b| [()\"]"
    ),
    of="de",
    you=YOU,
    all_of_you=r"(?:de )?(?:vous|toi)(?: deux| tois| trois| tous| toutes)|vous(?: deux| trois| tous)",
    everybody=r"de tout le monde|tout le monde|de tous|du groupe",
    joins=r"et|&|,|\+|avec",
    aside=re.compile(r"\b(?:pour|a|chez|sur|comme|sans|par|contre) $"),
    telling=((r"nudes?", "nude"), (r"portraits?", "portrait")),
)
