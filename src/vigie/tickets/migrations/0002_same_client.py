"""A ticket, its site, equipment, contact and calls belong to one client: the database itself refuses a mixture."""

from django.db import migrations

OWNERS = ("directory_site", "directory_equipment", "directory_contact", "tickets_ticket")
TIES = (
    ("tickets_ticket", "site"),
    ("tickets_ticket", "equipment"),
    ("tickets_ticket", "contact"),
    ("tickets_ticketcall", "ticket"),
)


def _target(column: str) -> str:
    return "tickets_ticket" if column == "ticket" else f"directory_{column}"


OWN = [
    migrations.RunSQL(
        f"alter table {table} add constraint {table}_of_client unique (id, client_id)",
        f"alter table {table} drop constraint {table}_of_client",
    )
    for table in OWNERS
]
TIE = [
    migrations.RunSQL(
        f"alter table {table} add constraint {table}_{column}_same_client foreign key ({column}_id, client_id) "
        f"references {_target(column)} (id, client_id) deferrable initially deferred",
        f"alter table {table} drop constraint {table}_{column}_same_client",
    )
    for table, column in TIES
]


class Migration(migrations.Migration):
    dependencies = [("tickets", "0001_initial"), ("directory", "0001_initial")]

    operations = [*OWN, *TIE]
