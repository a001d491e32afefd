"""The wiring as docs/readers.md and docs/panel.md have it; tests hold it against the drivers' numbers."""
# ruff: noqa: RUF001 - Persian's own letters and digits

from typing import Final

from image.drawings.wiring import Bridge, Device, Sheet, Wire

RC522: Final = Sheet(
    "wiring-rc522.svg",
    "RC522 card reader (SPI)",
    "کارت‌خوان RC522",
    (
        Device(
            "RC522 module",
            "ماژول RC522",
            (
                Wire("SDA (SS)", 24, "blue"),
                Wire("SCK", 23, "green"),
                Wire("MOSI", 19, "purple"),
                Wire("MISO", 21, "brown"),
                Wire("GND", 20, "black"),
                Wire("RST", 22, "grey"),
                Wire("3.3V", 17, "red"),
            ),
        ),
    ),
    (
        (
            "3.3 V only: 5 V destroys the module. IRQ stays open. Keep the wires short.",
            "فقط ۳٫۳ ولت: با ۵ ولت ماژول می‌سوزد. پایهٔ IRQ آزاد می‌ماند. سیم‌ها کوتاه باشند.",
        ),
        ("In kiosk.toml:  rc522://spi0.0", "در kiosk.toml: \u2066rc522://spi0.0\u2069"),
    ),
)

SERIAL: Final = Sheet(
    "wiring-rdm6300.svg",
    "RDM6300 / ID-12 card reader (serial)",
    "کارت‌خوان RDM6300 یا ID-12",
    (
        Device(
            "RDM6300, or ID-12 and its kin",
            "RDM6300 یا ID-12",
            (
                Wire("5V", 2, "red"),
                Wire("TX (ID-12: D0)", 10, "green", "1 kΩ"),
                Wire("GND", 6, "black"),
            ),
            (Bridge(1, 2, "2 kΩ"),),
        ),
    ),
    (
        (
            "TX may have 5 V and the Pi's pin takes 3.3 V: never without both resistors.",
            "پایهٔ TX شاید ۵ ولت بدهد و پایهٔ Pi تنها ۳٫۳ ولت می‌پذیرد: هرگز بدون هر دو مقاومت.",
        ),
        ("In kiosk.toml:  em4100:///dev/ttyS1", "در kiosk.toml: \u2066em4100:///dev/ttyS1\u2069"),
    ),
)

PANEL: Final = Sheet(
    "wiring-panel.svg",
    "Lamp, buzzer, switch, sensor, buttons",
    "چراغ، بوق، کلید بدنه، حسگر، دکمه‌ها",
    (
        Device(
            "Lamp, common cathode",
            "چراغ با کاتد مشترک",
            (
                Wire("red", 13, "red", "330 Ω"),
                Wire("green", 11, "green", "330 Ω"),
                Wire("blue", 18, "blue", "330 Ω"),
                Wire("cathode", 14, "black"),
            ),
        ),
        Device(
            "Buzzer, active, 8 mA at most",
            "بوق، حداکثر ۸ میلی‌آمپر",
            (Wire("+", 15, "purple"), Wire("–", 9, "black")),
        ),
        Device(
            "Case switch: shut while closed",
            "کلید بدنه: وقتی بسته است وصل",
            (Wire("one end", 16, "brown", "1 kΩ"), Wire("the other", 25, "black")),
        ),
        Device(
            "Presence (PIR), output 3.3 V",
            "حسگر حضور، خروجی ۳٫۳ ولت",
            (Wire("VCC", 4, "red"), Wire("OUT", 12, "green"), Wire("GND", 34, "black")),
        ),
        Device(
            "Buttons, one to five",
            "دکمه‌ها، یک تا پنج",
            (
                Wire("button 1", 29, "blue", "1 kΩ"),
                Wire("button 2", 31, "green", "1 kΩ"),
                Wire("button 3", 33, "purple", "1 kΩ"),
                Wire("button 4", 35, "brown", "1 kΩ"),
                Wire("button 5", 37, "grey", "1 kΩ"),
                Wire("all of them", 39, "black"),
            ),
        ),
    ),
    (
        (
            "Wire only what panel names. A louder buzzer goes through a transistor, 1 kΩ at its base.",
            "فقط آنچه در panel نام برده شده. بوق پرمصرف‌تر از راه ترانزیستور، با ۱ کیلواهم روی بیس.",
        ),
    ),
)

SHEETS: Final = (RC522, SERIAL, PANEL)
