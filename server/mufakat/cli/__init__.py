"""The command line: thin commands over the rooms below."""

import click


@click.group()
@click.version_option(package_name="mufakat")
def main() -> None:
    """Publish a treaty regime as linked data and answer questions about it."""
