"""How much one server takes: ``python -m benchmarks.load`` drives a real ``artifex serve`` over a million jobs.

library    the database with a million jobs, kept between runs
server     the program under test
calls      requests over HTTP, from a process of their own
sockets    listeners, from a process of their own
worker     a stand-in that takes jobs and moves them on, from a process of its own
queueing   the scheduler, and the time after a crash
figures    what was measured, and the bar it is held against
"""
