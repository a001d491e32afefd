"""Common Persian names, as they are written in Persian and in English."""

Pair = tuple[str, str]


def _pairs(text: str) -> tuple[Pair, ...]:
    lines = (line.split("|") for line in text.strip().splitlines())
    return tuple((fa.strip(), en.strip()) for fa, en in lines)


GIVEN = _pairs("""
زهرا | Zahra
فاطمه | Fatemeh
مریم | Maryam
سارا | Sara
نرگس | Narges
لیلا | Leila
مینا | Mina
نگار | Negar
نازنین | Nazanin
شیرین | Shirin
پریسا | Parisa
الهام | Elham
سمیرا | Samira
مهسا | Mahsa
نسرین | Nasrin
پروین | Parvin
آزاده | Azadeh
شادی | Shadi
هانیه | Hanieh
ریحانه | Reyhaneh
ترانه | Taraneh
بهاره | Bahareh
فرزانه | Farzaneh
مژگان | Mozhgan
سپیده | Sepideh
یاسمن | Yasaman
نیلوفر | Niloufar
ستاره | Setareh
رویا | Roya
گلناز | Golnaz
محمد | Mohammad
علی | Ali
حسین | Hossein
رضا | Reza
مهدی | Mehdi
امیر | Amir
حمید | Hamid
سعید | Saeed
مسعود | Masoud
بهرام | Bahram
کامران | Kamran
آرش | Arash
بابک | Babak
سیاوش | Siavash
فرهاد | Farhad
داریوش | Dariush
کوروش | Kourosh
پیمان | Peyman
نیما | Nima
سینا | Sina
احسان | Ehsan
مجید | Majid
وحید | Vahid
جواد | Javad
ابراهیم | Ebrahim
یوسف | Yousef
شهرام | Shahram
بهنام | Behnam
امید | Omid
پویا | Pouya
""")

FAMILY = _pairs("""
احمدی | Ahmadi
محمدی | Mohammadi
حسینی | Hosseini
رضایی | Rezaei
کریمی | Karimi
موسوی | Mousavi
جعفری | Jafari
صادقی | Sadeghi
رحیمی | Rahimi
مرادی | Moradi
ابراهیمی | Ebrahimi
قاسمی | Ghasemi
اکبری | Akbari
هاشمی | Hashemi
نوری | Nouri
شریفی | Sharifi
رستمی | Rostami
سلطانی | Soltani
عباسی | Abbasi
حیدری | Heydari
نجفی | Najafi
یوسفی | Yousefi
امینی | Amini
زارعی | Zarei
قربانی | Ghorbani
کاظمی | Kazemi
باقری | Bagheri
نظری | Nazari
طاهری | Taheri
فرهادی | Farhadi
شجاعی | Shojaei
منصوری | Mansouri
بهرامی | Bahrami
خسروی | Khosravi
تهرانی | Tehrani
شیرازی | Shirazi
اصفهانی | Esfahani
تبریزی | Tabrizi
کاشانی | Kashani
یزدی | Yazdi
کرمانی | Kermani
رشتی | Rashti
همدانی | Hamedani
خراسانی | Khorasani
گیلانی | Gilani
مازندرانی | Mazandarani
پارسا | Parsa
راد | Rad
آریا | Arya
بهزادی | Behzadi
دانشور | Daneshvar
فروغی | Foroughi
گلستانی | Golestani
جهانگیری | Jahangiri
کیانی | Kiani
میرزایی | Mirzaei
نیک‌نام | Niknam
پورمند | Pourmand
صبوری | Sabouri
وکیلی | Vakili
""")
