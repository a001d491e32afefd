"""The copied versions take the place of the old ones."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("collector", "0002_versions_that_outlive_members")]

    operations = [
        migrations.DeleteModel(name="MemberVersion"),
        migrations.RenameModel(old_name="VersionToCome", new_name="MemberVersion"),
        migrations.AddConstraint(
            model_name="memberversion",
            constraint=models.UniqueConstraint(fields=("member", "group"), name="member_in_group"),
        ),
        migrations.AddConstraint(
            model_name="memberversion",
            constraint=models.UniqueConstraint(fields=("group", "version"), name="version_in_group"),
        ),
    ]
