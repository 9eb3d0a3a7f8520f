"""Who manages staff without being a superuser can neither become one nor take over one's account."""

from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.admin.conftest import SignIn
from tests.admin.pages import list_of, page_of, text_of


def test_a_member_of_staff_is_added_and_signs_in(sam: Client, anybody: object) -> None:
    sent = {
        "username": "ida",
        "usable_password": "true",
        "password1": "a-long-Secret-7",
        "password2": "a-long-Secret-7",
    }
    assert sam.post(reverse("admin:accounts_user_add"), sent).status_code == 302
    User.objects.filter(username="ida").update(is_staff=True)
    client = Client()
    sent = {"username": "ida", "password": "a-long-Secret-7"}
    response = client.post(reverse("admin:login"), sent)
    assert response.url == reverse("admin:index")
    assert client.get(reverse("admin:index")).status_code == 200


def test_who_is_no_superuser_gives_no_rights_away(staff_who_may: SignIn) -> None:
    manager = staff_who_may("view_user", "change_user")
    ida = User.objects.create_user("ida")
    right = Permission.objects.get(codename="change_order")
    sent = {"username": "ida", "first_name": "Ida", "is_active": "on", "is_staff": "on", "is_superuser": "on",
            "user_permissions": [right.pk]}  # fmt: skip
    assert manager.post(page_of(ida), sent).status_code == 302
    ida.refresh_from_db()
    assert (ida.first_name, ida.is_staff, ida.is_superuser) == ("Ida", False, False)
    assert ida.user_permissions.count() == 0


def test_who_is_no_superuser_does_not_touch_one(sam: Client, staff_who_may: SignIn) -> None:
    manager = staff_who_may("view_user", "change_user", "delete_user")
    boss = User.objects.get(username="sam")
    password = boss.password
    assert manager.post(page_of(boss), {"username": "sam", "is_active": ""}).status_code == 403
    url = reverse("admin:auth_user_password_change", args=[boss.pk])
    sent = {"usable_password": "true", "password1": "a-long-Secret-7", "password2": "a-long-Secret-7"}
    assert manager.post(url, sent).status_code == 403
    assert manager.post(page_of(boss).replace("change", "delete"), {"post": "yes"}).status_code == 403
    boss.refresh_from_db()
    assert boss.is_active and boss.password == password


def test_who_is_no_superuser_changes_no_group(staff_who_may: SignIn) -> None:
    manager = staff_who_may("view_group", "add_group", "change_group")
    assert manager.get(list_of("auth.group")).status_code == 200
    assert manager.post(reverse("admin:auth_group_add"), {"name": "bosses"}).status_code == 403


def test_a_superuser_makes_a_group(sam: Client) -> None:
    right = Permission.objects.get(codename="change_order")
    assert sam.post(reverse("admin:auth_group_add"), {"name": "kitchen", "permissions": [right.pk]}).status_code == 302
    assert "kitchen" in text_of(sam, list_of("auth.group"))
