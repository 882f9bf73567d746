"""Words of prompts: framing, light, faces, bodies, and what carries no meaning of its own."""

# ruff: noqa: SIM905 -- word lists read best as words

from __future__ import annotations

import re

FRAMING = re.compile(
    r"\b(?:(?:extreme |medium |half )?close[ -]?up(?: shot| portrait)?|(?:full|whole)[ -]body(?: shot| portrait| view)?"
    r"|full[ -](?:length|figure)(?: shot| portrait)?|head[ -]to[ -]toe|upper[ -]body(?: shot)?|half[ -]body(?: shot)?"
    r"|waist[ -]up(?: shot)?|knees?[ -]up|cowboy shot|head ?shot|head and shoulders"
    r"|(?:medium|mid|wide|long|establishing|group|two|side|aerial|low|high|dutch)[ -](?:angle|shot|view)(?: shot)?"
    r"|wide[ -]angle|bird's eye view|bird 's eye view|worm's eye view|over the shoulder(?: shot)?"
    r"|(?:seen |shot |view(?:ed)? |photographed )?from (?:above|below|behind|the side|afar|far away|a distance)"
    r"|portrait(?! of)(?: shot| photo)?|profile view|in profile|three[ -]quarter view)\b"
)
FRAMING_OF = re.compile(
    r"\b(?:(?:(?:close[ -]?up|full[ -]body|half[ -]body|waist[ -]up) )?portrait|close[ -]?up"
    r"|full[ -]body (?:photo|picture|shot)|headshot)(?= of\b)"
)
LIGHT = re.compile(
    r"\b(?:(?:[a-z]+(?:-[a-z]+)? ){1,2}(?:light|lighting)(?= |$)|rim[ -]?light|back[ -]?lit|spotlight|softbox"
    r"|sunbeams|sunrays|sun rays|light rays|god rays|lens flare|candlelit|lit by [a-z]+(?: [a-z]+)?"
    r"|lights (?:off|out|on)|low[- ]key|high[- ]key|chiaroscuro)\b"
)
NO_LIGHT = frozenset({"less", "more"}) | frozenset(
    "the a an her his their of and in by with no traffic street red green city".split()
)
"""Before "light" these are not what kind of light it is."""
MOOD = re.compile(r"\b([a-z]+(?:-[a-z]+)?) (?:mood|atmosphere|vibe|vibes|feeling|ambience|ambiance)\b")
_OWN = "(?:her|his|their)"
_NO_SMILES = "a|an|with|and|the|her|his|their|to|of|in|on|they|she|he|both|all|or|that|who|then"
_SMILES = (
    rf"(?!(?:{_NO_SMILES}) )(?![a-z]+ing )[a-z]+|charming|loving|knowing|teasing|dazzling|winning|beaming"
)
FACE = re.compile(
    rf"\b(?:(?:(?:{_OWN}|with|both) )?eyes (?:are )?(?:tightly |gently |half )?(?:closed|shut|open|wide)|closed eyes"
    r"|wide[ -]eyed|teary[ -]eyed|in tears"
    rf"|tears (?:in {_OWN} eyes|(?:running |streaming )?down {_OWN} (?:face|cheeks?))"
    rf"|(?:(?:a|an|with) )*(?:(?:{_SMILES}) ){{0,2}}(?:smile|grin|smirk|frown|blush|wink|pout|scowl)"
    rf"(?: on {_OWN} (?:face|lips))?|tongue out|open mouth|mouth open|blank stare"
    rf"|(?:(?:a|an|with|{_OWN}) )*[a-z]+ (?:expression|face|look)(?= |$)(?: on {_OWN} face)?)\b"
)
"""Faces by their nouns; verbs ("laughing softly") are read as deeds are."""
NOT_A_FACE = frozenset(
    "the of red blue green white black first second clock rock cliff dirty wet pale round new retro vintage"
    " modern classic wedding summer winter office film".split()
)
FEELINGS = frozenset(
    "intense fierce friendly affectionate absorbed wistful stoic blissful defiant tender coy cheeky happy sad"
    " angry furious scared afraid nervous embarrassed tired excited worried shocked surprised annoyed bored"
    " sleepy shy flustered confused proud serious calm thoughtful pensive playful mischievous confident"
    " determined cheerful joyful delighted amused relaxed melancholic melancholy lonely jealous smug grumpy"
    " dreamy content peaceful serene stern focused curious anxious frightened terrified startled exhausted"
    " drowsy relieved hopeful tearful gloomy solemn tense overjoyed ecstatic blushing".split()
)
"""Said of somebody, these are seen in the face."""
BODIES = frozenset(
    "arm arms hand hands leg legs foot feet knee knees head chin elbow elbows shoulder shoulders finger fingers"
    " fist fists back".split()
)
LOOKS = frozenset(
    "hair eyes eye skin freckles beard moustache mustache ponytail braid braids bun bangs curls bob lips makeup".split()
)
"""What belongs to a companion's record, not to a scene: kept as a detail."""
_PEOPLE = "friends|girls|boys|women|men|ladies|guys|people|persons"
ALL = re.compile(
    r"^(?:both(?: of them)?|all(?: (?:of them|three|two|of us))?|everyone|everybody|they"
    rf"|the (?:two|three|pair|couple|trio|group|{_PEOPLE})(?: of them)?|(?:two|three) (?:{_PEOPLE})"
    r"|(?:a )?(?:couple|trio)|each(?: of them)?|together|we)\b"
)
PERSON = re.compile(
    r"^(?:(?:a|an|the|one|young|beautiful|pretty|cute|handsome|elegant|tall|lovely|smiling|adult|stylish) )*"
    r"(?P<noun>woman|girl|lady|female|man|boy|guy|male|gentleman|person|model|figure|companion|character|1girl|1boy|heroine|hero)\b"
)
FEMALE = frozenset("woman girl lady female she her heroine 1girl".split())
MALE = frozenset("man boy guy male gentleman he his him hero 1boy".split())
ADVERBS = frozenset(
    "just now then still also slowly quietly both all together softly happily and is are while as who which that"
    " being again alone each".split()
)
NOT_DEEDS = frozenset(
    "lightning rigging bustling lighting building evening morning ceiling clothing wedding railing"
    " surroundings setting being king ring spring string wing thing something anything nothing everything"
    " awning swing sterling darling lining stocking earring wearing dressing trending rendering featuring"
    " including during following looking- glass feeling meaning".split()
)
"""Words that end like a deed and are none, or show nothing by themselves."""
OF_THINGS = frozenset(
    "blazing shooting sailing howling falling flowing glowing rising setting burning rolling crashing flying"
    " twinkling floating blooming sparkling shining flickering surrounding billowing blowing drifting swirling"
    " steaming running winding towering shimmering glittering blinking gleaming roaring crackling hanging"
    " trailing dangling drooping".split()
)
"""Straight before a noun these are said of a thing: "falling leaves"."""
NOUNS_TOO = frozenset(
    "splashes waves lights rocks stars flowers leaves signs boats trees palms clouds drops shadows steps"
    " stands shoots plants rings watches jeans shorts glasses boots heels gloves drinks plays dances books"
    " presents lanterns candles hills rides looks cards mirrors windows doors curtains balloons petals"
    " reflections roses bikes cars buses horses cats dogs birds ships smiles laughs hands arms feet eyes tears"
    " kisses lies rests spots stripes dots cuffs buttons folds cooks guards masks faces".split()
)
"""Verbs in -s that open a tag as a noun more often: verbs only with what a verb takes."""
OBJECT_OPENERS = frozenset("at to her his their a an the goodbye hello on into over with against".split())
LINKS = frozenset(
    "wearing wears wear worn in dressed clad with a an the her his their both and over under sporting rocking"
    " donning has having is are also plus matching pair of on some who which".split()
)
"""Before a garment these only tie it to its wearer."""
EMPTY = LINKS | frozenset(
    "at by for from to into onto as it its this that these those she he they them him there here while but or"
    " then be being was were am i my our your we us you very really just so too all each one two three both"
    " together photo picture image pic photograph scene shot background setting style someone somebody during near"
    " around up down out off about between behind where when which whose upon inside within along through please"
    " make show want like him herself himself themselves 's time day outside indoors".split()
)
"""A stretch of only these says nothing."""
LOOSE_FRONT = frozenset(
    "and with a an the in on at of by is are as while but or has have wearing to for from who which that there 's"
    " , during it's its having plus also".split()
)
LOOSE_BACK = frozenset(
    "and with a an the in on at of by is are as while but or has have wearing to for from who which that into"
    " onto over under her his their 's during".split()
)

INSIDE = frozenset("in at on inside aboard outside within atop amid amidst of from".split())
NEAR = frozenset(
    "above by near beside along under beneath across through over around behind overlooking past into onto to down"
    " up".split()
)
