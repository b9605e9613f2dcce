"""A site, its equipment, its contacts and their numbers belong to one client: the database refuses a mixture."""

from django.db import migrations

OWNERS = ("directory_site", "directory_contact")
TIES = (
    ("directory_equipment", "site", "directory_site"),
    ("directory_contact", "site", "directory_site"),
    ("directory_contactnumber", "contact", "directory_contact"),
)

OWN = [
    migrations.RunSQL(
        f"alter table {table} add constraint {table}_one_client unique (id, client_id)",
        f"alter table {table} drop constraint {table}_one_client",
    )
    for table in OWNERS
]
TIE = [
    migrations.RunSQL(
        f"alter table {table} add constraint {table}_{column}_same_client foreign key ({column}_id, client_id) "
        f"references {target} (id, client_id) deferrable initially deferred",
        f"alter table {table} drop constraint {table}_{column}_same_client",
    )
    for table, column, target in TIES
]


class Migration(migrations.Migration):
    dependencies = [("directory", "0001_initial")]

    operations = [*OWN, *TIE]
