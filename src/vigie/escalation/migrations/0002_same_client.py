"""A hand-over and its alerts belong to the client of their ticket: the database itself refuses a mixture."""

from django.db import migrations

TABLES = ("escalation_handover", "escalation_hierarchicalalert")


class Migration(migrations.Migration):
    dependencies = [("escalation", "0001_initial"), ("tickets", "0002_same_client")]

    operations = [
        migrations.RunSQL(
            f"alter table {table} add constraint {table}_ticket_same_client foreign key (ticket_id, client_id) "
            "references tickets_ticket (id, client_id) deferrable initially deferred",
            f"alter table {table} drop constraint {table}_ticket_same_client",
        )
        for table in TABLES
    ]
