"""Averages of ratings. No trigger raises the catalog's version for these tables: they are of the minute."""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0002_catalog_version'),
    ]

    operations = [
        migrations.CreateModel(
            name='BranchRating',
            fields=[
                ('count', models.PositiveIntegerField()),
                ('sum', models.PositiveIntegerField()),
                ('branch', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='rating', serialize=False, to='catalog.branch')),
            ],
            options={
                'verbose_name': 'rating of the branch',
                'verbose_name_plural': 'ratings of the branches',
                'constraints': [models.CheckConstraint(condition=models.Q(('sum__gte', models.F('count')), ('sum__lte', django.db.models.expressions.CombinedExpression(models.F('count'), '*', models.Value(5)))), name='branch_rating_sum_possible')],
            },
        ),
        migrations.CreateModel(
            name='ProductRating',
            fields=[
                ('count', models.PositiveIntegerField()),
                ('sum', models.PositiveIntegerField()),
                ('product', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='rating', serialize=False, to='catalog.product')),
            ],
            options={
                'verbose_name': 'rating of the product',
                'verbose_name_plural': 'ratings of the products',
                'constraints': [models.CheckConstraint(condition=models.Q(('sum__gte', models.F('count')), ('sum__lte', django.db.models.expressions.CombinedExpression(models.F('count'), '*', models.Value(5)))), name='product_rating_sum_possible')],
            },
        ),
    ]
