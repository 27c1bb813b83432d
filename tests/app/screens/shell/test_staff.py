"""The screen locks, and somebody who may approves or gives a new PIN."""

from __future__ import annotations

import flet as ft

from app.session import AppContext
from app.terminal import Terminal
from app.usecases.store.sign_in import Person
from sync.domain.associate import ASSOCIATE
from tests.app.device_fixtures import PINS
from tests.app.screens.shop import CLAIRE, Shop, context_of, on_loop
from tests.app.screens.till import Till
from tests.headless import Screen

LEO = Person("A02", "Léo Martin", ASSOCIATE, "LM")


async def at(till: Till, route: str, person: Person = CLAIRE) -> Shop:
    contexts: list[AppContext] = []

    def ctx_for(page: ft.Page) -> AppContext:
        ctx = context_of(till.device, page, 1280, 800)
        ctx.person, ctx.route = person, route
        ctx.touch()
        contexts.append(ctx)
        return ctx

    return Shop(await Screen.show(Terminal, ctx_for, width=1280, height=800), contexts[0])


@on_loop
async def test_who_comes_back_goes_on_where_they_were(till: Till) -> None:
    shop = await at(till, "/returns")
    till.clock.pass_(minutes=9)
    assert not shop.ctx.lock_if_idle(10)
    till.clock.pass_(minutes=1)
    assert shop.ctx.lock_if_idle(10)
    await shop.screen.settle()
    assert shop.screen.says("Hello Claire")
    await shop.screen.type("pin", PINS["A01"], enter=True)
    await shop.screen.settle()
    assert (shop.ctx.person, shop.ctx.route) == (CLAIRE, "/returns")


@on_loop
async def test_another_person_begins_at_the_beginning(till: Till) -> None:
    shop = await at(till, "/returns")
    till.clock.pass_(minutes=11)
    assert shop.ctx.lock_if_idle(10)
    await shop.screen.settle()
    await shop.screen.press("person-A02")
    await shop.screen.type("pin", PINS["A02"], enter=True)
    await shop.screen.settle()
    assert shop.ctx.person is not None
    assert (shop.ctx.person.code, shop.ctx.route) == ("A02", "/")


@on_loop
async def test_a_touch_begins_the_time_anew_and_0_never_locks(till: Till) -> None:
    shop = await at(till, "/")
    till.clock.pass_(minutes=11)
    shop.ctx.navigate("/returns")
    assert not shop.ctx.lock_if_idle(10)
    till.clock.pass_(days=1)
    assert not shop.ctx.lock_if_idle(0)
    assert shop.ctx.lock_if_idle(10)
    assert not shop.ctx.lock_if_idle(10)  # nobody is there any more


@on_loop
async def test_a_manager_gives_a_new_pin(till: Till) -> None:
    shop = await at(till, "/")
    await shop.screen.press("menu-team")
    await shop.screen.settle()
    await shop.screen.press("new-pin-A02")
    await shop.screen.type("new-pin", "123456", enter=True)
    await shop.screen.settle()
    assert shop.screen.says("This PIN is one of those that are tried first.")
    await shop.screen.type("new-pin", "902461", enter=True)
    await shop.screen.settle()
    assert shop.told == "Léo Martin has a new PIN."
    assert till.device.sign_in.sign_in("A02", "902461").code == "A02"


@on_loop
async def test_an_associate_does_not_see_it(till: Till) -> None:
    shop = await at(till, "/", LEO)
    assert "menu-team" not in shop.screen.shown()
