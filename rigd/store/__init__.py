"""The SQLite database: one module for each table or group of tables.

May import setup and what stands below it; nobody else opens the database.
"""
