"""Events of orders, numbered by the database as transactions commit, and ratings, counted by it."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import customerbackend.ids

# What happened before there were events: every passage that its customer saw.
EARLIER_EVENTS = """
INSERT INTO orders_orderevent (id, customer_id, number, order_id, type, at, status)
SELECT entry.id, o.customer_id,
    row_number() OVER (PARTITION BY o.customer_id ORDER BY entry.recorded_at, entry.id), o.id,
    CASE row_number() OVER (PARTITION BY o.id ORDER BY entry.recorded_at, entry.id)
        WHEN 1 THEN 'order.placed' ELSE 'order.status_changed' END,
    entry.happened_at,
    CASE WHEN entry.status IN ('accepted', 'restocking', 'picking') THEN 'processing' ELSE entry.status END
FROM orders_statuslogentry AS entry JOIN orders_order AS o ON o.id = entry.order_id
WHERE entry.is_visible;
"""

# Deferred: runs when the transaction commits, after all locks that its statements took. This one is taken by a statement
# of its own, because the one that looks for the last number must see what was committed while it waited. It ends only
# when everybody sees this transaction's rows.
NUMBER_EVENTS = """
CREATE FUNCTION orders_number_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('events of ' || NEW.customer_id, 0));
    UPDATE orders_orderevent SET number = 1 + COALESCE(
        (SELECT max(number) FROM orders_orderevent WHERE customer_id = NEW.customer_id), 0
    ) WHERE id = NEW.id;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER orders_number_event AFTER INSERT ON orders_orderevent DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW WHEN (NEW.number IS NULL) EXECUTE FUNCTION orders_number_event();
"""
NUMBER_NO_EVENTS = "DROP TRIGGER orders_number_event ON orders_orderevent; DROP FUNCTION orders_number_event();"

# Products in the order of their ids: two ratings that share some wait for each other instead of ending in a deadlock.
COUNT_RATINGS = """
CREATE FUNCTION orders_count_rating() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    rated record;
    gone integer := CASE TG_OP WHEN 'DELETE' THEN 1 ELSE 0 END;
    more integer;
BEGIN
    IF TG_OP = 'INSERT' THEN
        FOR rated IN SELECT DISTINCT unnest(NEW.product_ids) AS id ORDER BY id LOOP
            INSERT INTO catalog_productrating AS known (product_id, count, sum) VALUES (rated.id, 1, NEW.food)
            ON CONFLICT (product_id) DO UPDATE SET count = known.count + 1, sum = known.sum + NEW.food;
        END LOOP;
        INSERT INTO catalog_branchrating AS known (branch_id, count, sum) VALUES (NEW.branch_id, 1, NEW.food)
        ON CONFLICT (branch_id) DO UPDATE SET count = known.count + 1, sum = known.sum + NEW.food;
        RETURN NULL;
    END IF;
    more := CASE TG_OP WHEN 'DELETE' THEN 0 ELSE NEW.food END - OLD.food;
    FOR rated IN SELECT DISTINCT unnest(OLD.product_ids) AS id ORDER BY id LOOP
        UPDATE catalog_productrating SET count = count - gone, sum = sum + more WHERE product_id = rated.id;
    END LOOP;
    UPDATE catalog_branchrating SET count = count - gone, sum = sum + more WHERE branch_id = OLD.branch_id;
    RETURN NULL;
END $$;
CREATE TRIGGER orders_count_rating AFTER INSERT OR UPDATE OF food OR DELETE ON orders_rating
FOR EACH ROW EXECUTE FUNCTION orders_count_rating();
"""
COUNT_NO_RATINGS = "DROP TRIGGER orders_count_rating ON orders_rating; DROP FUNCTION orders_count_rating();"


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0003_ratings'),
        ('orders', '0006_more_estimates'),
    ]

    operations = [
        migrations.CreateModel(
            name='OrderEvent',
            fields=[
                ('id', models.UUIDField(default=customerbackend.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('customer_id', models.UUIDField()),
                ('number', models.BigIntegerField(help_text='Its place among all of the customer, from 1 without gaps.', null=True)),
                ('type', models.CharField(choices=[('order.placed', 'placed'), ('order.status_changed', 'status changed'), ('order.adjusted', 'adjusted'), ('order.payment_changed', 'payment changed'), ('order.estimate_changed', 'estimate changed'), ('order.rated', 'rated')], max_length=32)),
                ('at', models.DateTimeField()),
                ('status', models.CharField(choices=[('waiting_for_payment', 'waiting for payment'), ('scheduled', 'scheduled'), ('processing', 'processing'), ('cooking', 'cooking'), ('ready', 'ready'), ('in_delivery', 'in delivery'), ('delivered', 'delivered'), ('undelivered', 'not delivered'), ('cancelled', 'cancelled')], help_text='Where it was this that changed.', max_length=24, null=True)),
                ('payment_state', models.CharField(choices=[('due_on_delivery', 'due on delivery'), ('waiting', 'waiting'), ('authorised', 'authorised'), ('paid', 'paid'), ('partly_refunded', 'partly refunded'), ('refunded', 'refunded'), ('failed', 'failed'), ('cancelled', 'cancelled')], max_length=24, null=True)),
                ('owed', models.PositiveBigIntegerField(null=True)),
                ('delivered_from', models.DateTimeField(null=True)),
                ('delivered_to', models.DateTimeField(null=True)),
                ('order', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='events', to='orders.order')),
            ],
            options={
                'verbose_name': 'event',
                'verbose_name_plural': 'events',
                'constraints': [models.UniqueConstraint(models.F('customer_id'), models.F('number'), condition=models.Q(('number__isnull', False)), name='event_number_once_a_customer'), models.CheckConstraint(condition=models.Q(('type__in', ['order.placed', 'order.status_changed', 'order.adjusted', 'order.payment_changed', 'order.estimate_changed', 'order.rated'])), name='event_type_known'), models.CheckConstraint(condition=models.Q(('status__isnull', True), ('status__in', ['waiting_for_payment', 'scheduled', 'processing', 'cooking', 'ready', 'in_delivery', 'delivered', 'undelivered', 'cancelled']), _connector='OR'), name='event_status_visible')],
            },
        ),
        migrations.CreateModel(
            name='Rating',
            fields=[
                ('id', models.UUIDField(default=customerbackend.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('product_ids', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), help_text='The products that the stars for the food count for.', size=None)),
                ('food', models.PositiveSmallIntegerField()),
                ('delivery', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('tags', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('tasty', 'tasty'), ('bland', 'bland'), ('cold', 'cold'), ('small_portion', 'small portion'), ('wrong_item', 'wrong item'), ('missing_item', 'missing item'), ('well_packed', 'well packed'), ('badly_packed', 'badly packed'), ('on_time', 'on time'), ('late', 'late'), ('friendly_courier', 'friendly courier'), ('rude_courier', 'rude courier')], max_length=32), blank=True, default=list, size=None)),
                ('comment', models.CharField(blank=True, max_length=1000)),
                ('rated_at', models.DateTimeField(help_text='When it was given first.')),
                ('changed_at', models.DateTimeField()),
                ('reported_at', models.DateTimeField(blank=True, help_text='When staff were told that it is a low one.', null=True)),
                ('branch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ratings', to='catalog.branch')),
                ('order', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='rating', to='orders.order')),
            ],
            options={
                'verbose_name': 'rating',
                'verbose_name_plural': 'ratings',
                'constraints': [models.CheckConstraint(condition=models.Q(('food__range', (1, 5)), models.Q(('delivery__isnull', True), ('delivery__range', (1, 5)), _connector='OR')), name='rating_from_1_to_5_stars'), models.CheckConstraint(condition=models.Q(('tags__contained_by', ['tasty', 'bland', 'cold', 'small_portion', 'wrong_item', 'missing_item', 'well_packed', 'badly_packed', 'on_time', 'late', 'friendly_courier', 'rude_courier'])), name='rating_tags_known')],
            },
        ),
        migrations.AddField(
            model_name='order',
            name='rated_at',
            field=models.DateTimeField(blank=True, help_text='Empty: there is no rating.', null=True),
        ),
        migrations.RunSQL(EARLIER_EVENTS, migrations.RunSQL.noop),
        migrations.RunSQL(NUMBER_EVENTS, NUMBER_NO_EVENTS),
        migrations.RunSQL(COUNT_RATINGS, COUNT_NO_RATINGS),
    ]
