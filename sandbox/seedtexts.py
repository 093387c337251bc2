"""The words of the seeded conversations: of a shop for the home, in the page's three languages."""

from __future__ import annotations

TARAS, IRYNA = "taras_bond", "iryna_melnyk"
MARKO = "marko_savchuk"
SELLERS = {MARKO}  # of the second department
CUSTOMER, PICTURE = "customer", "picture"

Line = tuple[str, str]

CUSTOMERS = {
    "uk": (
        ("Оксана", "Гриценко", "oksana_hrytsenko"),
        ("Михайло", "Ткачук", "m_tkachuk"),
        ("Марія", "Бойко", "maria_boiko"),
        ("Дмитро", "Поліщук", "d_polishchuk"),
        ("Софія", "Мороз", "sofiia_moroz"),
    ),
    "ru": (
        ("Оксана", "Гриценко", "oksana_hrytsenko"),
        ("Михаил", "Ткачук", "m_tkachuk"),
        ("Мария", "Бойко", "maria_boiko"),
        ("Дмитрий", "Полищук", "d_polishchuk"),
        ("София", "Мороз", "sofiia_moroz"),
    ),
    "en": (
        ("Oksana", "Hrytsenko", "oksana_hrytsenko"),
        ("Mykhailo", "Tkachuk", "m_tkachuk"),
        ("Maria", "Boiko", "maria_boiko"),
        ("Dmytro", "Polishchuk", "d_polishchuk"),
        ("Sofiia", "Moroz", "sofiia_moroz"),
    ),
}

WELCOME = {
    "uk": (
        "👋 <b>Це пісочниця Topicdesk.</b>\n\n"
        "Ліворуч телефон клієнта, тут група операторів. Усе справжнє, крім Telegram: кожне "
        "звернення стає темою, і відповідь із теми йде клієнтові.\n\n"
        "Слова, що починаються з //, лишаються нотаткою для колег; /help показує команди. Кілька "
        "звернень і другий відділ тут уже є; зіпсувати щось тут не вдасться."
    ),
    "ru": (
        "👋 <b>Это песочница Topicdesk.</b>\n\n"
        "Слева телефон клиента, здесь группа операторов. Всё настоящее, кроме Telegram: каждое "
        "обращение становится темой, и ответ из темы уходит клиенту.\n\n"
        "Слова, которые начинаются с //, остаются заметкой для коллег; /help показывает команды. "
        "Несколько обращений и второй отдел здесь уже есть; испортить здесь ничего не получится."
    ),
    "en": (
        "👋 <b>This is the Topicdesk sandbox.</b>\n\n"
        "On the left is a customer’s phone, here is the operators’ group. Everything is real but "
        "Telegram: each request becomes a topic, and what you answer in it goes to the customer."
        "\n\nWords that begin with // stay a note among colleagues; /help lists the commands. "
        "A few requests and a second department are here already; nothing can be broken."
    ),
}

CONVERSATIONS: dict[str, tuple[tuple[Line, ...], ...]] = {
    "uk": (
        (
            (CUSTOMER, "Добрий день! Чайник «Ранок» є зеленого кольору?"),
            (TARAS, "Вітаю! Так, на складі є два. Відкласти один для вас?"),
            (CUSTOMER, "Так, будь ласка. Заберу сьогодні після шостої"),
            (TARAS, "Відклали до 20:00 у магазині на Саксаганського, 14. Гарного вечора!"),
            (TARAS, "/resolve"),
        ),
        (
            (CUSTOMER, "Вітаю. Привезли шафу, а дверцят у коробках немає. Замовлення 48213"),
            (IRYNA, "/take"),
            (IRYNA, "/tag доставка"),
            (IRYNA, "Перепрошую за клопіт! Уже з’ясовую на складі, напишу до обіду."),
            (CUSTOMER, "Дякую, чекаю. Складати без них не беруся 🙂"),
            (IRYNA, "// склад: дверцята поїхали окремою посилкою, номер буде о 12:00"),
        ),
        ((PICTURE, "Лампа приїхала з тріщиною на плафоні. Чи можна її замінити?"),),
        (
            (CUSTOMER, "Добрий день! Потрібно 40 однакових ламп у готель. Чи є гуртова ціна?"),
            (TARAS, "Вітаю! Передаю вас колегам із продажів, вони порахують."),
            (TARAS, "/move продажі"),
            (MARKO, "/take"),
            (MARKO, "/tag гурт"),
            (MARKO, "Добрий день, це Марко. На 40 штук знижка 15 %, кошторис надішлю за годину."),
        ),
        (
            (CUSTOMER, "Кур’єр не приїхав уже вдруге. Поверніть, будь ласка, гроші"),
            (IRYNA, "/take"),
            (IRYNA, "/priority urgent"),
        ),
    ),
    "ru": (
        (
            (CUSTOMER, "Добрый день! Чайник «Утро» есть зелёного цвета?"),
            (TARAS, "Здравствуйте! Да, на складе есть два. Отложить один для вас?"),
            (CUSTOMER, "Да, пожалуйста. Заберу сегодня после шести"),
            (TARAS, "Отложили до 20:00 в магазине на Саксаганского, 14. Хорошего вечера!"),
            (TARAS, "/resolve"),
        ),
        (
            (CUSTOMER, "Здравствуйте. Привезли шкаф, а дверец в коробках нет. Заказ 48213"),
            (IRYNA, "/take"),
            (IRYNA, "/tag доставка"),
            (IRYNA, "Извините за хлопоты! Уже выясняю на складе, напишу до обеда."),
            (CUSTOMER, "Спасибо, жду. Собирать без них не берусь 🙂"),
            (IRYNA, "// склад: дверцы уехали отдельной посылкой, номер будет в 12:00"),
        ),
        ((PICTURE, "Лампа приехала с трещиной на плафоне. Можно ли её заменить?"),),
        (
            (CUSTOMER, "Добрый день! Нужно 40 одинаковых ламп в гостиницу. Есть оптовая цена?"),
            (TARAS, "Здравствуйте! Передаю вас коллегам из продаж, они посчитают."),
            (TARAS, "/move продажі"),
            (MARKO, "/take"),
            (MARKO, "/tag опт"),
            (MARKO, "Добрый день, это Марко. На 40 штук скидка 15 %, смету пришлю через час."),
        ),
        (
            (CUSTOMER, "Курьер не приехал уже второй раз. Верните, пожалуйста, деньги"),
            (IRYNA, "/take"),
            (IRYNA, "/priority urgent"),
        ),
    ),
    "en": (
        (
            (CUSTOMER, "Hello! Do you have the “Ranok” kettle in green?"),
            (TARAS, "Hello! Yes, there are two in stock. Shall I put one aside for you?"),
            (CUSTOMER, "Yes, please. I will pick it up today after six"),
            (TARAS, "It is waiting for you until 20:00 at 14 Saksahanskoho Street. Good evening!"),
            (TARAS, "/resolve"),
        ),
        (
            (
                CUSTOMER,
                "Hi. The wardrobe came, but there are no doors in the boxes. Order 48213",
            ),
            (IRYNA, "/take"),
            (IRYNA, "/tag delivery"),
            (IRYNA, "Sorry for the trouble! I am asking the warehouse and will write before noon."),
            (CUSTOMER, "Thank you, I will wait. I would rather not build it without them 🙂"),
            (IRYNA, "// warehouse: the doors went as a parcel of their own, number at 12:00"),
        ),
        ((PICTURE, "The lamp came with a crack in its shade. Can I have it replaced?"),),
        (
            (CUSTOMER, "Hello! We need 40 lamps of a kind for a hotel. Is there a trade price?"),
            (TARAS, "Hello! I am passing you on to our sales team, who will work it out."),
            (TARAS, "/move продажі"),
            (MARKO, "/take"),
            (MARKO, "/tag wholesale"),
            (MARKO, "Hello, this is Marko. 40 pieces are 15% off; the quote comes in an hour."),
        ),
        (
            (CUSTOMER, "The courier did not come for the second time. Please refund me"),
            (IRYNA, "/take"),
            (IRYNA, "/priority urgent"),
        ),
    ),
}
