"""The posts by country, for numbers of the Universal Postal Union (its standard S10)."""

from __future__ import annotations

_WRITTEN = """
AE Emirates Post|AL Albanian Post|AM Haypost|AR Correo Argentino|AT Austrian Post
AU Australia Post|AZ Azerpost|BA BH Post|BD Bangladesh Post|BE bpost|BG Bulgarian Posts
BH Bahrain Post|BN Brunei Post|BO Correos de Bolivia|BR Correios|BW BotswanaPost|BY Belpost
CA Canada Post|CH Swiss Post|CL Correos de Chile|CM Campost|CN China Post|CO 4-72
CR Correos de Costa Rica|CU Correos de Cuba|CY Cyprus Post|CZ Czech Post|DE Deutsche Post
DK PostNord Denmark|DO Inposdom|DZ Algeria Post|EC Correos del Ecuador|EE Omniva|EG Egypt Post
ES Correos|ET Ethiopian Post|FI Posti|FJ Post Fiji|FO Posta|FR La Poste|GB Royal Mail
GE Georgian Post|GH Ghana Post|GI Royal Gibraltar Post|GR Hellenic Post|GT Correos de Guatemala
HK Hongkong Post|HN Honducor|HR Croatian Post|HU Magyar Posta|ID Pos Indonesia|IE An Post
IL Israel Post|IN India Post|IQ Iraqi Post|IR Iran Post|IS Iceland Post|IT Poste Italiane
JM Jamaica Post|JO Jordan Post|JP Japan Post|KE Posta Kenya|KG Kyrgyz Post|KH Cambodia Post
KR Korea Post|KW Kuwait Post|KZ Kazpost|LA Lao Post|LB LibanPost|LI Liechtenstein Post
LK Sri Lanka Post|LT Lithuania Post|LU Post Luxembourg|LV Latvia Post|MA Poste Maroc|MC La Poste
MD Posta Moldovei|ME Posta Crne Gore|MG Paoma|MK Macedonian Post|MM Myanmar Post
MN Mongol Post|MO Macao Post|MT MaltaPost|MU Mauritius Post|MV Maldives Post|MX Correos de Mexico
MY Pos Malaysia|MZ Correios de Mocambique|NA NamPost|NG Nigerian Post|NL PostNL
NO Posten Norway|NP Nepal Post|NZ New Zealand Post|OM Oman Post|PA Correos de Panama|PE Serpost
PG Post PNG|PH PHLPost|PK Pakistan Post|PL Poczta Polska|PT CTT|PY Correo Paraguayo
QA Qatar Post|RO Romanian Post|RS Post of Serbia|RU Russian Post|RW Iposita|SA Saudi Post
SC Seychelles Post|SE PostNord Sweden|SG Singapore Post|SI Posta Slovenije|SK Slovak Post
SN La Poste Senegal|SV Correos de El Salvador|TH Thailand Post|TN Tunisian Post|TR PTT
TT TTPost|TW Chunghwa Post|TZ Tanzania Posts|UA Ukrposhta|UG Posta Uganda|US USPS
UY Correo Uruguayo|UZ Uzbekistan Post|VE Ipostel|VN Vietnam Post|XK Post of Kosovo|YE Yemen Post
ZA South African Post|ZM Zampost|ZW Zimpost
"""

POSTS: dict[str, str] = {
    entry[:2]: entry[3:] for line in _WRITTEN.split("\n") for entry in line.split("|") if entry
}


def post_of(country: str) -> str:
    """The post of a country, by its two letters in capitals."""
    return POSTS.get(country, f"post of {country}")
