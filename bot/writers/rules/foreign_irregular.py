"""Irregular verb forms by the end of the infinitive, folded: what the rules of ``foreign_forms`` miss."""

from __future__ import annotations


def word_set(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


def _table(text: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for line in text.strip().splitlines():
        key, _, forms = line.partition(":")
        found[key.strip()] = tuple(forms.split())
    return found


SPANISH = _table("""
poner: pongo puso pusieron puse puesto puesta puestos puestas
hacer: hago hizo hicieron hice hecho hecha hechos hechas
traer: traigo trajo trajeron traje
tener: tengo tuvo tuvieron
venir: vengo vino vinieron viniendo
salir: salgo
caer: caigo
abrir: abierto abierta abiertos abiertas
cubrir: cubierto cubierta cubiertos cubiertas
escribir: escrito escrita escritos escritas
romper: roto rota rotos rotas
volver: vuelto vuelta vueltos vueltas
ver: veo vio visto viendo
dar: doy dio dieron
oir: oye oyen oyendo
freir: frie frien frito
oler: huele huelen
andar: anduvo anduvieron
morir: muerto muerta
conducir: conduzco condujo
seguir: sigo
erguir: yergue erguido
""")

FRENCH = _table("""
ouvrir: ouvre ouvres ouvrent ouvrant ouvert ouverte ouverts ouvertes ouvrit ouvrait
couvrir: couvre couvres couvrent couvrant couvert couverte couverts couvertes couvrit
offrir: offre offres offrent offrant offert offerte offrit
dormir: dort dors dorment dormant dormi endormi endormie dormait
servir: sert sers servent servant servi servie servit servait
sortir: sort sors sortent sortant sorti sortie sortis sorties sortit
partir: part pars partent partant parti partie partis parties partit
sentir: sent sens sentent sentant senti
tenir: tient tiens tiennent tenant tenu tenue tenus tenues tint tenait
venir: vient viens viennent venant venu venue venus venues vint venait
courir: court cours courent courant couru courut courait
cueillir: cueille cueilles cueillent cueillant cueilli cueillit
prendre: prend prends prennent prenant pris prise prit prenait
mettre: met mets mettent mettant mis mise mises mit mettait
battre: bat bats battent battant battu battue battit
sourire: sourit souris sourient souriant souri souriante souriait
lire: lit lis lisent lisant lu lisait
ecrire: ecrit ecris ecrivent ecrivant ecrite ecrivit
boire: boit bois boivent buvant bu but buvait
rire: rit ris rient riant ri riait
faire: fait fais font faisant fit faisait
asseoir: assied assieds assoit assois asseyent assoient asseyant assis assise assises assit asseyait asseoit
voir: voit vois voient voyant vu vue vit
eindre: eint eins eignent eignant einte eints eignit
aindre: aint ains aignent aignant
oindre: oint oins oignent oignant ointes ointe
coudre: coud couds cousent cousant cousu cousue
uire: uit uis uisent uisant uite
suivre: suit suis suivent suivant suivi suivie
vetir: vet vets vetent vetant vetu vetue vetus vetues
plaire: plait
traire: trait traient trayant
moudre: moud moulent moulant moulu
aller: va vas vais vont allant alle allee allait
recevoir: recoit recoivent recu
fuir: fuit fuient fuyant fui
bouillir: bout
""")

GERMAN = _table("""
sitzen: sass sassen gesessen
stehen: stand standen gestanden
liegen: lag lagen gelegen
halten: halt haltst hielt hielten gehalten
gehen: ging gingen gegangen
kommen: kam kamen gekommen
laufen: lauft lief liefen gelaufen
springen: sprang sprangen gesprungen
schwimmen: schwamm schwammen geschwommen
singen: sang sangen gesungen
trinken: trank tranken getrunken
essen: isst ass assen gegessen
lesen: liest las lasen gelesen
schreiben: schrieb schrieben geschrieben
ziehen: zog zogen gezogen
werfen: wirft warf warfen geworfen
fangen: fangt fing fingen gefangen
tragen: tragt trug trugen getragen
fahren: fahrt fuhr fuhren gefahren
reiten: ritt ritten geritten
schneiden: schnitt schnitten geschnitten
giessen: goss gossen gegossen
schliessen: schloss schlossen geschlossen
greifen: griff griffen gegriffen
nehmen: nimmt nahm nahmen genommen
geben: gibt gab gaben gegeben
sehen: sieht sah sahen gesehen
schlafen: schlaft schlief schliefen geschlafen
biegen: bog bogen gebogen
binden: band banden gebunden
winden: wand wanden gewunden
wringen: wrang gewrungen
schwingen: schwang schwangen geschwungen
klingen: klang
steigen: stieg stiegen gestiegen
reissen: riss rissen gerissen
beissen: biss bissen gebissen
schieben: schob schoben geschoben
heben: hob hoben gehoben
streichen: strich strichen gestrichen
schleichen: schlich schlichen geschlichen
hangen: hing hingen gehangen
treten: tritt trat traten getreten
treiben: trieb trieben getrieben
reiben: rieb rieben gerieben
blasen: blast blies bliesen geblasen
graben: grabt grub gegraben
schlagen: schlagt schlug schlugen geschlagen
stossen: stosst stiess gestossen
fliegen: flog flogen geflogen
fliehen: floh geflohen
kriechen: kroch krochen gekrochen
sinken: sank sanken gesunken
ringen: rang rangen gerungen
messen: misst mass gemessen
brechen: bricht brach brachen gebrochen
helfen: hilft half halfen geholfen
lassen: lasst liess liessen gelassen
waschen: wascht wusch wuschen gewaschen
braten: brat briet gebraten
backen: backt buk gebacken
fallen: fallt fiel fielen gefallen
bringen: brachte brachten gebracht
verschwinden: verschwand verschwanden verschwunden
weisen: wies wiesen gewiesen
gleiten: glitt glitten geglitten
schmeissen: schmiss schmissen geschmissen
pfeifen: pfiff pfiffen gepfiffen
kneifen: kniff gekniffen
schleifen: schliff geschliffen
stechen: sticht stach gestochen
verlassen: verlasst verliess verliessen
brennen: brannte gebrannt
rennen: rannte rannten gerannt
schiessen: schoss schossen geschossen
tun: tut tat getan
bieten: bot boten geboten
flechten: flicht flocht geflochten
spinnen: spann gesponnen
scheren: schor geschoren
melken: molk gemolken
""")
