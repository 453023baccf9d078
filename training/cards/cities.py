"""Cities with their airports' codes, and which of them training never shows."""

from __future__ import annotations

import zlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class City:
    """A city, its country and the code of its airport."""

    name: str
    code: str
    country: str


_ROWS = """
China: Beijing PEK, Shanghai PVG, Hangzhou HGH, Guangzhou CAN, Shenzhen SZX, Chengdu CTU, Xian XIY,
 Wuhan WUH, Nanjing NKG, Kunming KMG, Xiamen XMN, Qingdao TAO, Dalian DLC, Harbin HRB, Tianjin TSN,
 Changsha CSX, Chongqing CKG, Sanya SYX, Lhasa LXA, Guilin KWL, Shenyang SHE, Urumqi URC
Japan: Tokyo HND, Osaka KIX, Nagoya NGO, Sapporo CTS, Fukuoka FUK, Sendai SDJ, Hiroshima HIJ,
 Naha OKA, Kagoshima KOJ
South Korea: Seoul ICN, Busan PUS, Daegu TAE, Jeju CJU
India: Delhi DEL, Mumbai BOM, Chennai MAA, Kolkata CCU, Bangalore BLR, Hyderabad HYD, Pune PNQ,
 Goa GOI, Jaipur JAI
Thailand: Bangkok BKK, Phuket HKT, Chiang Mai CNX
Vietnam: Hanoi HAN, Da Nang DAD, Hue HUI
Indonesia: Jakarta CGK, Denpasar DPS, Surabaya SUB, Medan KNO
Malaysia: Kuala Lumpur KUL, Penang PEN, Kuching KCH
Philippines: Manila MNL, Cebu CEB, Davao DVO
Singapore: Singapore SIN
Taiwan: Taipei TPE, Kaohsiung KHH
Nepal: Kathmandu KTM
Pakistan: Karachi KHI, Lahore LHE
Sri Lanka: Colombo CMB
Kazakhstan: Almaty ALA, Astana NQZ
United Arab Emirates: Dubai DXB, Abu Dhabi AUH
Qatar: Doha DOH
Oman: Muscat MCT
Kuwait: Kuwait City KWI
Saudi Arabia: Riyadh RUH, Jeddah JED
Israel: Tel Aviv TLV
Jordan: Amman AMM
Lebanon: Beirut BEY
Turkey: Istanbul IST, Ankara ESB, Izmir ADB, Antalya AYT
Georgia: Tbilisi TBS
Armenia: Yerevan EVN
Azerbaijan: Baku GYD
Germany: Berlin BER, Munich MUC, Frankfurt FRA, Hamburg HAM, Cologne CGN, Stuttgart STR,
 Leipzig LEJ, Dresden DRS, Bremen BRE, Hannover HAJ, Nuremberg NUE, Dortmund DTM
France: Paris CDG, Lyon LYS, Nice NCE, Marseille MRS, Toulouse TLS, Bordeaux BOD, Nantes NTE,
 Lille LIL, Strasbourg SXB
United Kingdom: London LHR, Manchester MAN, Edinburgh EDI, Glasgow GLA, Bristol BRS, Leeds LBA,
 Liverpool LPL, Belfast BFS, Cardiff CWL, Aberdeen ABZ
Ireland: Dublin DUB, Cork ORK, Shannon SNN
Spain: Madrid MAD, Barcelona BCN, Valencia VLC, Seville SVQ, Malaga AGP, Bilbao BIO, Ibiza IBZ
Portugal: Lisbon LIS, Porto OPO, Faro FAO, Funchal FNC
Italy: Rome FCO, Milan MXP, Venice VCE, Naples NAP, Turin TRN, Bologna BLQ, Pisa PSA, Palermo PMO,
 Verona VRN, Genoa GOA
Netherlands: Amsterdam AMS, Eindhoven EIN, Rotterdam RTM
Belgium: Brussels BRU, Antwerp ANR
Luxembourg: Luxembourg LUX
Switzerland: Zurich ZRH, Geneva GVA, Basel BSL
Austria: Vienna VIE, Salzburg SZG, Graz GRZ, Innsbruck INN, Linz LNZ
Poland: Warsaw WAW, Krakow KRK, Gdansk GDN, Poznan POZ, Wroclaw WRO
Czechia: Prague PRG, Brno BRQ
Hungary: Budapest BUD
Slovakia: Kosice KSC
Slovenia: Ljubljana LJU
Croatia: Zagreb ZAG, Split SPU, Dubrovnik DBV
Serbia: Belgrade BEG
Romania: Bucharest OTP, Cluj CLJ
Bulgaria: Sofia SOF, Varna VAR
Greece: Athens ATH, Heraklion HER, Rhodes RHO
Cyprus: Larnaca LCA
Malta: Valletta MLA
Norway: Oslo OSL, Bergen BGO, Trondheim TRD, Stavanger SVG, Tromso TOS
Sweden: Stockholm ARN, Gothenburg GOT, Malmo MMX, Lulea LLA
Denmark: Copenhagen CPH, Aarhus AAR, Billund BLL
Finland: Helsinki HEL, Tampere TMP, Turku TKU, Oulu OUL
Iceland: Reykjavik KEF
Estonia: Tallinn TLL
Latvia: Riga RIX
Lithuania: Vilnius VNO, Kaunas KUN
United States: New York JFK, Boston BOS, Chicago ORD, Seattle SEA, Denver DEN, Dallas DFW,
 Houston IAH, Atlanta ATL, Miami MIA, Orlando MCO, Phoenix PHX, Las Vegas LAS, Portland PDX,
 San Diego SAN, Honolulu HNL, Detroit DTW, Austin AUS, Nashville BNA, Los Angeles LAX,
 San Francisco SFO, Memphis MEM, Tampa TPA
Canada: Toronto YYZ, Montreal YUL, Vancouver YVR, Calgary YYC, Ottawa YOW, Halifax YHZ,
 Winnipeg YWG, Edmonton YEG
Mexico: Mexico City MEX, Cancun CUN, Guadalajara GDL, Monterrey MTY
Brazil: Sao Paulo GRU, Salvador SSA, Recife REC, Brasilia BSB, Fortaleza FOR, Curitiba CWB
Argentina: Buenos Aires EZE, Cordoba COR, Mendoza MDZ
Chile: Santiago SCL
Peru: Lima LIM, Cusco CUZ
Colombia: Bogota BOG, Medellin MDE, Cali CLO
Ecuador: Quito UIO
Uruguay: Montevideo MVD
Panama: Panama City PTY
Cuba: Havana HAV
Egypt: Cairo CAI, Luxor LXR, Aswan ASW
Morocco: Casablanca CMN, Marrakesh RAK, Fez FEZ, Tangier TNG
Tunisia: Tunis TUN
Algeria: Algiers ALG
Kenya: Nairobi NBO, Mombasa MBA
Ethiopia: Addis Ababa ADD
Ghana: Accra ACC
Nigeria: Lagos LOS, Abuja ABV
Senegal: Dakar DSS
South Africa: Cape Town CPT, Durban DUR
Rwanda: Kigali KGL
Australia: Sydney SYD, Melbourne MEL, Brisbane BNE, Perth PER, Adelaide ADL, Cairns CNS,
 Darwin DRW, Hobart HBA
New Zealand: Auckland AKL, Wellington WLG, Christchurch CHC, Queenstown ZQN
"""


def _read() -> tuple[City, ...]:
    found = []
    for line in _ROWS.replace(",\n ", ", ").strip().splitlines():
        country, _, places = line.partition(": ")
        for place in places.split(", "):
            name, _, code = place.strip().rpartition(" ")
            found.append(City(name, code, country))
    return tuple(found)


CITIES = _read()


def part(value: str) -> int:
    """A number that hangs on the letters and digits of `value` alone, the same on every machine."""
    return zlib.crc32("".join(filter(str.isalnum, value)).upper().encode())


def held_city(name: str) -> bool:
    """Whether training never shows this city: a fifth of all."""
    return part(name) % 5 == 3


def held_number(number: str) -> bool:
    """Whether training never shows this flight or parcel number: half of all."""
    return part(number) % 2 == 1
