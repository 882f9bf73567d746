"""Requests for a picture in Spanish."""

from __future__ import annotations

import re

from bot.writers.rules.wish_grammar import END, PERSON, WORD, Grammar, led, picture

NOUN = (
    r"fotos?|fotitos?|fotografias?|selfies?|selfis?|autofotos?|autorretratos?|imagen|imagenes|pics?"
    r"|nudes?|retratos?"
)
PLEASE = r"por favor|porfa|porfis|porfavor|xfa|xfavor|pf|plis|pliz|pls|plz|please|ahora mismo|ahorita"
YOU = r"tuyas?|tuyos?|suyas?|de ti mism[oa]|de ti|de vos|de usted|tu|ti|vos|nuestras?|de nosotr[oa]s|nosotr[oa]s"
LEAD = (
    rf"{PLEASE}|oye|oiga|ey|hey|hola|ay|ah|oh|eh|mira|ok|okay|vale|bueno|bien|pues|entonces|y|e|pero"
    rf"|anda|venga|dale|va|si"
    r"|claro|genial|perfecto|tambien|ya|ahora|luego|ademas|amor|mi amor|cielo|carino|guapa|guapo|hermosa|hermoso|bebe"
    r"|corazon|mi vida|linda|lindo|reina|princesa|jaja+|jeje+|uf|porque no|por que no|que tal|si puedes|si quieres"
    r"|si no te importa|te extrano|te echo de menos|buenos dias|buenas noches|gracias|una cosa"
)
SMALL = (
    r"el|la|los|las|lo|mi|mis|su|sus|este|esta|esa|ese|esas|esos|aquella|aquel|no|ni|y|o|que|de|del"
    r"|en|con|por|para|a|al"
    r"|me|te|se|nos|le|les|un|una|yo|tu|el|ella|si|cuando|donde|como|es|son|fue|misma|mismo|ultima|muchas|sin|ningun"
    r"|ninguna|ningunas|mensaje"
)
ARTICLE = (
    r"una|un|otra|otro|unas|unos|otras|alguna|algunas|algun|tu|tus|mas|varias|dos|tres|un par de"
    r"|aunque sea|al menos"
)
PIC = picture(ARTICLE, SMALL, NOUN)
_SELFIE = rf"(?:(?:{ARTICLE}) ){{0,2}}(?P<how>)(?P<noun>selfies?|selfis?|autofotos?|nudes?){END}"
_ADV = rf"(?:(?:{PLEASE}|otra vez|tambien|ya|pues|mejor|,) ){{0,3}}"
_OF_THEM = (
    rf"(?= (?:tuyas?|tuyos?|suyas?|de (?:ti|vos|usted|ustedes|vosotr[oa]s|tu|tus|los dos|{PERSON})){END})"
)
_SEND = r"(?:mandar|enviar|pasar|mostrar|ensenar|dar|compartir|regalar)"
_SENDING = (
    r"(?:mandas|envias|pasas|muestras|mostras|ensenas|das|compartes|regalas|mandarias|enviarias"
    r"|pasarias|mandais|manda|envia|ensena|muestra)"
)
_ME = r"(?:me|nos)"
_CAN = (
    r"(?:puedes|podrias|podes|podras|puede|podria|pueden|podrian|podeis|quieres|querrias|quisieras|te importaria"
    r"|te importa|serias capaz de|crees que (?:puedes|podrias))"
)
_WANT = r"(?:quiero|quisiera|querria|necesito|me gustaria|me encantaria|me muero por|deseo|ansio)"

REQUESTS = tuple(
    led(rf"{LEAD}|¿|¡", request)
    for request in (
        (
            r"(?:mandame|enviame|pasame|muestrame|mostrame|ensename|dame|damela|comparteme|regalame|mandanos|envianos"
            r"|pasanos|muestranos|ensenanos|mandeme|envieme|muestreme|enseneme|paseme|mandadme|enviadme|mandenme|envienme"
            rf"|dejame ver|deja que vea|a ver) {_ADV}{PIC}"
        ),
        rf"(?:hazte|sacate|tomate|tirate|echate) {_ADV}{PIC}",
        rf"(?:haz|saca|toma|tira|sube|pon|comparte) {_ADV}{_SELFIE}",
        rf"(?:haz|saca|toma|tira|sube|pon|comparte|manda|envia|pasa|muestra|ensena) {_ADV}{PIC}{_OF_THEM}",
        rf"(?:manda|envia|pasa) {_ADV}{PIC}(?= (?:{PLEASE}){END}| [^\w]|$)",
        rf"{_CAN} {_ADV}{_SEND}(?:me|nos) {_ADV}{PIC}",
        rf"{_ME} {_CAN} {_ADV}{_SEND} {_ADV}{PIC}",
        rf"{_CAN} {_ADV}(?:hacer|sacar|tomar)te {_ADV}{PIC}",
        (
            rf"{_WANT} (?:ver |tener |recibir )?{_ADV}(?:otra |una )?{PIC}(?! de (?:mi|su|sus|la|el|los|las"
            rf"|esa|ese|este|esta){END})"
        ),
        rf"{_WANT} (?:ver|que (?:me|nos) (?:mandes|envies|pases|muestres|ensenes|des|mande|envie)) {_ADV}{PIC}",
        rf"(?:puedo|podria|podemos|se puede) (?:ver|tener|pedirte|recibir) {_ADV}{PIC}",
        rf"(?:y )?(?:si|que tal si|por que no|porque no) {_ME} {_SENDING} {_ADV}{PIC}",
        rf"(?:que tal|que te parece|y) (?=una |un |otra ){PIC}",
    )
)
QUESTIONS = (led(rf"{LEAD}|¿|¡", rf"{_ME} {_SENDING} {_ADV}{PIC}"),)
"""Statements, but for their question mark: "me mandas una foto"."""

SPANISH = Grammar(
    noun=NOUN,
    lead=rf"{LEAD}|¿|¡",
    requests=REQUESTS,
    asking=QUESTIONS,
    bare=led(rf"{LEAD}|¿|¡", PIC),
    please=re.compile(rf"(?<![\w'-])(?:{PLEASE}|ya|ahora){END}"),
    before=re.compile(
        r"\b(?:dijo|dice|dicen|decia|dijeron|digo|pidio|pide|piden|pedia|pregunto|escribio|escribe"
        r"|cuando|si|en cuanto"
        r"|despues de|antes de|apenas|imagina|imaginate|sueno|sonaba|cancion|letra|alguien|nadie|chicos|todos|siempre"
        r"|nunca|jamas|manana|luego|era como|ojala|quiere|queria|sin|en vez de)\b|@ (?!" + PERSON + r")\w+ $"
    ),
    after=re.compile(
        r"\b(?:dijo|dice|decia|cuando|en cuanto|despues|luego|manana|mas tarde|otro dia|algun dia|la"
        r" proxima|ayer|anoche"
        r"|que me (?:mandaste|enviaste|pasaste)|que te (?:mande|envie)|que (?:mandaste|enviaste)|siempre"
        r"|todos los dias"
        r"|broma|a veces|cada dia)\b"
        rf"|^(?:mias?|mios?|de (?:mi|mis|el|ella|eso|esto)|a (?!mi{END}|la |el |lo ){WORD}){END}"
    ),
    links=re.compile(r" ?[,:–—] | - | ?[¿¡] |(?<!\w)(?:y|asi que|pero|entonces|ademas|luego) "),
    tail=(
        rf"{PLEASE}|ya|ahora|hoy|gracias|amor|mi amor|cielo|carino|guapa|guapo|bebe|si|vale|ok|jaja+"
        rf"|jeje+|xd|anda|pues|tambien|para mi|a mi|corazon|mi vida|linda|hermosa|de nuevo|otra vez|esta"
        rf" noche"
    ),
    shows=re.compile(
        rf"(?:tuyas?|tuyos?|suyas?|de|del|en|con|sin|por|para|junto|bajo|sobre|ante|frente|al|a la|a los"
        rf"|mientras|donde"
        rf"|desde|cerca|detras|delante|entre|vestid[oa]|sentad[oa]|sonriendo|desnud[oa]|y|porque|que|{WORD}[aei]ndo"
        rf"|{WORD}iendo){END}"
    ),
    cuts=re.compile(
        rf" (?:porque|pues|para que|asi que|pero|que te|que me|y (?:mandamel[oa]|enviamel[oa]"
        rf"|pasamel[oa])|{PLEASE}){END}"
        r"| , (?:te|me|por|gracias|que|yo|si|porfa)\b| [()\"¿¡]"
    ),
    of="de",
    you=YOU,
    all_of_you=(
        r"(?:de )?(?:ustedes|vosotr[oa]s|los|las|uds)(?: dos| tres| juntos| juntas)?|de ambos|de ambas"
        r"|ambos|ambas"
    ),
    everybody=r"de tod[oa]s(?: ustedes| vosotr[oa]s)?|tod[oa]s|del grupo",
    joins=r"y|e|&|,|\+|con",
    aside=re.compile(r"\b(?:para|de parte de|a|sobre|como|sin|por) $"),
    telling=((r"nudes?", "nude"), (r"autorretratos?|retratos?", "portrait")),
)
