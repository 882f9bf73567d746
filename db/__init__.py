"""The database: the only package that knows SQL.

``engine`` opens it, ``migrate`` brings its schema up to date, and there is one module an
aggregate with all SQL about it. Services see none of this, only ``bot.services.ports.storage``.
"""
