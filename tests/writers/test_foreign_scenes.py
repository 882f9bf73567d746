"""Spanish, French, German and Japanese: implied places and times, time skips, people who part."""

import pytest

from bot.writers.evaluation import scene_lines

WHO = ("Nora", "Kai")


def scene(*lines: str, who: tuple[str, ...] = WHO) -> dict[str, object]:
    """The scene of some lines, "Nora: text"; who is no companion is a member, Ana the requester."""
    messages = [line.split(": ", 1) for line in lines]
    record = {
        "id": "x",
        "companions": [{"name": name, "aliases": [], "gender": "female"} for name in who],
        "messages": [{"speaker": by, "is_companion": by in who, "text": text} for by, text in messages],
        "requester": "Ana",
        "hint": "",
    }
    return next(iter(scene_lines([record])))


@pytest.mark.parametrize(
    ("text", "setting"),
    [
        ("*mete la ropa en la secadora y cierra la tapa*", "laundromat"),
        ("*remplit le tambour de lessive*", "laundromat"),
        ("*stopft alles in den Trockner*", "laundromat"),
        ("*乾燥機に靴下を放り込む*", "laundromat"),
        ("*hockt sich vor die Fahrstuhltür*", "elevator"),
        ("*se limpia el aceite de motor de los dedos y cierra el capó*", "garage"),
        ("*steckt den Kopf unter die Motorhaube*", "garage"),
        ("*admire une sculpture, la tête penchée*", "museum"),
    ],
)
def test_things_imply_a_place(text: str, setting: str):
    assert scene(f"Nora: {text}", who=("Nora",))["setting"] == setting


def test_most_things_win_over_the_last_one():
    made = scene(
        "Nora: *remueve la olla*", "Nora: *abre el horno*", "Nora: *se acerca al sofá*", who=("Nora",)
    )
    assert made["setting"] == "kitchen"


def test_what_is_done_wins_over_what_is_said():
    made = scene(
        "Nora: En la playa, claro.", "Nora: *pone detergente*", "Nora: *abre la lavadora*", who=("Nora",)
    )
    assert made["setting"] == "laundromat"


@pytest.mark.parametrize(
    ("before", "skip", "after"),
    [
        ("*espera en la plaza*", "— Horas después, en una cueva —", "*enciende un farol*"),
        ("*attend sur la place*", "[trois heures plus tard, dans une grotte]", "*allume une lampe*"),
        ("*wartet auf dem Marktplatz*", "[Zeitsprung: am nächsten Tag, Höhle]", "*zündet eine Lampe an*"),
        ("*広場で待つ*", "――― 三時間後、洞窟 ―――", "*ランプに火をつける*"),
    ],
)
def test_a_time_skip_names_the_new_place(before: str, skip: str, after: str):
    made = scene(f"Nora: {before}", f"Ana: {skip}", f"Nora: {after}", who=("Nora",))
    assert made["setting"] == "cave"


def test_after_a_time_skip_a_mention_is_enough():
    made = scene(
        "Nora: *court sur la plage*",
        "Ana: [une heure plus tard]",
        "Ana: la forêt est silencieuse",
        who=("Nora",),
    )
    assert made["setting"] == "forest"


@pytest.mark.parametrize(
    "line",
    ["yo me quedo con nora", "je reste avec nora", "ich bleib bei nora", "Noraについていく"],
)
def test_the_requester_stays_with_one(line: str):
    made = scene("Kai: *sonríe*", "Nora: *sonríe*", f"Ana: {line}", "Kai: *canta*", "Nora: *canta*")
    assert made["cast"] == ["Nora"]


@pytest.mark.parametrize(
    ("text", "cast"),
    [
        ("*lee la carta de Kai*", ["Nora"]),
        ("*toma la mano de Kai*", ["Nora", "Kai"]),
        ("*Kaiの手紙を読む*", ["Nora"]),
    ],
)
def test_a_thing_of_hers_does_not_bring_her(text: str, cast: list[str]):
    assert scene(f"Nora: {text}")["cast"] == cast


@pytest.mark.parametrize(
    ("text", "garment"),
    [
        ("*lleva un abrigo gris* *se tumba sin quitarse las botas*", "boots"),
        ("*帽子を脱がずに座る*", "hat"),
    ],
)
def test_what_is_not_taken_off_is_worn(text: str, garment: str):
    assert garment in str(scene(f"Nora: {text}", who=("Nora",))["text"])


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("Il est trois heures du mat.", "night"),
        ("*bâille* 2h40 et pas de lit.", "night"),
        ("Kurz nach neun.", "morning"),
        ("*dreht die Laterne auf* »Ein Uhr zehn«", "night"),
        ("*mira el sol poniéndose*", "sunset"),
    ],
)
def test_times(text: str, time: str):
    assert scene(f"Nora: {text}", who=("Nora",))["time"] == time


@pytest.mark.parametrize(
    ("text", "setting"),
    [
        ("*fait un tour sur elle-même dans la cuisine*", "kitchen"),
        ("*con el gorro puesto del revés, sentada en la playa*", "beach"),
        ("*lehnt sich in der Bibliothek zurück und schiebt die Tasse weg*", "library"),
        ("*viaja dormida mientras el tren cruza el campo*", "train"),
    ],
)
def test_what_only_looks_like_a_place(text: str, setting: str):
    assert scene(f"Nora: {text}", who=("Nora",))["setting"] == setting


def test_stairs_and_windows_are_parts_of_a_place():
    made = scene("Nora: *entra en la biblioteca*", "Nora: *se sienta en el alféizar*", who=("Nora",))
    assert made["setting"] == "library"


def test_who_puts_somebody_on_speaker_is_here():
    made = scene("Nora: *auf Lautsprecher, rührt in der Küche im Topf* Ja?", "Kai: (am Telefon) Hallo!")
    assert made["cast"] == ["Nora"]


def test_the_weathers_il_is_not_the_man_who_left():
    made = scene(
        "Nora: *frotte la vitre du train*",
        "Kai: je descends là ! *saute sur le quai et agite la main*",
        "Nora: tiens, il se met à pleuvoir",
    )
    assert made["cast"] == ["Nora"]
    assert made["weather"] == "rain"


@pytest.mark.parametrize(
    ("first", "line", "cast"),
    [
        ("*tient la barre*", "c'est parti *largue les amarres*", {"Nora", "Kai"}),
        ("*tient la barre*", "*est partie sans un mot*", {"Nora"}),
        ("*tient la barre*", "*restée sur le quai, agite la main*", {"Nora"}),
        ("*remue la soupe*", "*hurle depuis la salle de bain* deux minutes !", {"Nora"}),
        ("*remueve la olla*", "*al otro lado del teléfono* ¿me oyes?", {"Nora"}),
        ("*鍋をかき混ぜる*", "*電話ごしに* もしもし", {"Nora"}),
        ("*rührt den Eintopf um*", "Schönen Feierabend allerseits!", {"Nora"}),
        ("*rührt den Eintopf um*", "*ruft aus dem Fenster* Essen!", {"Nora", "Kai"}),
        ("*remueve la olla*", "*grita desde la ventana* ¡a comer!", {"Nora", "Kai"}),
        ("*鍋をかき混ぜる*", "*隣の部屋から戻ってくる* ただいま", {"Nora", "Kai"}),
    ],
)
def test_idioms_of_going_and_of_being_elsewhere(first: str, line: str, cast: set[str]):
    assert set(scene(f"Nora: {first}", f"Kai: {line}")["cast"]) == cast  # type: ignore[call-overload]


def test_a_wooden_spoon_is_no_forest():
    made = scene("Nora: *remue la soupe dans la cuisine, cuillère en bois à la main*", who=("Nora",))
    assert made["setting"] == "kitchen"
