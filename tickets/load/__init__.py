"""Load: as many tickets as wanted, written by the database itself, for benchmarks."""
