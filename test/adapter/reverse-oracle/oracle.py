"""GDB's own walks through a recorded run: the oracle of reverse-oracle.test.ts. Works on GDB 13 and newer.

Run as `gdb -nx -q -batch -x oracle.py PROGRAM` with BTS_ORACLE_OUT (a file to write) in the environment. Records the
program with `record full` from its first instruction to a breakpoint at `finished`, and writes one JSON object:

  trace        one entry an instruction, oldest first; the index is GDB's instruction number, the last one is the live end
  breakpoints  the addresses that reverse-continue and continue stop at
  moves        {command: [number, ...]}: from each instruction to which one; -1 where GDB refuses, null where not asked
  walks        {name: [stop, ...]}: from the live end, each step from where the last ended

oracle.ts says what entries and stops are.
"""

import json
import os
import random
import re

import gdb

LINES = ["reverse-step", "reverse-next", "step", "next"]
FINISHES = ["reverse-finish", "finish"]
# More back than forward, so that a walk gets through much of the history.
MORE = ["reverse-stepi", "reverse-nexti", "stepi", "nexti", "reverse-step", "reverse-next"]
RUNS = ["reverse-continue", "continue"]
MIXED_STEPS = 200
SEED = 1
# Instructions of the code for each breakpoint.
BREAKPOINT_EVERY = 11
# Instructions of the run for each one from which it is finished and continued.
ASKED_EVERY = 6
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
    for setting in ("pagination off", "confirm off", "debuginfod enabled off", "backtrace past-main on",
                    "startup-with-shell off"):
        execute("set " + setting)
    execute("starti")
    execute("record full")
    execute("break finished")
    execute("continue")
    execute("delete")


def functions_at(pc):
    """Those that pc belongs to, innermost first: inlined ones and the one that is not."""
    functions = []
    block = gdb.block_for_pc(pc)
    while block is not None and not block.is_static:
        if block.function:
            functions.append(block.function)
        block = block.superblock
    return functions


def begins_statement(pc, sal):
    if sal.line == 0 or sal.pc != pc:
        return False
    return any(entry.pc == pc for entry in sal.symtab.linetable().line(sal.line) or ())


def body_of(function):
    breakpoint = gdb.Breakpoint(function, internal=True)
    address = breakpoint.locations[0].address
    breakpoint.delete()
    return address


static = {}  # pc -> what is the same each time it is executed


def static_part(pc):
    if pc not in static:
        sal = gdb.find_pc_line(pc)
        functions = functions_at(pc)
        start = int(functions[-1].value().address) if functions else 0
        body = body_of(functions[-1].name) if functions else 0
        static[pc] = {"statement": begins_statement(pc, sal), "start": start, "body": body}
    return static[pc]


def shown(frame):
    return {"function": frame.name(), "line": frame.find_sal().line}


def instruction():
    frame = gdb.newest_frame()
    pc = frame.pc()
    frames = 0
    places = []
    while frame is not None:
        if frames == 0:
            places.append(shown(frame))
        if frame.type() == gdb.NORMAL_FRAME:
            frames += 1
        frame = frame.older()
    return dict(static_part(pc), pc=pc, places=places, frames=frames)


def trace(last):
    entries = [instruction()]
    for _ in range(last):
        execute("reverse-stepi")
        entries.append(instruction())
    return entries[::-1]


def enter_inlined():
    """Shows the innermost function: where inlined ones begin, GDB stops as if they were still to be called."""
    while True:
        depth = 0
        frame = gdb.newest_frame()
        while frame is not None and frame.type() == gdb.INLINE_FRAME:
            depth += 1
            frame = frame.older()
        if depth >= len(functions_at(gdb.newest_frame().pc())) - 1:
            return
        before = number()
        execute("step")
        if number() != before:
            raise gdb.GdbError("step went on instead of into the inlined function")


def moved(command):
    try:
        execute(command)
    except gdb.error:
        return -1
    return number()


def moves(last, commands, every):
    answers = {}
    for command in commands:
        answers[command] = answer = []
        for start in range(last + 1):
            if start % every:
                answer.append(None)
                continue
            # GDB's last instruction is the live end: from there it would run on.
            if start == last and not command.startswith("reverse"):
                answer.append(-1)
                continue
            try:
                execute("record goto %d" % start)
            except gdb.error:
                pass  # it is there already
            enter_inlined()
            answer.append(moved(command))
    return answers


def walk(last, commands):
    """Stops of the commands, up to the beginning of the history."""
    goto(last)
    stops = []
    here = last
    for command in commands:
        # Forward from the live end it would run on.
        command = "reverse-step" if here == last else command
        there = moved(command)
        if there < 0:
            continue
        enter_inlined()
        stops.append(dict(shown(gdb.newest_frame()), command=command, to=there))
        here = there
        if here == 0:
            break
    return stops


def main():
    record()
    last = number()
    result = {"trace": trace(last), "moves": moves(last, LINES, 1)}
    result["moves"].update(moves(last, FINISHES, ASKED_EVERY))
    result["walks"] = {
        "reverse-step": walk(last, ["reverse-step"] * last),
        "reverse-next": walk(last, ["reverse-next"] * last),
        "mixed": walk(last, random.Random(SEED).choices(LINES + FINISHES + MORE, k=MIXED_STEPS)),
    }
    result["breakpoints"] = sorted({entry["pc"] for entry in result["trace"][:-1]})[::BREAKPOINT_EVERY]
    for address in result["breakpoints"]:
        execute("break *%d" % address)
    result["moves"].update(moves(last, RUNS, ASKED_EVERY))
    with open(os.environ["BTS_ORACLE_OUT"], "w", encoding="utf-8") as out:
        json.dump(result, out)


main()
