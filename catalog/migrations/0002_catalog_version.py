"""The catalog's version: one row, set anew by a trigger on every table of the catalog.

Before each statement, not after it: so every writer locks the version first and its rows then, and two of them wait for
each other instead of ending in a deadlock.
"""

from django.db import migrations

TABLES = (
    "taxclass ingredient category optiongroup option product productoptiongroup productingredient optioningredient "
    "branch openinghours hoursexception deliveryzone branchproduct"
).split()

CREATE = """
CREATE SEQUENCE catalog_version;
CREATE FUNCTION catalog_raise_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO catalog_catalogversion (id, version) VALUES (1, nextval('catalog_version'))
    ON CONFLICT (id) DO UPDATE SET version = excluded.version;
    RETURN NULL;
END $$;
INSERT INTO catalog_catalogversion (id, version) VALUES (1, nextval('catalog_version'));
""" + "".join(
    f"""
CREATE TRIGGER catalog_raise_version BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON catalog_{table}
FOR EACH STATEMENT EXECUTE FUNCTION catalog_raise_version();"""
    for table in TABLES
)

DROP = (
    "".join(f"DROP TRIGGER catalog_raise_version ON catalog_{table};\n" for table in TABLES)
    + "DROP FUNCTION catalog_raise_version(); DROP SEQUENCE catalog_version; DELETE FROM catalog_catalogversion;"
)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, DROP)]
