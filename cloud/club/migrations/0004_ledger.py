"""What is left of entries, what debits took from credits, and what is set aside."""

import django.db.models.deletion
from django.db import migrations, models


_LEFT = "INSERT INTO club_{} ({}) SELECT {} FROM club_entry WHERE points {} 0"
_OPEN = (
    _LEFT.format(
        "lot", "entry_id, member_id, remaining, active_from", "id, member_id, points, occurred_at", ">"
    ),
    _LEFT.format("debt", "entry_id, member_id, remaining", "id, member_id, -points", "<"),
)


class Migration(migrations.Migration):

    dependencies = [
        ('club', '0003_memberasked'),
        ('fleet', '0002_catalogue_commands_health'),
    ]

    operations = [
        migrations.CreateModel(
            name='Allocation',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('points', models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='Debt',
            fields=[
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, serialize=False, to='club.entry')),
                ('remaining', models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='Hold',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('points', models.BigIntegerField()),
                ('purpose', models.CharField(max_length=20)),
                ('device', models.CharField(max_length=40)),
                ('made_at', models.DateTimeField()),
                ('source_key', models.CharField(max_length=120, unique=True)),
                ('state', models.CharField(default='open', max_length=12)),
                ('ended_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Lot',
            fields=[
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, serialize=False, to='club.entry')),
                ('remaining', models.BigIntegerField()),
                ('active_from', models.DateTimeField()),
                ('expires_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name='entry',
            name='actor',
            field=models.CharField(max_length=60, null=True),
        ),
        migrations.AddField(
            model_name='entry',
            name='device',
            field=models.CharField(max_length=40, null=True),
        ),
        migrations.AddField(
            model_name='entry',
            name='invoice',
            field=models.CharField(max_length=60, null=True),
        ),
        migrations.AddField(
            model_name='entry',
            name='line',
            field=models.CharField(max_length=60, null=True),
        ),
        migrations.AddField(
            model_name='entry',
            name='reverses',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversals', to='club.entry'),
        ),
        migrations.AddField(
            model_name='entry',
            name='rule',
            field=models.CharField(max_length=40, null=True),
        ),
        migrations.AddField(
            model_name='entry',
            name='rule_version',
            field=models.IntegerField(null=True),
        ),
        migrations.AlterField(
            model_name='entry',
            name='store',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='fleet.store'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(condition=models.Q(('invoice__isnull', False)), fields=['store', 'invoice'], name='club_entry_invoice'),
        ),
        migrations.AddField(
            model_name='allocation',
            name='debit',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='club.entry'),
        ),
        migrations.AddField(
            model_name='debt',
            name='member',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='club.member'),
        ),
        migrations.AddField(
            model_name='hold',
            name='member',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='club.member'),
        ),
        migrations.AddField(
            model_name='lot',
            name='member',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='club.member'),
        ),
        migrations.AddField(
            model_name='lot',
            name='origin',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='club.lot'),
        ),
        migrations.AddField(
            model_name='allocation',
            name='lot',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='club.lot'),
        ),
        migrations.AddIndex(
            model_name='debt',
            index=models.Index(condition=models.Q(('remaining__gt', 0)), fields=['member'], name='club_debt_member'),
        ),
        migrations.AddConstraint(
            model_name='debt',
            constraint=models.CheckConstraint(condition=models.Q(('remaining__gte', 0)), name='club_debt_left'),
        ),
        migrations.AddIndex(
            model_name='hold',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['member'], name='club_hold_open'),
        ),
        migrations.AddConstraint(
            model_name='hold',
            constraint=models.CheckConstraint(condition=models.Q(('points__gt', 0)), name='club_hold_points'),
        ),
        migrations.AddIndex(
            model_name='lot',
            index=models.Index(condition=models.Q(('remaining__gt', 0)), fields=['member'], name='club_lot_member'),
        ),
        migrations.AddIndex(
            model_name='lot',
            index=models.Index(condition=models.Q(('remaining__gt', 0)), fields=['expires_at'], name='club_lot_expiry'),
        ),
        migrations.AddConstraint(
            model_name='lot',
            constraint=models.CheckConstraint(condition=models.Q(('remaining__gte', 0)), name='club_lot_left'),
        ),
        migrations.AddConstraint(
            model_name='allocation',
            constraint=models.CheckConstraint(condition=models.Q(('points__gt', 0)), name='club_allocation_points'),
        ),
        migrations.RunSQL(_OPEN, migrations.RunSQL.noop),
    ]
