"""The words by which `tickets.sensitive` tells a secret from another number, in the languages people write to us."""

import re

CARD_WORDS = re.compile(
    r"(?i)(?:card|visa|master|maestro|amex|american express|discover|credit|debit|karte|carte|tarjeta|cart[aã]o|"
    r"carta di|kart|карт|بطاقة|بطاقه|البطاقة|فيزا|مدى|ماستر|卡|カード)[^\n]{0,25}\Z"
)
OTHER_NUMBERS = re.compile(
    r"(?i)(?:order|track|parcel|package|ship|invoice|receipt|booking|reference|ref\b|ticket|case|serial|imei|\bid\b|"
    r"phone|mobile|tel\b|fax|call|isbn|barcode|upc|bestell|sendung|rechnung|commande|colis|suivi|pedido|env[ií]o|"
    r"factura|fatura|rastre|sipariş|kargo|заказ|посылк|طلب|شحن|تتبع|طرد|فاتورة|مرجع|هاتف|جوال|رقم العملية|订单|注文)"
    r"[^\n]{0,25}\Z"
)
_WORDS = (
    "pass ?word", "pass ?phrase", "passwd", "passcode", "pwd", "pw", "passwort", "kennwort", "mot de passe", "mdp",
    "contrase[nñ]a", "clave", "senha", "palavra-passe", "password di", "wachtwoord", "hasło", "haslo", "heslo", "jelsz[oó]",
    "lösenord", "adgangskode", "passord", "salasana", "parol[aă]?", "şifrem?", "пароль", "лозинка", "סיסמה", "סיסמא",
    "و?(?:ال)?كلم[ةه] (?:ال)?(?:مرور|سر|مروري|سري)(?: الخاص[ةه] بي)?", "و?(?:ال)?باس ?وورد", "و?(?:ال)?باسورد",
    "و?الرقم السري", "و?الرمز السري", "گذرواژه", "رمز عبور", "पासवर्ड", "kata sandi", "mật khẩu",
)  # fmt: skip
_WORDS_WITHOUT_BLANKS = ("密码", "密碼", "パスワード", "비밀번호", "รหัสผ่าน")
PASSWORD_WORDS = re.compile(
    r"(?i)(?:(?<![\w/-])(?:" + "|".join(_WORDS) + r")(?!\w)|" + "|".join(_WORDS_WITHOUT_BLANKS) + r")"
    r"[ \t\u00a0]{0,3}(?:(?P<sign>[:=：])|(?:is|was|ist|lautet|est|es|é|è|este|هي|هو)(?!\w)|是|は)"
    r"[ \t\u00a0]{0,3}(?:\r?\n[ \t]{0,3})?[\"'«“„]?(?P<value>\S{4,64}+)(?!\S)"
)
# A piece of each of the words, in small letters: without one of them there is nothing to search for.
PASSWORD_ROOTS = (
    "pass", "pwd", "pw", "kennwort", "mdp", "contrase", "clave", "senha", "palavra", "wachtwoord", "hasło", "haslo", "heslo",
    "jelsz", "lösenord", "adgangskode", "salasana", "parol", "şifre", "пароль", "лозинка", "סיסמ", "كلم", "باس", "السري",
    "گذرواژه", "رمز عبور", "पासवर्ड", "sandi", "mật", "รหัสผ่าน", "密码", "密碼", "パスワード", "비밀번호",
)  # fmt: skip
KEY_ROOTS = (
    "sk_", "rk_", "akia", "asia", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "xox", "aiza", "sk-", "sg.",
    "npm_", "pypi-", "ya29.", "eyj", "key", "token", "secret", "bearer", "مفتاح", "رمز",
)  # fmt: skip
PIN_WORDS = re.compile(r"(?i)(?<![\w/-])pin[ \t]{0,3}(?:[:=]|is)[ \t]{0,3}(?P<value>\d{4})(?![\d\w])")
LINKS = re.compile(r"(?i)(?:https?://|www\.|[^\s@]{1,64}@[^\s@]{1,200}\.[a-z]{2,})|[<{\[(*]")
# What people write behind "Password:" when they mean the subject of their trouble.
NOT_A_PASSWORD = frozenset(
    """
    reset wrong forgotten forgot incorrect expired unknown missing required changed change invalid rejected lost none
    problem problems issue issues please hidden removed secret empty locked blocked failed error trouble question
    vergessen falsch abgelaufen ungültig oublié incorrecte expiré olvidada olvidado incorrecta vencida esquecida
    incorreta expirada забыл неверный نسيتها نسيت خاطئة منتهية مفقودة مطلوبة
    """.split()  # noqa: SIM905  (a list of words reads better so)
)
