import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('club', '0007_sales'),
        ('fleet', '0002_catalogue_commands_health'),
    ]

    operations = [
        migrations.AddField(
            model_name='hold',
            name='recalled_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name='hold',
            index=models.Index(condition=models.Q(('recalled_at__isnull', False), ('state', 'open')), fields=['device'], name='club_hold_recalled'),
        ),
        migrations.CreateModel(
            name='Coupon',
            fields=[
                ('code', models.CharField(max_length=10, primary_key=True, serialize=False)),
                ('kiosk', models.CharField(max_length=40)),
                ('points', models.BigIntegerField()),
                ('rial', models.BigIntegerField()),
                ('issued_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
                ('used_number', models.CharField(max_length=40, null=True)),
                ('invoice', models.CharField(max_length=40, null=True)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='club.member')),
                ('store', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='fleet.store')),
                ('used_store', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='fleet.store')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('used_store', 'used_number'), name='coupon_used_once')],
            },
        ),
    ]
