"""What loopscope costs, each claim measured beside the plain code it is compared with. Judges no one: it reports.

`make bench`, or `python -m benchmarks [CLAIM …] [--quick] [--json]`. One file a claim.
"""
