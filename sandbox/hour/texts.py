"""The words of the busy hour, in the page's three languages: each customer's, and the answers."""

from __future__ import annotations

Lines = tuple[tuple[str, ...], ...]

# First name, last name, username; the same five people in every language.
CUSTOMERS: dict[str, Lines] = {
    "uk": (
        ("Дмитро", "Савчук", "dmytro_savchuk"),
        ("Олеся", "Кравець", "olesia_kravets"),
        ("Юрій", "Панченко", "yurii_panchenko"),
        ("Софія", "Лисенко", "sofia_lysenko"),
        ("Роман", "Гнатюк", "roman_hnatiuk"),
    ),
    "ru": (
        ("Дмитрий", "Савчук", "dmytro_savchuk"),
        ("Олеся", "Кравец", "olesia_kravets"),
        ("Юрий", "Панченко", "yurii_panchenko"),
        ("София", "Лысенко", "sofia_lysenko"),
        ("Роман", "Гнатюк", "roman_hnatiuk"),
    ),
    "en": (
        ("Dmytro", "Savchuk", "dmytro_savchuk"),
        ("Olesia", "Kravets", "olesia_kravets"),
        ("Yurii", "Panchenko", "yurii_panchenko"),
        ("Sofia", "Lysenko", "sofia_lysenko"),
        ("Roman", "Hnatiuk", "roman_hnatiuk"),
    ),
}

# Of each customer: the first words, two more, and one while the desk is away.
QUESTIONS: dict[str, Lines] = {
    "uk": (
        (
            "Добрий день! Кур’єр мав бути до другої, а його немає",
            "Можна дізнатися, де він зараз?",
            "Мені о третій треба йти",
            "Якщо не встигне, нехай лишить у сусідів, кв. 12",
        ),
        (
            "Вітаю, помилилася розміром пледа. Чи можна обміняти?",
            "Він навіть не розпакований",
            "Потрібен 200 на 220",
            "І чи можна забрати в магазині, а не доставкою?",
        ),
        (
            "Оплатив двічі! З картки зняли гроші два рази",
            "Обидва платежі о 10:41",
            "Скільки чекати на повернення?",
            "Квитанцію маю, надіслати?",
        ),
        (
            "Добрий день, чи є дитячі стільці зі спинкою?",
            "Потрібні чотири однакові",
            "А жовті є?",
            "Тоді візьму два жовтих і два білих",
        ),
        (
            "Промокод ОСІНЬ не працює, пише «недійсний»",
            "Він же до кінця місяця",
            "У кошику товарів на 2 300 грн",
            "Спробував ще раз, те саме",
        ),
    ),
    "ru": (
        (
            "Добрый день! Курьер должен был быть до двух, а его нет",
            "Можно узнать, где он сейчас?",
            "Мне в три уже уходить",
            "Если не успеет, пусть оставит у соседей, кв. 12",
        ),
        (
            "Здравствуйте, ошиблась размером пледа. Можно обменять?",
            "Он даже не распакован",
            "Нужен 200 на 220",
            "И можно забрать в магазине, а не доставкой?",
        ),
        (
            "Оплатил дважды! С карты сняли деньги два раза",
            "Оба платежа в 10:41",
            "Сколько ждать возврата?",
            "Квитанция есть, прислать?",
        ),
        (
            "Добрый день, есть детские стулья со спинкой?",
            "Нужны четыре одинаковых",
            "А жёлтые есть?",
            "Тогда возьму два жёлтых и два белых",
        ),
        (
            "Промокод ОСЕНЬ не работает, пишет «недействителен»",
            "Он же до конца месяца",
            "В корзине товаров на 2 300 грн",
            "Попробовал ещё раз, то же самое",
        ),
    ),
    "en": (
        (
            "Hello! The courier was due by two and is not here",
            "Can you find out where he is now?",
            "I have to leave at three",
            "If he is late, the neighbours in flat 12 can take it",
        ),
        (
            "Hi, I ordered the throw in the wrong size. Can I exchange it?",
            "I have not even unpacked it",
            "I need 200 by 220",
            "And may I collect it from the shop instead?",
        ),
        (
            "I was charged twice! The money left my card two times",
            "Both payments are at 10:41",
            "How long does a refund take?",
            "I have the receipt, shall I send it?",
        ),
        (
            "Hello, do you have children’s chairs with a back?",
            "I need four of the same kind",
            "Are there yellow ones?",
            "Then I will take two yellow and two white",
        ),
        (
            "The code AUTUMN does not work, it says “not valid”",
            "It should run until the end of the month",
            "There is 2,300 UAH worth in my basket",
            "I tried again and got the same",
        ),
    ),
}

# To each customer: a first answer, a second, and one while the desk is away.
ANSWERS: dict[str, Lines] = {
    "uk": (
        (
            "Вітаю! Телефоную кур’єрові, хвилинку",
            "Він за два квартали від вас",
            "Передали йому про кв. 12, дякуємо!",
        ),
        (
            "Так, звичайно, обміняємо безкоштовно",
            "200 на 220 є, відклали для вас",
            "Так, чекаємо на вас на Саксаганського, 14",
        ),
        (
            "Перепрошую! Уже перевіряю платежі",
            "Бачу обидва, один повертаємо",
            "Не потрібно, гроші будуть за 1–3 дні",
        ),
        (
            "Добрий день! Так, є, показати кольори?",
            "Жовтих лишилося два, білих багато",
            "Записали: два жовтих, два білих",
        ),
        (
            "Вітаю! Зараз подивлюся, що з кодом",
            "Знайшли помилку, виправляємо",
            "Готово, спробуйте тепер, будь ласка",
        ),
    ),
    "ru": (
        (
            "Здравствуйте! Звоню курьеру, минутку",
            "Он в двух кварталах от вас",
            "Передали ему про кв. 12, спасибо!",
        ),
        (
            "Да, конечно, обменяем бесплатно",
            "200 на 220 есть, отложили для вас",
            "Да, ждём вас на Саксаганского, 14",
        ),
        (
            "Извините! Уже проверяю платежи",
            "Вижу оба, один возвращаем",
            "Не нужно, деньги будут за 1–3 дня",
        ),
        (
            "Добрый день! Да, есть, показать цвета?",
            "Жёлтых осталось два, белых много",
            "Записали: два жёлтых, два белых",
        ),
        (
            "Здравствуйте! Сейчас посмотрю, что с кодом",
            "Нашли ошибку, исправляем",
            "Готово, попробуйте теперь, пожалуйста",
        ),
    ),
    "en": (
        (
            "Hello! I am calling the courier, one moment",
            "He is two blocks away from you",
            "I told him about flat 12, thank you!",
        ),
        (
            "Yes, of course, the exchange is free",
            "We have 200 by 220 and put one aside for you",
            "Yes, come to 14 Saksahanskoho Street",
        ),
        (
            "I am sorry! Checking the payments now",
            "I see both, one is being returned",
            "No need, the money takes one to three days",
        ),
        (
            "Hello! Yes, we do. Shall I show you the colours?",
            "Two yellow ones are left, plenty of white",
            "Noted: two yellow, two white",
        ),
        (
            "Hello! Let me see what is wrong with the code",
            "Found it, we are mending it",
            "Done, please try again now",
        ),
    ),
}
