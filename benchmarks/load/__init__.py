"""Load test of one server: ``python -m benchmarks.load`` drives a real ``artifex serve`` over a million jobs.

library    the database with a million jobs, kept between runs
server     the program under test
calls      HTTP load generator, in a process of its own
sockets    WebSocket listeners, in a process of their own
worker     a stand-in that takes jobs and reports their progress, in a process of its own
queueing   the scheduler, and recovery after a crash
figures    measured figures and their bars
"""
