"""Sums over the counts, made from those that are there; figures of stores are read off them from here on."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from cloud.voice.rolling import roll_up


def fill(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Sum what is counted."""
    with editor.connection.cursor() as cursor:
        roll_up(cursor)


class Migration(migrations.Migration):

    dependencies = [
        ('fleet', '0004_till_documents'),
        ('voice', '0009_weeks'),
    ]

    operations = [
        migrations.CreateModel(
            name='HourCount',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('question', models.CharField(max_length=40)),
                ('wording', models.PositiveIntegerField()),
                ('month', models.CharField(max_length=7)),
                ('weekday', models.PositiveSmallIntegerField()),
                ('hour', models.PositiveSmallIntegerField()),
                ('value', models.SmallIntegerField()),
                ('count', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='MonthCount',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('question', models.CharField(max_length=40)),
                ('month', models.CharField(max_length=7)),
                ('kiosk', models.CharField(max_length=40)),
                ('wording', models.PositiveIntegerField()),
                ('segment', models.CharField(max_length=12)),
                ('value', models.SmallIntegerField()),
                ('count', models.BigIntegerField(default=0)),
                ('flagged', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='MonthShown',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('question', models.CharField(max_length=40)),
                ('month', models.CharField(max_length=7)),
                ('kiosk', models.CharField(max_length=40)),
                ('wording', models.PositiveIntegerField()),
                ('segment', models.CharField(max_length=12)),
                ('count', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='StoreCount',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('question', models.CharField(max_length=40)),
                ('span', models.CharField(max_length=10)),
                ('wording', models.PositiveIntegerField()),
                ('value', models.SmallIntegerField()),
                ('count', models.BigIntegerField(default=0)),
                ('flagged', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='StoreShown',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('question', models.CharField(max_length=40)),
                ('span', models.CharField(max_length=10)),
                ('wording', models.PositiveIntegerField()),
                ('count', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.RemoveIndex(
            model_name='daycount',
            name='day_count_of_store',
        ),
        migrations.AddField(
            model_name='hourcount',
            name='store',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='fleet.store'),
        ),
        migrations.AddField(
            model_name='monthcount',
            name='store',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='fleet.store'),
        ),
        migrations.AddField(
            model_name='monthshown',
            name='store',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='fleet.store'),
        ),
        migrations.AddField(
            model_name='storecount',
            name='store',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='fleet.store'),
        ),
        migrations.AddField(
            model_name='storeshown',
            name='store',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='fleet.store'),
        ),
        migrations.AddConstraint(
            model_name='hourcount',
            constraint=models.UniqueConstraint(fields=('question', 'wording', 'month', 'store', 'weekday', 'hour', 'value'), name='hour_count_cell'),
        ),
        migrations.AddConstraint(
            model_name='monthcount',
            constraint=models.UniqueConstraint(fields=('question', 'month', 'store', 'kiosk', 'wording', 'segment', 'value'), name='month_count_cell'),
        ),
        migrations.AddConstraint(
            model_name='monthshown',
            constraint=models.UniqueConstraint(fields=('question', 'month', 'store', 'kiosk', 'wording', 'segment'), name='month_shown_cell'),
        ),
        migrations.AddConstraint(
            model_name='storecount',
            constraint=models.UniqueConstraint(fields=('question', 'span', 'store', 'wording', 'value'), name='store_count_cell'),
        ),
        migrations.AddConstraint(
            model_name='storeshown',
            constraint=models.UniqueConstraint(fields=('question', 'span', 'store', 'wording'), name='store_shown_cell'),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
