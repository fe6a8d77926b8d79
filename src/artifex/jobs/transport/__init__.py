"""Rings: notifications to slots that there is work. The database is the queue, so a ring that is lost, doubled or late
only makes a slot look a moment later, or once more than necessary.
"""
