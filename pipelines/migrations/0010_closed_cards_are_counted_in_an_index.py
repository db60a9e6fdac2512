"""What is counted of closed cards is in the index that finds them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pipelines", "0009_what_takes_long_is_counted_by_the_clock")]
    operations = [
        migrations.RemoveIndex(model_name="position", name="position_closed"),
        migrations.AddIndex(
            model_name="position",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", False)),
                fields=["stage", "closed_at"],
                include=["organization", "outcome", "currency", "value_cents"],
                name="position_closed",
            ),
        ),
    ]
