"""A run makes the commands it may need, and they are the same as among all."""

import typer

from inventory.cli.commands import MODULES, program


def made(called=""):
    return typer.main.get_command(program(called))


def taken(command):
    return [(p.name, p.opts, p.required, p.envvar) for p in command.params]


def test_every_module_registers_the_commands_that_it_is_listed_with():
    for module, names in MODULES.items():
        for name in names:
            assert set(made(name).commands) == set(names), module


def test_all_commands_are_made_where_none_is_called_or_nobody_knows_it():
    every = [name for names in MODULES.values() for name in names]
    assert sorted(made().commands) == sorted(made("chek").commands) == sorted(every)


def test_a_command_made_alone_takes_what_it_takes_among_all():
    among_all = made().commands
    for names in MODULES.values():
        for name in names:
            assert taken(made(name).commands[name]) == taken(among_all[name])
