"""Which model thinks is called a choice of a model; its table keeps the name the ledger has."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("agents", "0016_minds_under_the_laws")]
    operations = [
        migrations.RemoveConstraint(model_name="mind", name="one_mind_each"),
        migrations.AlterModelTable(name="mind", table="agents_mind"),
        migrations.RenameModel(old_name="Mind", new_name="ModelChoice"),
        migrations.AlterField(
            model_name="modelchoice",
            name="agent",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                help_text="Whose it is; nobody's: the organization's.",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="model_choices",
                to="agents.agent",
            ),
        ),
        migrations.AddConstraint(
            model_name="modelchoice",
            constraint=models.UniqueConstraint(
                fields=("organization", "agent"),
                name="one_model_choice_each",
                nulls_distinct=False,
            ),
        ),
    ]
