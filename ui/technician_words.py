"""Every word of the technician's screen and its keypad, in both languages."""
# ruff: noqa: E501, RUF001 - sentences on one line each; Persian's own letters

from dataclasses import dataclass

from kiosk.views import CheckName, Condition, Says, TechnicianPage
from mqtt.vocabulary import Language


@dataclass(frozen=True, slots=True)
class TechnicianWords:
    """One language's words; `{}` takes a value that is already in the language's way.

    `says` tells how a line stands; `advice` what to do about one that is not good, where the view does
    not say.
    """

    pin: str
    pin_why: str
    pin_wrong: str
    pin_tries: str
    pin_locked: str
    pin_checking: str
    cancel: str
    enter: str
    erase: str
    title: str
    done: str
    back: str
    all_good: str
    wrong: str
    looking: str
    read_only: str
    pages: dict[TechnicianPage, str]
    panel_why: str
    touch_why: str
    touch_done: str
    ticket_title: str
    ticket_why: str
    restart_ask: str
    restart_why: str
    restart: str
    states: dict[Condition, str]
    checks: dict[CheckName, str]
    says: dict[Says, str]
    advice: dict[Says, str]
    patterns: dict[str, str]
    units: dict[str, str]


WORDS: dict[Language, TechnicianWords] = {
    "fa": TechnicianWords(
        pin="رمز تکنسین",
        pin_why="رمز را وارد و تأیید کنید.",
        pin_wrong="رمز درست نبود.",
        pin_tries="رمز درست نبود؛ {} بار دیگر می‌توانید امتحان کنید.",
        pin_locked="رمز چند بار نادرست بود. {} دیگر دوباره امتحان کنید.",
        pin_checking="در حال بررسی…",
        cancel="انصراف",
        enter="تأیید",
        erase="پاک کردن",
        title="صفحهٔ فنی",
        done="خروج",
        back="بازگشت",
        all_good="همه چیز درست است",
        wrong="{} خطا، {} هشدار",
        looking="در حال بررسی…",
        read_only="فقط برای دیدن",
        pages={
            "checks": "وضعیت",
            "panel": "چراغ و بوق",
            "touch": "آزمون لمس",
            "ticket": "برگهٔ سلامت",
            "restart": "راه‌اندازی",
        },
        panel_why="روی هر نام بزنید؛ چراغ و بوق همان را نشان می‌دهند.",
        touch_why="انگشت را روی همهٔ خانه‌ها بکشید. مانده: {}",
        touch_done="همهٔ خانه‌ها لمس را فهمیدند.",
        ticket_title="برگهٔ سلامت",
        ticket_why="با دوربین هر تلفنی خوانده می‌شود، بدون برنامه و بدون اینترنت. نام و شمارهٔ هیچ‌کس در آن نیست.",
        restart_ask="کیوسک دوباره راه‌اندازی شود؟",
        restart_why="صفحه چند ثانیه خاموش می‌شود. آنچه ثبت شده می‌ماند.",
        restart="راه‌اندازی دوباره",
        states={"good": "درست", "warning": "هشدار", "bad": "خطا"},
        checks={
            "technician": "تکنسین",
            "reader": "کارت‌خوان",
            "panel": "چراغ و بوق",
            "network": "شبکه",
            "broker": "سرور باشگاه",
            "queue": "صف ارسال",
            "disk": "حافظه",
            "journal": "دفتر رویدادها",
            "clock": "ساعت",
            "temperature": "دما",
            "power": "برق",
            "software": "نرم‌افزار",
            "image": "سیستم‌عامل",
            "catalogue": "کاتالوگ",
            "members": "اعضا",
        },
        says={
            "nobody-set-up": "هنوز کارتی ثبت نشده است",
            "reader-up": "{}: آماده",
            "reader-tapped": "{}: آخرین کارت {} پیش",
            "reader-starting": "{}: هنوز پاسخی نداده است",
            "reader-down": "{}: قطع ({})",
            "no-readers": "هیچ کارت‌خوانی تعریف نشده است",
            "panel-wired": "وصل است",
            "panel-mock": "شبیه‌سازی؛ پایه‌ای وصل نیست",
            "panel-lost": "در دسترس نیست",
            "routed": "وصل از راه {}",
            "no-route": "{} وصل است ولی مسیر ندارد",
            "no-link": "هیچ کابل یا وای‌فای وصل نیست",
            "heard": "{} پیش پاسخ داد",
            "heard-late": "{} است که خبری نیست",
            "not-heard": "ارتباط برقرار نیست",
            "queue-empty": "خالی",
            "queue-waits": "{} رویداد، قدیمی‌ترین {}",
            "queue-stuck": "{} رویداد مانده، قدیمی‌ترین {}",
            "disk-free": "{} آزاد",
            "disk-low": "فقط {} آزاد",
            "disk-full": "پر؛ فقط {} آزاد",
            "journal-takes": "می‌نویسد، {}",
            "journal-refuses": "نمی‌نویسد، {}",
            "clock-set": "{}، تنظیم از شبکه",
            "clock-moved": "{}، تنظیم از شبکه؛ {} جابه‌جا شد",
            "clock-unsure": "{}، هنوز از شبکه تنظیم نشده",
            "clock-wrong": "{}، نادرست",
            "cool": "{}",
            "warm": "{}، گرم",
            "hot": "{}، داغ",
            "power-enough": "کافی",
            "power-low": "ولتاژ کم است",
            "running": "باشگاه {}، Python {}، Kivy {}",
            "image-is": "{}",
            "catalogue-is": "نسخهٔ {}",
            "catalogue-built-in": "نسخهٔ همراه برنامه",
            "members-are": "نسخهٔ {}",
        },
        advice={
            "nobody-set-up": "دستورهای python -m kiosk card و python -m kiosk pin را اجرا کنید و هر دو خط را در بخش technician فایل kiosk.toml بگذارید.",
            "reader-starting": "چند ثانیه صبر کنید؛ اگر همین ماند کیوسک را دوباره راه‌اندازی کنید.",
            "no-readers": "نشانی کارت‌خوان را در readers فایل kiosk.toml بنویسید.",
            "panel-lost": "گزارش کیوسک را بخوانید؛ سیم‌ها و panel در kiosk.toml را با راهنمای panel مقایسه کنید.",
            "no-route": "مودم یا سوییچ را بررسی کنید؛ به این دستگاه نشانی شبکه نمی‌دهد.",
            "no-link": "کابل شبکه را در دو سر محکم کنید یا وای‌فای را دوباره وصل کنید.",
            "heard-late": "یک دقیقه صبر کنید؛ اگر ماند، اینترنت فروشگاه را بررسی کنید. کارت‌ها همچنان خوانده می‌شوند.",
            "not-heard": "شبکه و broker در kiosk.toml را بررسی کنید. رویدادها می‌مانند و بعداً فرستاده می‌شوند.",
            "queue-stuck": "شبکه و سرور را بررسی کنید؛ چیزی گم نمی‌شود، ولی دفتر مرکزی هنوز خبر ندارد.",
            "disk-low": "پرونده‌های اضافی را از پوشهٔ data پاک کنید.",
            "disk-full": "همین حالا در پوشهٔ data جا باز کنید؛ تا آن وقت پرسشی نشان داده نمی‌شود.",
            "journal-refuses": "جای خالی و سلامت کارت حافظه را بررسی کنید و کیوسک را دوباره راه‌اندازی کنید.",
            "clock-unsure": "شبکه را بررسی کنید تا ساعت از اینترنت تنظیم شود؛ زمان رویدادها بعداً اصلاح می‌شود.",
            "clock-wrong": "شبکه را وصل کنید یا ساعت را دستی تنظیم کنید؛ باتری ساعت شاید خالی باشد.",
            "warm": "دریچه‌های هوا را باز و کیوسک را از آفتاب دور کنید.",
            "hot": "کیوسک را خاموش کنید تا خنک شود؛ پنکه و دریچه‌های هوا را بررسی کنید.",
            "power-low": "منبع تغذیهٔ اصلی ۵ ولت و کابل کوتاه به کار ببرید؛ برق کم حافظه را خراب می‌کند.",
        },
        patterns={
            "welcome": "خوش‌آمد",
            "thanks": "سپاس",
            "offline": "بدون اتصال",
            "refused": "کارت رد شد",
            "payment-card": "کارت بانکی",
            "identify": "کدام کیوسک",
            "alarm": "هشدار",
        },
        units={
            "second": "{} ثانیه",
            "minute": "{} دقیقه",
            "hour": "{} ساعت",
            "day": "{} روز",
            "KiB": "{} کیلوبایت",
            "MiB": "{} مگابایت",
            "GiB": "{} گیگابایت",
            "degrees": "{} درجه",
        },
    ),
    "en": TechnicianWords(
        pin="Technician's PIN",
        pin_why="Type the PIN, then OK.",
        pin_wrong="That was not the PIN.",
        pin_tries="That was not the PIN. Tries left: {}",
        pin_locked="Too many wrong PINs. Try again in {}.",
        pin_checking="Checking…",
        cancel="Cancel",
        enter="OK",
        erase="Erase",
        title="Technician",
        done="Leave",
        back="Back",
        all_good="Everything is fine",
        wrong="Errors: {}, warnings: {}",
        looking="Looking…",
        read_only="to read only",
        pages={
            "checks": "Status",
            "panel": "Lamp, buzzer",
            "touch": "Touch test",
            "ticket": "Health ticket",
            "restart": "Restart",
        },
        panel_why="Touch a name: lamp and buzzer play it.",
        touch_why="Draw over every square. Left: {}",
        touch_done="Every square felt the finger.",
        ticket_title="Health ticket",
        ticket_why="Any phone's camera reads it, without an app and without a network. Nobody's name or number is in it.",
        restart_ask="Restart the kiosk?",
        restart_why="The screen goes dark for some seconds. What was kept stays.",
        restart="Restart",
        states={"good": "good", "warning": "warning", "bad": "error"},
        checks={
            "technician": "Technician",
            "reader": "Card reader",
            "panel": "Lamp, buzzer",
            "network": "Network",
            "broker": "Club's server",
            "queue": "Waiting to be sent",
            "disk": "Disk",
            "journal": "Journal",
            "clock": "Clock",
            "temperature": "Temperature",
            "power": "Power supply",
            "software": "Software",
            "image": "System",
            "catalogue": "Catalogue",
            "members": "Members",
        },
        says={
            "nobody-set-up": "no card is set up yet",
            "reader-up": "{}: ready",
            "reader-tapped": "{}: last card {} ago",
            "reader-starting": "{}: has not answered yet",
            "reader-down": "{}: down ({})",
            "no-readers": "none is named",
            "panel-wired": "wired",
            "panel-mock": "simulated, no pin is wired",
            "panel-lost": "cannot be had",
            "routed": "through {}",
            "no-route": "{} has a link but no route",
            "no-link": "no cable and no Wi-Fi",
            "heard": "answered {} ago",
            "heard-late": "silent for {}",
            "not-heard": "no connection",
            "queue-empty": "nothing",
            "queue-waits": "events: {}, the oldest {}",
            "queue-stuck": "events: {}, the oldest {}",
            "disk-free": "{} free",
            "disk-low": "only {} free",
            "disk-full": "full: only {} free",
            "journal-takes": "writes, {}",
            "journal-refuses": "does not write, {}",
            "clock-set": "{}, set by the network",
            "clock-moved": "{}, set by the network; moved by {}",
            "clock-unsure": "{}, not set by the network",
            "clock-wrong": "{}, which is wrong",
            "cool": "{}",
            "warm": "{}, warm",
            "hot": "{}, hot",
            "power-enough": "enough",
            "power-low": "the voltage is low",
            "running": "Bashgah {}, Python {}, Kivy {}",
            "image-is": "{}",
            "catalogue-is": "version {}",
            "catalogue-built-in": "the built-in one",
            "members-are": "version {}",
        },
        advice={
            "nobody-set-up": "Run python -m kiosk card and python -m kiosk pin, and put both lines into [technician] of kiosk.toml.",
            "reader-starting": "Wait some seconds; if it stays so, restart the kiosk.",
            "no-readers": "Write the reader's address into readers of kiosk.toml.",
            "panel-lost": "Read the kiosk's log; compare the wires and panel in kiosk.toml with the panel's guide.",
            "no-route": "Look at the router or switch: it gives this machine no address.",
            "no-link": "Push the network cable home at both ends, or join the Wi-Fi again.",
            "heard-late": "Wait a minute; then look at the shop's Internet. Cards are read all the same.",
            "not-heard": "Check the network, and broker in kiosk.toml. Events are kept and sent later.",
            "queue-stuck": "Check network and server. Nothing is lost, but head office does not know it yet.",
            "disk-low": "Remove what is not needed from the data folder.",
            "disk-full": "Make room in the data folder now; until then no question is asked.",
            "journal-refuses": "Check the free space and the memory card, then restart the kiosk.",
            "clock-unsure": "Check the network, which sets the clock; the events' times are put right later.",
            "clock-wrong": "Connect the network or set the clock by hand; its battery may be empty.",
            "warm": "Clear the air vents and keep the kiosk out of the sun.",
            "hot": "Switch the kiosk off to cool down; check its fan and air vents.",
            "power-low": "Use the original 5 V supply and a short cable: low voltage spoils the memory card.",
        },
        patterns={
            "welcome": "Welcome",
            "thanks": "Thanks",
            "offline": "Offline",
            "refused": "Card refused",
            "payment-card": "Payment card",
            "identify": "Which kiosk",
            "alarm": "Alarm",
        },
        units={
            "second": "{} s",
            "minute": "{} min",
            "hour": "{} h",
            "day": "{} days",
            "KiB": "{} KB",
            "MiB": "{} MB",
            "GiB": "{} GB",
            "degrees": "{} °C",
        },
    ),
}
"""Sentences that are too long for one line of a screen take two."""
