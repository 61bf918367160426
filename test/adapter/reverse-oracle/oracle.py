"""GDB's own walks through a recorded run: the oracle of reverse-oracle.test.ts. Works on GDB 13 and newer.

Run as `gdb -nx -q -batch -x oracle.py PROGRAM` with BTS_ORACLE_OUT (a file to write) in the environment. Records the
program with `record full` from its first instruction to a breakpoint at `finished`, and writes one JSON object:

  trace        one entry an instruction, oldest first; the index is GDB's instruction number, the last one is the live end:
               [pc, innermost function, line, start of pc's line table entry, frames, inlined ones among them,
               where GDB's `break FUNCTION` lies for the function that contains pc]
  breakpoints  the addresses that reverse-continue and continue stop at
  moves        {command: [number, ...]}: from each instruction to which one; -1 where GDB refuses
  walks        {name: [[command, number, function, line], ...]}: from the live end, each step from where the last ended
"""

import json
import os
import random
import re

import gdb

MOVES = ["reverse-step", "reverse-next", "reverse-finish", "step", "next", "finish"]
RUNS = ["reverse-continue", "continue"]
MIXED_STEPS = 300
# Instructions of the code for each breakpoint.
BREAKPOINT_EVERY = 11
CURRENT = re.compile(r"Current instruction number is (\d+)")
HIGHEST = re.compile(r"Highest recorded instruction number is (\d+)")


def execute(command):
    return gdb.execute(command, to_string=True)


def number():
    """Of the instruction that is about to be executed."""
    text = execute("info record")
    return int((CURRENT.search(text) or HIGHEST.search(text))[1])


def goto(where):
    if where != number():
        execute("record goto %d" % where)


def record():
    for setting in ("pagination off", "confirm off", "debuginfod enabled off", "backtrace past-main on"):
        execute("set " + setting)
    execute("starti")
    execute("record full")
    execute("break finished")
    execute("continue")
    execute("delete")


bodies = {}  # function that is no inlined one -> where `break FUNCTION` lies


def body_of(function):
    if function not in bodies:
        try:
            bodies[function] = gdb.decode_line(function)[1][0].pc
        except gdb.error:
            bodies[function] = 0
    return bodies[function]


def instruction():
    innermost = frame = gdb.newest_frame()
    frames = inlined = 0
    outer = None
    while frame is not None:
        frames += 1
        if frame.type() == gdb.INLINE_FRAME:
            inlined += 1
        elif outer is None:
            outer = frame
        frame = frame.older()
    pc = innermost.pc()
    sal = gdb.find_pc_line(pc)
    return [pc, innermost.name(), sal.line, sal.pc if sal.line else 0, frames, inlined, body_of(outer.name())]


def trace(last):
    entries = [instruction()]
    for _ in range(last):
        execute("reverse-stepi")
        entries.append(instruction())
    return entries[::-1]


def moved(command):
    try:
        execute(command)
    except gdb.error:
        return -1
    return number()


def moves(last, commands):
    answers = {}
    for command in commands:
        answers[command] = answer = []
        for start in range(last + 1):
            # GDB's last instruction is the live end: from there it would run on.
            if start == last and not command.startswith("reverse"):
                answer.append(-1)
                continue
            try:
                execute("record goto %d" % start)
            except gdb.error:
                pass  # it is there already
            answer.append(moved(command))
    return answers


def walk(last, choose):
    goto(last)
    stops = []
    here = last
    while True:
        command = choose(here)
        if command is None:
            return stops
        there = moved(command)
        if there >= 0:
            frame = gdb.newest_frame()
            stops.append([command, there, frame.name(), frame.find_sal().line])
            here = there


def until_the_beginning(command):
    return lambda here: None if here == 0 else command


def mixed(last, seed):
    """More back than forward: it gets through the whole history."""
    chosen = random.Random(seed)
    left = [MIXED_STEPS]

    def choose(here):
        left[0] -= 1
        if left[0] < 0:
            return None
        if here == last:
            return "reverse-step"
        return chosen.choice(MOVES + ["reverse-step", "reverse-next", "reverse-step", "reverse-stepi", "stepi"])

    return choose


def main():
    record()
    last = number()
    result = {"trace": trace(last), "moves": moves(last, MOVES)}
    result["walks"] = {
        "reverse-step": walk(last, until_the_beginning("reverse-step")),
        "reverse-next": walk(last, until_the_beginning("reverse-next")),
        "mixed": walk(last, mixed(last, 1)),
    }
    result["breakpoints"] = sorted({pc for pc, *_ in result["trace"][:-1]})[::BREAKPOINT_EVERY]
    for address in result["breakpoints"]:
        execute("break *%d" % address)
    result["moves"].update(moves(last, RUNS))
    with open(os.environ["BTS_ORACLE_OUT"], "w", encoding="utf-8") as out:
        json.dump(result, out)


main()
