"""All repositories over one connection."""

from __future__ import annotations

from db.audit import SqlAudit
from db.channels import SqlChannels
from db.companions import SqlCompanions
from db.guilds import SqlAuditLog, SqlGuilds
from db.holdings import SqlHoldings
from db.images import SqlImages
from db.ledger import SqlLedger
from db.line import SqlLine
from db.members import SqlMembers
from db.notes import SqlNotes
from db.notices import SqlNotices
from db.preferences import SqlPreferences
from db.privacy import SqlPrivacy
from db.purchases import SqlMonthlyRoles, SqlPurchases
from db.reports import SqlReports
from db.requests import SqlRequests
from db.statements import Statements
from db.stats import SqlStats
from db.studio import SqlStudio


class Repositories:
    """Implements :class:`bot.services.ports.storage.UnitOfWork`; one for each connection."""

    def __init__(self, statements: Statements) -> None:
        self.members = SqlMembers(statements)
        self.ledger = SqlLedger(statements)
        self.requests = SqlRequests(statements)
        self.line = SqlLine(statements)
        self.images = SqlImages(statements)
        self.companions = SqlCompanions(statements)
        self.channels = SqlChannels(statements)
        self.preferences = SqlPreferences(statements)
        self.studio = SqlStudio(statements)
        self.notices = SqlNotices(statements)
        self.purchases = SqlPurchases(statements)
        self.monthly_roles = SqlMonthlyRoles(statements)
        self.guilds = SqlGuilds(statements)
        self.audit_log = SqlAuditLog(statements)
        self.reports = SqlReports(statements)
        self.privacy = SqlPrivacy(statements)
        self.holdings = SqlHoldings(statements)
        self.stats = SqlStats(statements)
        self.notes = SqlNotes(statements)
        self.audit = SqlAudit(statements)
