"""Requests for a picture in English."""

from __future__ import annotations

import re

from bot.writers.rules.wish_grammar import END, PERSON, WORD, Grammar, led, picture

NOUN = (
    r"photos?|fotos?|photographs?|pics?|pix|piccies|piccy|pictures?|pictrues?|picutres?|picures?|images?|selfies?"
    r"|selfys?|snaps?|snapshots?|portraits?|nudes?|noodz|headshots?"
)
PLEASE = r"please|pls|plz|plss|pwease|pretty please|plox"
YOU = r"you|u|ya|yourself|urself|ur self|your self|us"
LEAD = (
    rf"{PLEASE}|hey+|heya|hi+|hiya|hello|yo|oh+|ooh|ah+|aw+|ok|okay|okie|k|alright|all right|well|so|now|then|and|but"
    r"|just|also|yes|yeah|yep|yup|sure|no|nah|wait|come on|c'mon|cmon|babe|baby|bby|bb|honey|hun|hon|darling|dear"
    r"|dearest|love|my love|sweetie|sweetheart|sweety|gorgeous|beautiful|handsome|cutie|princess|maybe|btw|good|great"
    r"|nice|cool|perfect|awesome|wow|first|again|lol|haha+|hehe+|lmao|um+|uh+|hm+|mm+|real quick|quick|quickly"
    r"|if you don't mind|if you dont mind|if you can|if you could|if you want|if you like|if that's ok|if that's okay"
    r"|if it's ok|if it's okay|if possible|when you can|for me|do me a favor and|do me a favour and|be a dear and"
    r"|you two|you both|both of you|all of you|thanks|thank you|good morning|good night|good evening|miss you"
    r"|i miss you|one more thing|also|damn|omg|god|oh god|my god|hot|sexy|hungry|bored|i'm bored|im bored|seriously"
)
SMALL = (
    r"the|that|this|these|those|my|his|her|their|our|its|no|not|a|an|and|or|but|of|in|on|at|to|for|with|from|by|about"
    r"|as|if|when|where|who|whom|which|what|how|why|is|are|was|were|be|been|am|do|did|does|have|has"
    r"|had|i|you|u|he|she"
    r"|it|we|they|me|him|them|us|will|would|can|could|should|than|then|so|because|like|last|same|every|all|big|family"
    r"|sam's|send|sent|sends|sending|show|take|took|took|make|get|see|saw|than|whole|profile|old|money|food"
)
ARTICLE = (
    r"a|an|another|one|one more|some|sum|some more|more|any|your|ur|yo|two|three|few|a few|couple|a"
    r" couple of|couple of"
    r"|a bunch of|plenty of|lots of|at least|the occasional|like|just"
)
PIC = picture(ARTICLE, SMALL, NOUN)
ADVERBS = (
    rf"(?:(?:{PLEASE}|maybe|perhaps|just|quickly|kindly|possibly|possibly|also|at least|really|now"
    rf"|over|back|again|like"
    r"|at once|in return|real quick|then|,) ){0,4}"
)
OF_THEM = (
    rf"(?= (?:of (?:{YOU}|your|ur|{PERSON}|both|all|everyone|everybody|the two)|with (?:me|us)|for"
    rf" (?:me|us)){END})"
)
"""Follows what is a picture of them, or for whoever asks."""
SELFIE = (
    rf"(?:(?:{ARTICLE}) ){{0,2}}(?P<how>(?:(?!(?:{SMALL}|{NOUN}){END}){WORD}"
    rf" ){{0,4}}?)(?P<noun>selfies?|selfys?|nudes?|noodz){END}"
)
ME = r"(?:me|us|to me|to us)"
SENDS = (
    r"(?:send|text|dm|msg|message|show|snap|give|share|pass|forward|get|drop|post|shoot|lend|throw"
    r"|hit|bring|fetch)"
)
_SEE = r"(?:see|have|get|look at|ask for|ask you for|request|receive)"
_WANT = (
    r"(?:i|we) (?:(?:really|just|also|kinda|so|totally|still|do|desperately) ){0,2}"
    r"(?:want|wanna|need|crave|would like|would love|'d like|'d love)|i'd (?:really )?(?:like|love)|id (?:like|love)"
    r"|i'm dying|im dying|wanna"
)
_CAN = r"(?:can|cud|could|would|will|may|might|can't|cant|couldn't|won't|wont)"
_FOR_ME = rf"{SENDS} {ADVERBS}(?:{ME} ){ADVERBS}"

REQUESTS = tuple(
    led(LEAD, request)
    for request in (
        (
            rf"(?:do )?(?:{_FOR_ME}|gimme {ADVERBS}|hit me (?:up )?with |let (?:me|us) (?:see|have) |let's"
            rf" see |lemme see ){PIC}"
        ),
        rf"send {ADVERBS}(?:over )?{PIC}(?! (?:to (?!me|us){WORD}|(?:every|each) ))",
        rf"(?:show|share|post|drop|take|snap|get|make|shoot|do) {ADVERBS}(?:{ME} )?{PIC}{OF_THEM}",
        rf"(?:share|post|drop|take|snap|make|shoot|do) {ADVERBS}(?:{ME} )?{SELFIE}",
        rf"take {ADVERBS}{PIC}(?= and (?:send|show))",
        rf"{_CAN} (?:you|u|ya) {ADVERBS}(?:{_FOR_ME}){PIC}",
        rf"{_CAN} (?:you|u|ya) {ADVERBS}(?:send|show|share|take|snap|post|make) {ADVERBS}{PIC}{OF_THEM}",
        rf"{_CAN} (?:you|u|ya) {ADVERBS}(?:send|share|take|snap|post|make) {ADVERBS}{SELFIE}",
        rf"{_CAN} (?:i|we) {ADVERBS}(?:please )?{_SEE} {ADVERBS}{PIC}",
        rf"(?:{_WANT}) (?:to )?(?:{_SEE} )?{ADVERBS}{PIC}(?! of (?:my|his|her|their|our|the|this|that){END})",
        rf"(?:{_WANT}) (?:to )?{_SEE} {ADVERBS}{PIC}",
        rf"(?:{_WANT}) (?:you|u) to (?:{_FOR_ME}|send |take ){PIC}",
        rf"(?:do |would )?(?:you |u )?mind (?:sending|showing|sharing|giving|taking|snapping) (?:{ME} )?{PIC}",
        rf"(?:how|what) about (?:sending me |you send me |you show me )?{PIC}",
        (
            rf"(?:wanna|want to|would you like to|would you be willing to|do you wanna|do you want to|care to"
            rf"|(?:would you )?be so kind (?:as )?to|would it be possible to|is it possible to) {SENDS}"
            rf" {ADVERBS}{ME} {PIC}"
        ),
        rf"why (?:don't|dont|not) (?:you |u )?(?:{_FOR_ME}|take |send ){PIC}",
        (
            rf"(?:you|u) (?:should|could|can|may|must|have to|gotta|need to) (?:(?:totally|really|so"
            rf"|definitely) )?(?:{_FOR_ME}){PIC}"
        ),
        (
            rf"would (?:it be|that be|you be) (?:ok|okay|alright|cool|possible|fine|too much) if you (?:sent"
            rf"|showed|gave|took) (?:{ME} )?{PIC}"
        ),
        rf"{_CAN} (?:i|we) (?:please )?(?:get|have) you to (?:{_FOR_ME}){PIC}",
    )
)

BEFORE = re.compile(
    r"\b(?:says?|said|saying|tells?|told|telling|ask|asks|asked|asking|texted|texts|wrote|writes"
    r"|replied|goes|whispers"
    r"|keeps|kept|wants|wanted|if|unless|whenever|imagine|imagined|suppose|pretend|dream|dreamt|dreamed|dreaming|song"
    r"|lyrics|meme|quote|sing|sings|sang|when|once|after|as soon as|until|till|before|next time|tomorrow|someday"
    r"|somebody|someone|anyone|anybody|nobody|guys|everyone|everybody|why|never|stop|without|instead of|rather than"
    r"|would've|would have|tryna get)\b"
    r"|\b(?:was|were|is|be|he's|she's|they're|i'm|im|i was) like\b"
    r"|\b(?:don't|dont|do not|doesn't|won't|can't|cannot)\b[^,]*\b(?:and|or) $"
    r"|@ (?!" + PERSON + r")\w+ $"
)
AFTER = re.compile(
    r"\b(?:said|says|asked|asks|whispered|replied|told|joked|lyrics|i'd|you'd|he'd|she'd|if i|if we|if he|if she|once"
    r"|when|whenever|after|as soon as|tomorrow|later|next time|next week|next month|someday|some day"
    r"|one day|sometimes?"
    r"|anymore|any more|ever again|before you|it'll last|it will last|just kidding|kidding|jk|not|never|yesterday"
    r"|last night|last week|you sent|you took|you showed|you posted|i sent|i took|he sent|she sent"
    r"|from before|more often"
    r"|every day|everyday|every time|all the time|back then|again and again)\b"
    rf"|^of (?:me|myself|mine|him|them|that|this|it){END}|^to (?!me{END}|us{END}|go{END}|remember{END}){WORD}"
    r"|^(?:frames?|albums?|books?|shoots?|booths?|op|ops|camera|gallery|editor|contest|id|quality"
    r"|show|bomb|copy|paper"
    r"|finish|day|app|filter|credits?|dump|or it didn't)\b"
)
TAIL = (
    rf"{PLEASE}|now|right now|rn|asap|today|tonight|thanks|thank you|thx|ty|babe|baby|honey|darling|dear|love|my love"
    r"|sweetie|sweetheart|beautiful|gorgeous|handsome|cutie|ok|okay|k|yeah|yes|then|too|again|instead|maybe|lol|haha+"
    r"|hehe+|xd|real quick|quick|quickly|first|first of all|already|will you|would you|could you|can"
    r" you|right|huh|over"
    r"|sometime soon|at once|immediately|for me|for us|to me|to us|back|x+|xo+|pretty|bb|hun|hon|this time|anyway"
)
SHOWS = re.compile(
    rf"(?:of|in|on|at|with|from|by|near|under|over|below|above|inside|outside|underneath|while|where"
    rf"|wearing|as|beside"
    rf"|behind|beneath|between|during|without|next to|in front|around|against|among|for|to me|to us"
    rf"|showing|that shows"
    rf"|that has|together|to remember|to go|naked|nude|topless|dressed|asleep|and|so|because|cause"
    rf"|cuz|coz|before|or|but"
    rf"|i|{WORD}ing){END}"
)
CUTS = re.compile(
    rf" (?:because|cause|cuz|coz|so that|so i|so we|so you|before i|or else|or i|or i'll|but|i'm|i|im"
    rf"|i'll|it's|it would"
    r"|would you|will you|could you|can you|if you|if that|if it|and send|and show|and post|and dm|and text|and then"
    r"|to remember|pretty please|"
    rf"{PLEASE}){END}| , (?:i|you|we|it|he|she|they|that|this is|please|thanks|and i|ok)\b| [()\"]"
)

ENGLISH = Grammar(
    noun=NOUN,
    lead=LEAD,
    requests=REQUESTS,
    asking=(),
    bare=led(LEAD, PIC),
    please=re.compile(rf"(?<![\w'-])(?:{PLEASE}|rn|right now|now|asap){END}"),
    before=BEFORE,
    after=AFTER,
    links=re.compile(r" ?[,:–—] | - |(?<!\w)(?:and|so|but|then|also|plus|now) "),
    tail=TAIL,
    shows=SHOWS,
    cuts=CUTS,
    of="of",
    you=YOU,
    all_of_you=(
        r"(?:both|all|the two|the three) of you|you (?:both|two|all|three|guys)|y'all|yall|you lot|all"
        r" you guys"
    ),
    everybody=(
        r"every ?one(?: here| in here)?|everybody(?: here)?|the (?:whole )?(?:group|gang|party|crew"
        r"|team)|all of us|us all"
    ),
    joins=r"and|&|,|\+|n",
    aside=re.compile(
        r"\b(?:for|from|to|about|like|by|of|than|without|not|miss(?:es|ing)?) (?:the |my |your )?$"
    ),
    telling=((r"nudes?|noodz", "nude"), (r"headshots?", "headshot"), (r"portraits?", "portrait")),
)
