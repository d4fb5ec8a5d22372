"""Replay: build generations anew beside the active ones, show what would change, and switch to them or not.

asking.py      what is asked for, whether it can be done, and which generations it makes
replays.py     the table of replays: what each was asked, how far it is, and whose it is (leases)
building.py    ranges of the ledger into generations that are not active, by the one path that live events take
difference.py  what the two generations hold against each other, at one position
switching.py   point to other generations, back again, and drop what is not pointed to
working.py     a worker: takes a replay, builds, compares, and ends it
"""
