#!/usr/bin/env python3
"""Makes hall-1120.csv, the seating plan of a municipal hall with 1,120 places. No randomness: the same bytes every time.

1F: rows A to Z without I and O (they read as 1 and 0), from 26 seats in front to 38; three blocks, two aisles.
Row Z has six wheelchair places, each with its companion's seat beside it, left and right of the last centre seats.
2F: eight balcony rows. Seats carry the number of their column, so that a number stands behind the same number.

x is centimetres from the middle (left of the audience is negative), y centimetres from the edge of the stage.
quality is 1 for the best seat and grows by one every 60 cm away from it; the balcony and the rail cost extra.

    python3 examples/halls/make.py > examples/halls/hall-1120.csv
"""

import csv
import math
import sys

CENTRE = 14  # seats between the aisles
SIDE = 12  # seats of a side block at most
PITCH = 52  # cm from seat to seat
DEPTH = 95  # cm from row to row
AISLE = 120  # cm
FRONT = 350  # cm from the stage to row A
BALCONY = 1900  # cm from the stage to the rail of 2F, as the eye measures it
BEST = (0, FRONT + 8 * DEPTH)  # the middle of row J
STEP = 60  # cm for one rank

GROUND = [letter for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if letter not in "IO"]
UPPER = "ABCDEFGH"
SIDES_OF_GROUND = [6, 7, 8, 9, 10, 11] + [SIDE] * 17
SIDES_OF_UPPER = [8, 9, 9, 10, 10, 10, 10, 9]


def x_of(column):
    """Where the middle of a column is: columns 1..12, aisle, 13..26, aisle, 27..38."""
    x = column * PITCH - (SIDE + CENTRE // 2) * PITCH - PITCH // 2
    if column <= SIDE:
        return x - AISLE
    return x + AISLE if column > SIDE + CENTRE else x


def block_of(column):
    return 1 if column <= SIDE else 2 if column <= SIDE + CENTRE else 3


def quality(x, y, extra):
    away = math.isqrt((x - BEST[0]) ** 2 + (y - BEST[1]) ** 2)
    return 1 + (away + extra) // STEP


def line(section, row, row_index, column, y, label=None, attributes=(), extra=0):
    block = block_of(column)
    named = set(attributes)
    if column in (SIDE, SIDE + 1, SIDE + CENTRE, SIDE + CENTRE + 1):
        named.add("aisle")
    x = x_of(column)
    # an aisle is as wide as one position: nobody sits beside somebody across it
    position = column + block - 1
    rank = quality(x, y, extra)
    return [section, row, label or column, row_index, position, block, x, y, rank, ";".join(sorted(named))]


def ground():
    for row_index, (row, side) in enumerate(zip(GROUND, SIDES_OF_GROUND), start=1):
        y = FRONT + (row_index - 1) * DEPTH
        for column in range(SIDE - side + 1, SIDE + CENTRE + side + 1):
            yield line("1F", row, row_index, column, y)
    yield from last_row()


def last_row():
    row_index = len(GROUND)
    y = FRONT + (row_index - 1) * DEPTH
    right = SIDE + CENTRE
    for column in range(SIDE - 5, right + 7):
        if SIDE < column <= right:
            yield line("1F", "Z", row_index, column, y)
            continue
        place = column - (SIDE - 5) if column <= SIDE else column - right - 1 + 6
        number = place // 2 + 1
        if place % 2 == 0:
            yield line("1F", "Z", row_index, column, y, f"車{number}", ["wheelchair"])
        else:
            yield line("1F", "Z", row_index, column, y, f"同伴{number}", ["companion"])


def upper():
    for row_index, (row, side) in enumerate(zip(UPPER, SIDES_OF_UPPER), start=1):
        y = BALCONY + (row_index - 1) * DEPTH
        columns = range(SIDE - side + 1, SIDE + CENTRE + side + 1)
        for column in columns:
            behind_rail = row_index == 1 and column in (*columns[:2], *columns[-2:])
            attributes = ["restricted_view"] if behind_rail else []
            yield line("2F", row, row_index, column, y, attributes=attributes, extra=900 if behind_rail else 600)


def main():
    seats = [*ground(), *upper()]
    assert len(seats) == 1120, len(seats)
    sys.stdout.reconfigure(encoding="utf-8", newline="")
    writer = csv.writer(sys.stdout)
    writer.writerow(["section", "row", "seat", "row_index", "position", "block", "x", "y", "quality", "attributes"])
    writer.writerows(seats)


main()
