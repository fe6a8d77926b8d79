"""How a slot is told that there is work for it. The database is the queue: a ring that is lost, doubled or late only
means that the slot looks a moment later, or once more than it had to.
"""
