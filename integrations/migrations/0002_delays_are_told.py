
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('integrations', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='connection',
            name='delayed_since',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='connection',
            name='health',
            field=models.CharField(choices=[('ok', 'Working'), ('needs_reconnect', 'Needs to be connected again'), ('needs_account', 'Needs a new account'), ('channel_unavailable', 'Channel unavailable'), ('delayed', 'Delayed')], default='ok', max_length=20),
        ),
        migrations.AlterField(
            model_name='connection',
            name='told_health',
            field=models.CharField(choices=[('ok', 'Working'), ('needs_reconnect', 'Needs to be connected again'), ('needs_account', 'Needs a new account'), ('channel_unavailable', 'Channel unavailable'), ('delayed', 'Delayed')], default='ok', max_length=20),
        ),
    ]
