"""Facts about tickets, their talk and their promises."""

from tickets.models.answer import TicketAnswer
from tickets.models.attachment import Attachment
from tickets.models.bulk import BulkItem, BulkRun
from tickets.models.category import Category, CategoryTranslation
from tickets.models.code import RequestCode
from tickets.models.desk_draft import DeskDraft
from tickets.models.draft import RequestDraft
from tickets.models.event import TicketEvent
from tickets.models.figures import (
    DailyFigure,
    DailyWord,
    FiguresDue,
    FiguresMail,
    FiguresState,
    Measured,
    MeasuredWords,
    UsualAnswer,
    WordForm,
)
from tickets.models.macro import Macro, MacroText, MacroUse
from tickets.models.merge import Merge
from tickets.models.message import Message
from tickets.models.participant import GuestLink, Participant, ReplyDraft
from tickets.models.prompt import CategoryPrompt, PromptTranslation
from tickets.models.rating import Rating
from tickets.models.related import TicketLink
from tickets.models.routing import Misroute, RoutingLine
from tickets.models.saved_view import SavedView
from tickets.models.side import SideConversation, SideFile, SideMessage
from tickets.models.sla import (
    Calendar,
    CalendarVersion,
    Clock,
    ClockSegment,
    ClockStep,
    EscalationStep,
    Policy,
    PolicyTarget,
    PolicyVersion,
)
from tickets.models.spam import BlockedSender
from tickets.models.tag import Tag, TicketTag
from tickets.models.ticket import Ticket, TicketAlias, TicketCounter
from tickets.models.time_spent import TimeSpent
from tickets.models.upload import Upload
from tickets.models.watcher import Mention, Watcher
from tickets.models.words import TicketWords

__all__ = [
    "Attachment",
    "BlockedSender",
    "BulkItem",
    "BulkRun",
    "Calendar",
    "CalendarVersion",
    "Category",
    "CategoryPrompt",
    "CategoryTranslation",
    "Clock",
    "ClockSegment",
    "ClockStep",
    "DailyFigure",
    "DailyWord",
    "DeskDraft",
    "EscalationStep",
    "FiguresDue",
    "FiguresMail",
    "FiguresState",
    "GuestLink",
    "Macro",
    "MacroText",
    "MacroUse",
    "Measured",
    "MeasuredWords",
    "Mention",
    "Merge",
    "Message",
    "Misroute",
    "Participant",
    "Policy",
    "PolicyTarget",
    "PolicyVersion",
    "PromptTranslation",
    "Rating",
    "ReplyDraft",
    "RequestCode",
    "RequestDraft",
    "RoutingLine",
    "SavedView",
    "SideConversation",
    "SideFile",
    "SideMessage",
    "Tag",
    "Ticket",
    "TicketAlias",
    "TicketAnswer",
    "TicketCounter",
    "TicketEvent",
    "TicketLink",
    "TicketTag",
    "TicketWords",
    "TimeSpent",
    "Upload",
    "UsualAnswer",
    "Watcher",
    "WordForm",
]
