"""Alice leaves words of hers wherever a customer can, and others write words about her wherever they can."""

import re
from dataclasses import dataclass
from typing import Any

from django.core import mail
from django.utils import timezone

from accounts.models import Customer, User
from accounts.telling import write_security_message
from catalog.models import Product
from customerbackend.ids import new_id
from notifications.addressing import address_messages
from notifications.models import Device
from orders.lifecycle import Actor, ActorKind
from payments.models import SandboxCard
from payments.sending_refunds import process_refunds
from tests.accounts.codes import mailed_code
from tests.admin.conftest import signed_in_as
from tests.admin.pages import form_of, page_of
from tests.clients import Answer, Api
from tests.factories import make_branch, make_product, order_body, put_in_stock
from tests.limits import at
from tests.orders.steps import advance
from tests.payments.sandbox.life import click, deliver, start

PASSWORD = "Sieben-Raben-7"
LOGIN, FIRST_EMAIL = "alice-wunderlich", "alice.erste@example.com"
EMAIL, NEXT_EMAIL = "Alice.Zweite@example.com", "alice.dritte@example.com"
NAME, FIRST_NAME = "Alice Größe-Wunderlich", "Alice Mädchenname"
PHONE, FIRST_PHONE = "+493023125012", "+493023125011"
SETTINGS = {
    "name": NAME, "phone": PHONE, "password": PASSWORD, "time_zone": "Antarctica/Troll", "telegram": "alice_im_garn",
    "messengers": ["viber"], "preferred_contact": "telegram", "preferred_payment_method": "terminal",
    "allergens": ["lupin"],
}  # fmt: skip
HOME = {
    "name": "Liebesnest", "city": "Wolkenburg", "line": "Müllerstraße \"Hof\" 13b", "postal_code": "ZQ9-Heim",
    "apartment": "Wohnung-Kolibri", "entrance": "Eingang-Falke", "floor": "Etage-Uhu", "door_code": "Tür#Sperling",
    "comment": "Der Hund heißt O'Bello & beißt", "latitude": 52.123456789, "longitude": 13.987654321,
    "is_default": True,
}  # fmt: skip
WORK = {
    "city": "Kupferstadt", "line": "Schmiedegasse 4", "postal_code": "ZQ9-Werk", "apartment": "Büro-Zeisig",
    "entrance": "Tor-Bussard", "floor": "Stock-Eule", "door_code": "Code#Amsel", "comment": "Beim Pförtner Anselm",
    "latitude": 52.192837465, "longitude": 13.192837465,
}  # fmt: skip
GUEST = {"name": "Onkel Wilhelm", "phone": "+493023125013"}
OTHER_SIGN_UP = {
    "login": "wunderkind", "email": EMAIL.lower(), "password": PASSWORD, "name": "Alice Zweitkonto",
    "phone": "+493023125014",
}  # fmt: skip
DEVICE, NETWORK = "Alices rosa Telefon", "198.51.100.0/24"
PUSHED_TO = "Alices Tablet am Herd"
ELSEWHERE = "198.51.100.77"
KEYS = [
    "schluessel-eins", "schluessel-zwei", "schluessel-drei", "schluessel-vier", "schluessel-fuenf", "schluessel-sechs",
    "schluessel-sieben",
]  # fmt: skip
CARD = {"brand": "Kranichkarte", "last4": "Ibis"}
COMMENTS = ["Bitte bei Hildegard klingeln", "Leise, Kind Balthasar schläft"]
NOTES = ["ohne Zwiebeln für Adelheid", "extra scharf für Roderich"]
CHANGED_MIND = "Oma Kunigunde kocht doch"
OPINION = "Mein Mann Theobald war entsetzt"
REASON_OF_STAFF, CORRECTION = "Frau Wunderlich rief weinend an", "Nachbar Eberhard hat es angenommen"
SAM = Actor(ActorKind.STAFF, "sam")

# What the database holds when all is planted. Erasing leaves none of it.
WORDS = [
    LOGIN, "Wunderlich", FIRST_EMAIL, EMAIL, NEXT_EMAIL, NAME, FIRST_NAME, PHONE, FIRST_PHONE, DEVICE, NETWORK,
    PUSHED_TO, *[str(value) for value in HOME.values() if value is not True], *map(str, WORK.values()),
    *GUEST.values(), "wunderkind", "Alice Zweitkonto", "+493023125014", *CARD.values(), *KEYS, *COMMENTS, *NOTES,
    CHANGED_MIND, OPINION, REASON_OF_STAFF, CORRECTION, "Antarctica/Troll", "alice_im_garn", "viber", "telegram",
    "terminal", "lupin",
]  # fmt: skip
# What must never be there as it was entered.
NEVER = [PASSWORD]


@dataclass
class Planted:
    """Alice with all that she left."""

    alice: Api
    elsewhere: Api
    soup: Product
    orders: list[dict[str, Any]]
    tokens: list[str]

    @property
    def customer(self) -> Customer:
        assert self.alice.customer is not None
        return self.alice.customer

    def erase(self) -> Answer:
        return self.alice.call("DELETE", "account", {"password": PASSWORD})


def plant() -> Planted:
    """Every word of WORDS is in the database, and no order is running."""
    soup = make_product("soup")
    put_in_stock(make_branch(postal_prefixes=("101", "ZQ9")), soup=100)
    anybody = Api()
    anybody.post("auth/sign-in", {"login": LOGIN, "password": "not-yet-There-1"})
    session = sign_up(anybody)
    alice = Api(session["access_token"], Customer.objects.get(login=LOGIN))
    early = place(alice, soup, WORK, KEYS[0])
    change_email(alice)
    assert alice.call("PATCH", "account", SETTINGS).status == 200
    address = alice.post("account/addresses", HOME)
    assert address.status == 201, address.text
    assert alice.post("account/addresses", {"city": "Kupferstadt", "line": "Schmiedegasse 5"}).status == 201
    signed_in = at(ELSEWHERE).post("auth/sign-in", {"login": EMAIL, "password": PASSWORD, "device_name": DEVICE})
    for login in (LOGIN, EMAIL.upper()):
        assert at(ELSEWHERE).post("auth/sign-in", {"login": login, "password": f"{PASSWORD}!"}).status == 401
    later = [place(alice, soup, address.json["id"], key, contact=GUEST) for key in KEYS[1:4]]
    come_to_an_end(alice, [early, *later])
    online = pay_online(alice, soup)
    on_the_way(anybody, alice)
    touch_as_staff(alice)
    link = mail.outbox[-1].body
    assert anybody.post("auth/refresh", {"refresh_token": session["refresh_token"]}).status == 200
    tokens = [*session.values(), *signed_in.json.values(), *re.findall(r"#([\w-]{20,})", str(link))]
    orders = [early, *later, *online]
    return Planted(alice, Api(signed_in.json["access_token"]), soup, orders, [t for t in tokens if len(str(t)) > 40])


def sign_up(anybody: Api) -> dict[str, Any]:
    body = {"login": LOGIN, "email": FIRST_EMAIL, "password": PASSWORD, "phone": FIRST_PHONE, "name": FIRST_NAME}
    sign_up_id = anybody.post("auth/sign-up", body).json["id"]
    return anybody.post(f"auth/sign-up/{sign_up_id}/verification", {"code": mailed_code()}).json["session"]


def change_email(alice: Api) -> None:
    assert alice.post("account/email", {"email": EMAIL}).status == 202
    assert alice.post("account/email/verification", {"code": mailed_code()}).json["email"] == EMAIL


def place(
    alice: Api, soup: Product, where: Any, key: str, *, payment_method: str = "cash", **more: Any
) -> dict[str, Any]:
    """An order of two soups by courier, to an address of hers by id or to a place."""
    to = {"address_id": where} if isinstance(where, str) else {"place": where}
    items = [{"product_id": str(soup.id), "quantity": 1, "note": note} for note in NOTES]
    delivery = {"method": "courier", **to, **more}
    said = {"comment": " / ".join(COMMENTS), "payment_method": payment_method}
    body = order_body(*items, total=2200, delivery=delivery, **said)
    answer = alice.place(body, key=key)
    assert answer.status == 201, answer.text
    return answer.json


def come_to_an_end(alice: Api, orders: list[dict[str, Any]]) -> None:
    """Delivered, with a correction; cancelled by her; cancelled by staff; not delivered."""
    delivered, cancelled, called_off, undelivered = orders
    advance(delivered, "cooking", "ready", "in_delivery", "delivered")
    advance(delivered, "in_delivery", reason=CORRECTION, actor=SAM)
    advance(delivered, "delivered")
    assert alice.call("PUT", f"orders/{delivered['id']}/rating", {"food": 1, "comment": OPINION}).status == 200
    assert alice.cancel(cancelled["id"], key=KEYS[4], reason="other", comment=CHANGED_MIND).status == 200
    advance(called_off, "cooking")
    advance(called_off, "cancelled", reason=REASON_OF_STAFF, actor=SAM)
    advance(undelivered, "cooking", "ready", "in_delivery", "undelivered")


def pay_online(alice: Api, soup: Product) -> list[dict[str, Any]]:
    """Paid with a card that she keeps, cancelled by staff and given back; and one that she cancelled when she was to
    pay it by its code, of which the provider has not been told yet.
    """
    click(alice.post("account/cards/setup", {}).json["setup_url"], "link")
    SandboxCard.objects.update(**CARD)  # the card that everybody has there says nothing of anybody
    assert deliver() == [204]
    [card] = alice.get("account/cards").json["data"]
    paid = place(alice, soup, WORK, KEYS[5], payment_method="card")
    assert start(alice, paid, card_id=card["id"]).json["state"] == "succeeded"
    advance(paid, "cancelled")
    assert [refund.state for refund in process_refunds()] == ["succeeded"]
    assert set(deliver()) == {204}
    unpaid = place(alice, soup, WORK, KEYS[6], payment_method="qr")
    assert start(alice, unpaid).json["state"] == "waiting"
    assert alice.cancel(unpaid["id"]).status == 200
    return [paid, unpaid]


def on_the_way(anybody: Api, alice: Api) -> None:
    """Begun and not finished: another sign-up with her address, another email, a forgotten password."""
    assert anybody.post("auth/sign-up", OTHER_SIGN_UP).status == 202
    assert alice.post("account/email", {"email": NEXT_EMAIL}).status == 202
    want_to_be_told(alice)
    assert anybody.post("auth/password-reset", {"email": EMAIL}).status == 202


def want_to_be_told(alice: Api) -> None:
    """A device, preferences, mail that a worker is about to send, and a message that none has seen yet."""
    said = {"preferences": {"rate_order": {"push": False}}, "quiet_hours": {"from": "21:30", "to": "06:45"}}
    assert alice.call("PATCH", "account", {"notifications": said}).status == 200
    customer = Customer.objects.get(login=LOGIN)
    Device.objects.create(
        kind="webpush", token="https://push.example/alices-browser", p256dh="alices-key", auth="alices-secret",
        name=PUSHED_TO, recipient_id=customer.id, session_id=new_id(), created_at=timezone.now(),
    )  # fmt: skip
    write_security_message("email_changed", customer, address=EMAIL)
    assert address_messages() > 0
    write_security_message("email_changed", customer, address=EMAIL)


def touch_as_staff(alice: Api) -> None:
    """Staff open her page and save it, which Django writes down under her name."""
    staff = signed_in_as(User.objects.create_superuser("sam", "sam@company.test", "x"))
    assert alice.customer is not None
    page = page_of(alice.customer)
    assert staff.post(page, form_of(staff, page)).status_code == 302
    assert alice.get("account").status == 200
