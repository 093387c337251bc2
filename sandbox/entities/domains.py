"""Top-level domains that make a word with a dot an address even without http://."""

from __future__ import annotations

_COUNTRIES = """
ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw
by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et
eu fi fj fk fm fo fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id
ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu
lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np
nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si sj
sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk us
uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw
"""
_COMMON = """
academy accountant adult aero africa agency alsace amsterdam apartments app arab army arpa art asia
associates attorney auction audio auto band bank bar barcelona bargains bayern beauty beer berlin
best bet bible bid bike bingo bio biz black blog blue boston boutique broker brussels build
builders business buy buzz cab cafe cam camera camp capetown capital car cards care career careers
cars casa cash casino cat catering catholic center ceo charity chat cheap church city claims
cleaning click clinic clothing cloud club coach codes coffee college cologne com community company
computer condos construction consulting contact contractors cooking cool coop country coupon
courses credit cricket cruise cruises dad dance data date dating day deal dealer deals degree
delivery democrat dental dentist design dev diet digital direct directory discount diy doctor dog
domains dot download dubai durban earth eat eco edu education email energy engineer engineering
enterprises equipment esq estate eus events exchange expert exposed express fail faith family fan
fans farm fashion feedback film finance financial fire fish fishing fit fitness flights florist
flowers fly foo food football forsale forum foundation free fun fund furniture futbol fyi gal
gallery game games garden gay gift gifts gives giving glass global gmbh gold golf goo google gov
graphics gratis green gripe group guide guitars guru hair hamburg haus health healthcare help
helsinki here hiphop hiv hockey holdings holiday homes horse hospital host hosting hotels house how
icu immo immobilien inc industries info ing ink institute insurance insure int international
investments irish istanbul java jetzt jewelry jobs joburg juegos kaufen kids kim kitchen kiwi koeln
land lat latino law lawyer lease legal lgbt life lifestyle lighting limited limo link live living
llc loan loans lol london love ltd luxe luxury madrid maison management map market marketing
markets mba media meet melbourne meme memorial men menu miami mil mobi moda moe mom money monster
moscow motorcycles mov movie museum music name navy net network new news nexus ngo ninja now nyc
observer one ong onion onl online ooo open org organic osaka page paris partners parts party pay pet
pharmacy phd phone photo photography photos physio pics pictures pink pizza place play plumbing plus
poker porn post press prime pro productions promo properties property protection pub quebec racing
radio realestate realty recipes red rehab reise reisen ren rent rentals repair report republican
rest restaurant review reviews rich rio rip rocks rodeo rugby run ryukyu saarland sale salon save
school schule science scot search secure security select services sex sexy shiksha shoes shop
shopping show singles site ski skin sky soccer social software solar solutions soy spa space sport
spot srl storage store stream studio study style sucks supplies supply support surf surgery swiss
sydney systems taipei talk tatar tattoo tax taxi team tech technology tel tennis theater theatre
tickets tienda tips tires tirol today tokyo ton tools top tours town toys trade trading training
travel trust tube university uno vacations vegas ventures versicherung vet viajes video villas vin
vip vision viva vlaanderen vodka vote voting voto voyage wales wang watch watches weather webcam
website wed wedding whoswho wien wiki win wine work works world wow wtf xxx xyz yachts yoga yokohama
you youtube zip zone zuerich
"""
_NATIONAL = """
бг бел дети ею католик ком мкд мон москва онлайн орг рус рф сайт срб укр қаз ελ ευ հայ გე ישראל קום
ایران السعودية امارات مصر موقع شبكة 中国 中國 中文网 公司 网络 网址 香港
台湾 世界 コム みんな 닷컴 닷넷 한국 भारत ไทย
"""
_ALL = frozenset(f"{_COUNTRIES} {_COMMON} {_NATIONAL}".split())


def is_top_domain(label: str) -> bool:
    """Whether it is a known domain, in any case.

    A capital first letter alone begins a sentence rather than a domain ("Hello.It is").
    """
    lower = label.lower()
    if lower != label and lower[1:] == label[1:]:
        return False
    return lower in _ALL
