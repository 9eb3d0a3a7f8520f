import time
import pytest
from tests.payments import test_stripe_failing as t
pytestmark = pytest.mark.django_db(transaction=True)

def test_x(shop, settings, time_machine):
    a = time.monotonic()
    names = ["run_together", "finish", "assert_right"]
    def wrap(name):
        old = getattr(t, name)
        def f(*args, **kw):
            print("BEGIN", name, round(time.monotonic() - a, 2), len(shop.stripe.requests), flush=True)
            r = old(*args, **kw)
            print("END", name, round(time.monotonic() - a, 2), len(shop.stripe.requests), flush=True)
            return r
        setattr(t, name, f)
    for n in names: wrap(n)
    oldwork = t.work
    def work():
        b = time.monotonic()
        oldwork()
        if time.monotonic() - b > 1:
            print("work", round(time.monotonic() - b, 2), len(shop.stripe.requests), flush=True)
    t.work = work
    t.have_them_order(shop, settings, time_machine, 160)
