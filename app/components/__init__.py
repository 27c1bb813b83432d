"""The pieces that screens are made of.

Plain functions that give Flet controls: they keep no state, so a screen is a function of what it
knows. `live` has the hooks that load from the device and follow its changes, `form` those of what
is typed and sent.
"""

from app.components.buttons import (
    IconAction,
    OptionCard,
    PrimaryButton,
    QuietButton,
    ToggleChip,
    identified,
)
from app.components.display import (
    Card,
    Figure,
    Hairline,
    ListRow,
    OpenRow,
    PageHeader,
    SectionTitle,
    StatePill,
    Tile,
    text,
)
from app.components.entry import Field, NumberPad, ScanField, Stepper
from app.components.form import Attempt, Done, Typed, use_attempt, use_typed
from app.components.guard import component
from app.components.lists import FilteredListScreen, ListFilter, RowsCard
from app.components.live import Box, Loaded, use_box, use_keys, use_loaded, use_scan
from app.components.pages import NotThere, Page, SideBySide, Stack, when_loaded
from app.components.states import EmptyState, ErrorBanner, Loading

__all__ = [
    "Attempt",
    "Box",
    "Card",
    "Done",
    "EmptyState",
    "ErrorBanner",
    "Field",
    "Figure",
    "FilteredListScreen",
    "Hairline",
    "IconAction",
    "ListFilter",
    "ListRow",
    "Loaded",
    "Loading",
    "NotThere",
    "NumberPad",
    "OpenRow",
    "OptionCard",
    "Page",
    "PageHeader",
    "PrimaryButton",
    "QuietButton",
    "RowsCard",
    "ScanField",
    "SectionTitle",
    "SideBySide",
    "Stack",
    "StatePill",
    "Stepper",
    "Tile",
    "ToggleChip",
    "Typed",
    "component",
    "identified",
    "text",
    "use_attempt",
    "use_box",
    "use_keys",
    "use_loaded",
    "use_scan",
    "use_typed",
    "when_loaded",
]
