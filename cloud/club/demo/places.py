"""Who answers for what in the generated club. Apart from its stores: what is here needs Django."""

from cloud.club.demo.shops import TROUBLED
from cloud.fleet.places import OneTouchpoint, OneUnit, Places

PLACES = Places(
    units=(
        OneUnit("sales", "فروش", "Sales"),
        OneUnit("support", "پشتیبانی", "Support"),
        OneUnit("product", "محصول", "Product"),
        OneUnit("marketing", "بازاریابی", "Marketing"),
    ),
    touchpoints=(
        OneTouchpoint("till", "sales", "صندوق", "Till"),
        OneTouchpoint("entrance", "marketing", "ورودی", "Entrance"),
        OneTouchpoint(TROUBLED, "support", "میز خدمت", "Service desk"),
    ),
    kiosks={
        "tajrish-1": "till",
        "tajrish-2": "entrance",
        "vanak-1": "till",
        "vanak-2": TROUBLED,
        "ekbatan-1": "till",
        "ekbatan-2": TROUBLED,
    },
)
