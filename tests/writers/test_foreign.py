"""Spanish, French, German and Japanese sentences, one mechanism each."""

import random
from typing import Any

import pytest

from bot.writers.evaluation import scene_lines

Message = tuple[str, str]
ONE = (("Nora", "female"),)
TWO = (("Nora", "female"), ("Kai", "male"))


def scene(
    *messages: Message, companions: tuple[tuple[str, str], ...] = ONE, hint: str = ""
) -> dict[str, Any]:
    """What the writer makes of some messages; who is no companion is a member."""
    names = {name for name, _ in companions}
    record = {
        "id": "x",
        "companions": [{"name": name, "aliases": [], "gender": gender} for name, gender in companions],
        "messages": [{"speaker": who, "is_companion": who in names, "text": text} for who, text in messages],
        "requester": "ana",
        "hint": hint,
    }
    return next(iter(scene_lines([record])))


@pytest.mark.parametrize(
    ("text", "setting"),
    [
        ("*se apoya en la barandilla de la azotea del hotel*", "hotel rooftop"),
        ("*entra en la panadería y pide un café*", "bakery"),
        ("toy en el parque tirao en el césped", "park"),
        ("(se sienta en la barra del bar y pide una cerveza) Qué día.", "bar"),
        ("—¿Vienes? —dijo Nora, sentada en el muelle—. Ya es tarde.", "pier"),
        ("*lit dans la salle d'attente*", "waiting room"),
        ("jsuis à la patinoire mdr", "ice rink"),
        ("*traverse la place en courant, son parapluie retourné*", "square"),
        ("*dans la serre, elle arrose les orchidées*", "greenhouse"),
        ("*steht in der Hotelküche und rührt im Topf*", "hotel kitchen"),
        ("*lehnt sich im Dachgarten ans Geländer*", "rooftop garden"),
        ("bin grad im supermarkt an der kasse lol", "supermarket"),
        ("*ホテルのロビーで雑誌を読む*", "hotel lobby"),
        ("*公園のベンチに座る*", "park"),
        ("[Lugar: mercado de especias, mediodía]\n*huele la canela*", "market"),
    ],
)
def test_places(text: str, setting: str) -> None:
    assert scene(("Nora", text))["setting"] == setting


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("*se sienta en el banco*", "sitting on the bench"),
        ("*tararea mientras pela una manzana*", "peeling an apple"),
        ("*sostiene una linterna*", "holding a flashlight"),
        ("*s'appuie contre le mur*", "leaning against the wall"),
        ("*elle fait griller des chamallows*", "roasting marshmallows"),
        ("*assise sur le canapé, une tasse à la main*", "sitting on the sofa"),
        ("*zieht den Teller zu sich*", "pulling"),
        ("*klammert sich an die Haltestange*", "clinging"),
        ("*schüttelt lachend den Kopf*", "shaking her head"),
        ("*傘を差して、手を振る*", "waving"),
        ("*本を読んでいる*", "reading a book"),
        ("*膝を抱えて、洗濯物を眺める*", "laundry"),
    ],
)
def test_deeds(text: str, words: str) -> None:
    assert words in scene(("Nora", text))["text"]


@pytest.mark.parametrize(
    ("text", "outfit"),
    [
        ("*lleva un vestido rojo de lunares*", "red polka dot dress"),
        ("*se pone la cazadora vaquera*", "denim jacket"),
        ("*en longue jupe plissée verte*", "long green pleated skirt"),
        ("*trägt ein silbernes Abendkleid*", "silver dress"),
        ("*im Samtkleid am Fenster*", "velvet dress"),
        ("*紺のマフラーを巻く*", "navy blue scarf"),
        ("*黄色いヘルメットをかぶる*", "yellow helmet"),
    ],
)
def test_outfits(text: str, outfit: str) -> None:
    assert outfit in scene(("Nora", text))["per_companion"][0]["outfit"]


@pytest.mark.parametrize(
    ("before", "after", "gone"),
    [
        ("*con su abrigo gris*", "*se quita el abrigo*", "coat"),
        ("*en manteau gris*", "*retire son manteau*", "coat"),
        ("*im grauen Mantel*", "*zieht den Mantel aus*", "coat"),
        ("*灰色のコートを着て立つ*", "*コートを脱ぐ*", "coat"),
    ],
)
def test_clothes_come_off(before: str, after: str, gone: str) -> None:
    assert gone not in scene(("Nora", before), ("Nora", after))["text"]


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("*se despierta a las 3:15*", "night"),
        ("son las once de la noche y sigo aquí", "night"),
        ("*il est 22h30, elle ferme la boutique*", "night"),
        ("Es ist halb drei nachts. *sitzt auf dem Balkon*", "night"),
        ("もう夜の11時だよ。*ベランダに立つ*", "night"),
        ("*Sonne geht gleich unter, sie lehnt am Geländer*", "sunset"),
        ("*petit matin, elle boit son café*", "dawn"),
    ],
)
def test_times(text: str, time: str) -> None:
    assert scene(("Nora", text))["time"] == time


@pytest.mark.parametrize(
    "text",
    [
        "no voy a la playa, qué va",
        "soñé que estábamos en la playa",
        "mañana iremos a la playa",
        "ojalá estuviéramos en la playa",
        "(fuera de rol: mañana estoy en la playa)",
        "jsuis pas à la plage",
        "j'ai rêvé qu'on était à la plage",
        "demain on sera à la plage",
        "ich bin nicht am Strand",
        "ich wünschte, wir wären am Strand",
        "gestern waren wir am Strand",
        "海にいる夢を見た",
        "明日は海に行くつもり",
        "「海にいる」と本に書いてある",
    ],
)
def test_what_is_not_so_sets_no_place(text: str) -> None:
    assert scene(("Nora", text))["setting"] in {None, ""}


@pytest.mark.parametrize(
    "text",
    [
        "*Me voy a casa.* *se marcha sin despedirse*",
        "Je vous laisse ! *s'en va en claquant la porte*",
        "ich hau ab, bis morgen! *schwingt sich aufs Rad*",
        "お先に失礼します。*部屋を出ていく*",
        "(au téléphone) Coincé dans l'ascenseur !",
    ],
)
def test_who_left_or_calls_is_not_shown(text: str) -> None:
    found = scene(("Nora", "*lee*"), ("Kai", text), ("Nora", "*sonríe*"), companions=TWO)
    assert found["cast"] == ["Nora"]


def test_who_comes_back_is_shown() -> None:
    found = scene(
        ("Nora", "*liest ein Buch*"),
        ("Kai", "ich hau ab!"),
        ("Kai", "*kommt mit einer Gitarre zurück*"),
        companions=TWO,
    )
    assert set(found["cast"]) == {"Nora", "Kai"}


def test_a_sleeper_elsewhere_is_not_shown() -> None:
    found = scene(
        ("Narrateur", "Minuit dans la serre. Kai dort dans la maison ; Nora compte les papillons."),
        companions=TWO,
    )
    assert found["cast"] == ["Nora"]
    assert found["setting"] == "greenhouse"


@pytest.mark.parametrize(
    ("name", "text"),
    [("Luz", "*apaga la luz*"), ("Linde", "*steht unter der alten Linde*"), ("桜", "*満開の桜を見上げる*")],
)
def test_a_name_that_is_a_word(name: str, text: str) -> None:
    found = scene(("Nora", text), companions=(*ONE, (name, "female")))
    assert found["cast"] == ["Nora"]


@pytest.mark.parametrize(
    ("hint", "setting"),
    [
        ("en la playa al atardecer", "beach"),
        ("tous les deux sur le toit, la nuit", "roof"),
        ("am Strand bei Sonnenuntergang", "beach"),
        ("海辺で、夕焼け", "beach"),
    ],
)
def test_hints(hint: str, setting: str) -> None:
    logs = {
        "海": "*本を読む*",
        "en": "*lee en el sofá*",
        "to": "*lit sur le canapé*",
        "am": "*liest im Bett*",
    }
    log = logs["海" if hint.startswith("海") else hint[:2]]
    assert scene(("Nora", log), hint=hint)["setting"] == setting


def test_random_text_never_crashes_a_reader() -> None:
    source = random.Random(5)
    pieces = [
        "se",
        "sienta,",
        "lehnt",
        "sich",
        "an,",
        "s'assoit,",
        "座って、「」『』（）*_—–«»¿¡~:;()[]…",
        "🙂́\u200b\n",
        "3時",
        "22h30",
    ]
    for _ in range(150):
        text = "".join(
            source.choice(pieces) + source.choice([" ", "", chr(source.randrange(0x20, 0x2FFFF))])
            for _ in range(source.randrange(1, 25))
        )
        text = text.encode("utf-8", "ignore").decode()
        assert scene(("Nora", text), ("ana", text), hint=text[:40])["cast"] == ["Nora"]
