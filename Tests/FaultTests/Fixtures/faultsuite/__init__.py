"""The fault suite and the order suite: the real sqsd between an SQS and an application that fail by plan.

All of it is Python's standard library and shares no code with what it judges.

wire          the little of HTTP/1.1 that both scripted servers need, and the ways to break off
messages      a message of a queue, and SQS's digests
queues, fifo  the state of a queue, without sockets: standard and FIFO
protocol      SQS's actions as JSON in and JSON out
faults        which call fails how: decided by seed and count, never by time
breaking      what a broken answer looks like on the wire
service       the scripted SQS: protocol and faults on a socket
application   the scripted application
ledger        who sent, received, accepted, deleted what, and what must never happen
duplicates    why messages were accepted more than once
daemon, log   sqsd as a process: started, killed, its memory and descriptors sampled; what it wrote
stage         one of each, put together for a scenario
report        what a scenario found
scenarios     the storm, the order, the outages and the rest; each is one function
"""
