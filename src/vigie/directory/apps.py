from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "vigie.directory"
    label = "directory"
