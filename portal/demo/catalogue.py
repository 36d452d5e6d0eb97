"""Who and what the demo's company deals with. Every name, address and number is invented."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ..models import LineItem, PaymentTerms
from ..uploads import Upload

COMPANY: dict[str, Any] = {
    "name": "株式会社みなと設計",
    "slug": "minato",
    "language": "ja",
    "time_zone": "Asia/Tokyo",
    "currency": "JPY",
    "email": "office@minato.example",
    "phone": "045-000-1234",
    "website": "https://minato.example",
    "postal_code": "231-0000",
    "address": "神奈川県横浜市中区海岸通0-1-2 みなとビル3階",
    "accent": "#0b6e75",
    "portal_message": "12月28日～1月4日は休業いたします。\nWe are closed December 28 – January 4.",
    "estimate_terms": "お支払い：検収月の翌月末日までに銀行振込\n修正：各図面2回まで無償",
    "invoice_notes": "恐れ入りますが、振込手数料はご負担くださいますようお願いいたします。",
    "registration_number": "T6012301234567",
    "bank_details": "みなと銀行（9999）本店（001）\n普通 0123456\nカ）ミナトセツケイ",
}
SISTER: dict[str, Any] = {
    "name": "Harbor Lane Studio",
    "slug": "harbor-lane",
    "language": "en",
    "time_zone": "America/Los_Angeles",
    "currency": "USD",
    "email": "hello@harborlane.example",
    "address": "12 Pier Street\nOakland, CA 94600\nUnited States",
}


@dataclass(frozen=True)
class Person:
    """Somebody who works in the company."""

    email: str
    name: str
    password: str  # "" for who never signs in
    language: str
    zoho_name: str  # first and last name, as the Cliq sandbox shows them

    @property
    def sandbox_account(self) -> str:
        return f"{self.email}|{self.zoho_name.replace(' ', '|')}"


ADMIN = Person("hana.sato@example.com", "Hana Sato", "demo-admin", "en", "Hana Sato")
STAFF = Person("kenji.tanaka@example.com", "田中 健二", "demo-staff", "ja", "Kenji Tanaka")
SALES = Person("aya.suzuki@example.com", "鈴木 彩", "demo-sales", "ja", "Aya Suzuki")
PARTNER = Person("emma.clark@example.com", "Emma Clark", "", "en", "Emma Clark")
PEOPLE = (ADMIN, STAFF, SALES, PARTNER)


@dataclass(frozen=True)
class Client:
    """A customer, and the people there: the first one gets the documents."""

    name: str
    contacts: list[tuple[str, str]]
    language: str = "ja"
    about: dict[str, Any] = field(default_factory=dict)


TAKAHASHI = Client(
    "株式会社髙橋商事",
    [("髙橋 美咲", "misaki@takahashi.example"), ("山﨑 陽子", "yoko@takahashi.example")],
    about={
        "payment_terms": PaymentTerms.END_OF_NEXT_MONTH,
        "postal_code": "104-0000",
        "address": "東京都中央区築地0-3-4",
        "phone": "03-0000-5678",
    },
)
YOSHINO = Client(
    "㈱𠮷野家具",
    [("𠮷野 大輔", "daisuke@yoshino.example")],
    about={"postal_code": "604-0000", "address": "京都府京都市中京区0-5"},
)
BAY = Client(
    "東京ベイ不動産株式会社",
    [("渡邉 直樹", "naoki@tokyobay.example"), ("斎藤 真由", "mayu@tokyobay.example")],
    about={"postal_code": "135-0000", "address": "東京都江東区豊洲0-1-1 ベイタワー21階"},
)
MIMOSA = Client(
    "カフェ・ミモザ",
    [("小林 さくら", "sakura@mimosa.example")],
    about={"payment_terms": PaymentTerms.ON_RECEIPT, "address": "神奈川県鎌倉市御成町0-8"},
)
AOBA = Client(
    "学校法人あおば学園",
    [("伊藤 健", "ken@aoba.example")],
    about={"payment_terms": PaymentTerms.NET_60, "address": "宮城県仙台市青葉区0-2-6"},
)
NORTHWIND = Client(
    "Northwind Robotics, Inc.",
    [("Olivia Brown", "olivia@northwind.example"), ("Daniel Kim", "daniel@northwind.example")],
    "en",
    {"currency": "USD", "country": "US", "address": "48 Mill Road\nSeattle, WA 98100"},
)
BRIGHTWATER = Client(
    "Brightwater Hotels Ltd",
    [("Amara Okafor", "amara@brightwater.example")],
    "en",
    {"currency": "USD", "country": "GB", "address": "9 Quay Lane\nBristol BS1 0AA"},
)
MUELLER = Client(
    "Müller & Söhne GmbH",
    [("Jürgen Müller", "juergen@mueller.example")],
    "en",
    {"country": "DE", "address": "Hafenstraße 0\n20457 Hamburg"},
)
OF_SALES = (TAKAHASHI.name, YOSHINO.name)  # all that she sees
CLIENTS = [TAKAHASHI, YOSHINO, BAY, MIMOSA, AOBA, NORTHWIND, BRIGHTWATER, MUELLER]
TRIPS = Upload(
    "planned trips.csv",
    "text/csv",
    b"date,place,people\n2026-11-03,Seattle,2\n2026-11-04,Seattle,2\n",
)
# Olivia Brown's, drawn with a mouse.
SIGNATURE = (
    "drawn 110,40 123,42 136,49 147,60 155,75 160,92 162,110 160,128 155,145 147,159 136,170 "
    "124,177 111,180 97,178 85,171 74,160 65,146 60,129 58,111 60,93 65,76 73,61 83,50 96,43 "
    "109,40 122,42 135,49;165,128 178,107 186,90 187,79 183,75 176,78 173,88 175,102 185,120 "
    "198,130 210,114 216,100 216,91 211,88 205,90 203,96 207,106 217,118 230,120 242,107 "
    "247,98 246,92 240,91 234,93 233,100 238,109 250,119 263,118 273,111 277,106 275,103 "
    "269,104 264,108 264,115 270,122 282,131 295,127 305,121 307,116 304,114 297,114 293,115 "
    "294,119 302,125 315,130;345,50 346,69 348,88 349,108 350,127 352,146 353,165;346,52 "
    "358,57 370,61 380,66 389,71 394,75 397,80 396,85 391,89 383,94 373,99 360,103 346,108 "
    "360,113 374,117 386,122 396,127 403,131 405,136 404,141 399,145 390,150 377,155 362,159 "
    "346,164;405,122 410,130 416,148 422,149 427,135 432,131 438,138 444,150 449,150 454,140 "
    "460,137 466,141 471,150 476,150 482,142 488,140 493,143 498,149 504,148 510,142 515,140 "
    "520,142 526,146 532,145 537,141 542,139 548,139 554,142 559,141 564,137 570,135"
)
PINE = Client("Pine & Post", [("Noah Reed", "noah@pinepost.example")], "en")

STANDARD: dict[str, Any] = {"tax_name": "消費税 10%", "tax_percent": Decimal(10)}
REDUCED: dict[str, Any] = {
    "tax_name": "消費税 8%（軽減）",
    "tax_percent": Decimal(8),
    "is_reduced_rate": True,
}
EXPORT: dict[str, Any] = {"tax_name": "Export, tax exempt", "tax_percent": Decimal(0)}
TAX_RATES = [STANDARD, REDUCED, EXPORT]


def line(
    name: str, rate: int | str, quantity: int | str = 1, unit: str = "", **about: Any
) -> LineItem:
    """A line at the standard rate, unless something else is said."""
    return LineItem(
        name=name,
        rate=Decimal(rate),
        quantity=Decimal(quantity),
        unit=unit,
        **{**STANDARD, **about},
    )


def shop_design() -> list[LineItem]:
    return [
        line("店舗内装 基本設計", 480_000, description="平面・展開・天井伏図、3案まで"),
        line("実施設計図書", 320_000),
        line("現場監理", 45_000, 6, "回", discount_percent=Decimal(10)),
    ]


def furniture() -> list[LineItem]:
    return [
        line("展示什器デザイン", 180_000, 2, "式"),
        line("試作（オーク無垢材）", 96_500),
        line("運搬・設置", "24500", "1.5", "日"),
    ]


def lobby() -> list[LineItem]:
    return [
        line("エントランスロビー改修設計", 1_250_000),
        line("照明計画", 280_000),
        line("CGパース", 60_000, 4, "枚", discount_percent=Decimal(15)),
    ]


def opening_party() -> list[LineItem]:
    return [
        line("開店記念 焼菓子セット", 1_080, 120, "箱", **REDUCED),
        line("ドリップコーヒー", 150, 240, "袋", **REDUCED),
        line("パッケージデザイン", 75_000),
        line("会場装飾", 38_000),
    ]


def library() -> list[LineItem]:
    return [
        line("図書館リニューアル 実施設計", 2_400_000, description="閲覧室・児童コーナー・書庫"),
        line("家具選定", 350_000),
    ]


def showroom() -> list[LineItem]:
    return [
        line("Showroom concept and layout", "6400.00", **EXPORT),
        line("Lighting design", "145.50", 18, "h", **EXPORT),
        line("Site visits in Seattle", "980.00", 2, "days", **EXPORT),
    ]


def guest_rooms() -> list[LineItem]:
    return [
        line("Guest room furniture, design", "850.00", 12, "rooms", **EXPORT),
        line("Material samples", "319.99", **EXPORT),
    ]


def fair_booth() -> list[LineItem]:
    return [line("Trade fair booth, Tokyo", 690_000), line("Interpreter", 8_500, 16, "h")]
