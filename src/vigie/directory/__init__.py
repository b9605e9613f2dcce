"""Clients, hotlines, policies, calendars, sites, contacts, equipment; staff, roles, skills and rights."""
