"""Use cases on clients, people and settings."""

from vigie.directory.actions.clients import (
    ClientMoved,
    CodeTaken,
    Identity,
    NotReady,
    activate_client,
    change_identity,
    create_client,
    deactivate_client,
)
from vigie.directory.actions.exports import note_export
from vigie.directory.actions.groups import GroupMoved, GroupValues, save_group
from vigie.directory.actions.policies import PolicyMoved, restore_policy, save_policy
from vigie.directory.actions.sheets import Saved, SheetRefused, import_sheet, save_sheet
from vigie.directory.actions.staff import (
    OwnAccount,
    Person,
    StaffMoved,
    UsernameTaken,
    change_roles,
    change_skills,
    change_staff,
    create_staff,
    deactivate_staff,
    offer_password,
    reactivate_staff,
    roles_held,
)

__all__ = [
    "ClientMoved",
    "CodeTaken",
    "GroupMoved",
    "GroupValues",
    "Identity",
    "NotReady",
    "OwnAccount",
    "Person",
    "PolicyMoved",
    "Saved",
    "SheetRefused",
    "StaffMoved",
    "UsernameTaken",
    "activate_client",
    "change_identity",
    "change_roles",
    "change_skills",
    "change_staff",
    "create_client",
    "create_staff",
    "deactivate_client",
    "deactivate_staff",
    "import_sheet",
    "note_export",
    "offer_password",
    "reactivate_staff",
    "restore_policy",
    "roles_held",
    "save_group",
    "save_policy",
    "save_sheet",
]
