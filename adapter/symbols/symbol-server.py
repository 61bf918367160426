"""Answers symbol questions in bulk from inside a GDB process of our own; works on GDB 13 and newer.

Started as `gdb -nx -q -batch -x symbol-server.py` by gdb-symbol-process.ts, which states the protocol too.
One JSON request a line on stdin, one JSON answer a line on fd 3; the end of stdin ends GDB.

  {"setup": [command, ...]}                     -> {"gdb": version}
  {"module": path, "offset": number}            -> {} or {"error": text}
  {"addresses": [number, ...]}                  -> {"strings": [...], "stacks": [...], "answers": [...]}

`strings` and `stacks` are what this answer adds to tables that live as long as the process. A stack is
[function start or -1, name, file, line, name, file, line, ...], innermost frame first: name and file are
string indices (file -1: unknown), line 0 is unknown. An answer is stack index * 2 + is_stmt, or -1.
"""

import json
import os
import re

import gdb

OFFSET = re.compile(r"\+?([+-]\d+)>$")
MAX_INLINE_DEPTH = 200


class Tables:
    def __init__(self):
        self.strings = {}
        self.stacks = {}
        self.new_strings = []
        self.new_stacks = []

    def string(self, text):
        index = self.strings.get(text)
        if index is None:
            index = self.strings[text] = len(self.strings)
            self.new_strings.append(text)
        return index

    def stack(self, key):
        index = self.stacks.get(key)
        if index is None:
            index = self.stacks[key] = len(self.stacks)
            self.new_stacks.append(key)
        return index

    def take_new(self):
        new = {"strings": self.new_strings, "stacks": self.new_stacks}
        self.new_strings = []
        self.new_stacks = []
        return new


tables = Tables()
function_names = {}  # name with parameters -> string index of the name without
file_names = {}  # (symtab file name, objfile) -> string index
real_depths = {}  # entries of nested functions -> how many of them count
stack_indices = {}  # (entries, line, file) -> stack index
statement_places = {}  # (symtab file name, objfile, line) -> addresses where a statement of the line begins


def without_parameters(name):
    """`ns::f<int>(int) const` -> `ns::f<int>`, as GDB names frames; leaves `operator()` and the like whole."""
    if not name.endswith((")", "const", "volatile", "&")):
        return name
    end = name.rfind(")")
    depth = 0
    for at in range(end, -1, -1):
        if name[at] == ")":
            depth += 1
        elif name[at] == "(":
            depth -= 1
            if depth == 0:
                head = name[:at]
                return name if at == 0 or head.endswith(("operator", "::")) else head
    return name


def function_name(symbol):
    name = symbol.print_name
    index = function_names.get(name)
    if index is None:
        index = function_names[name] = tables.string(without_parameters(name))
    return index


def file_of(symtab):
    if symtab is None:
        return -1
    key = (symtab.filename, symtab.objfile.filename)
    index = file_names.get(key)
    if index is None:
        index = file_names[key] = tables.string(symtab.fullname())
    return index


def begins_statement(sal, address):
    """Whether the line table has a place to stop exactly here: linetable().line() leaves out non-statements."""
    if sal.line == 0 or sal.pc != address:
        return False
    symtab = sal.symtab
    # The objfile's file name and not the object: one is made anew at each access.
    key = (symtab.filename, symtab.objfile.filename, sal.line)
    places = statement_places.get(key)
    if places is None or address not in places:
        # Files included by several compilation units have a table in each: gather them as they come up.
        entries = symtab.linetable().line(sal.line) or ()
        places = statement_places.setdefault(key, {})
        for entry in entries:
            places[entry.pc] = True
        places.setdefault(address, False)
    return places[address]


def formatted(address):
    """(name, start) of the function or nearest ELF symbol that GDB prints for the address, or None."""
    _, bracket, text = gdb.format_address(address).partition(" <")
    if not bracket:
        return None
    # `<name+12>`, `<name>`, and `<name-28>` or `<name+-28>` in a part of a function split off below its entry.
    match = OFFSET.search(text)
    return (text[: match.start()], address - int(match.group(1))) if match else (text[:-1], address)


def functions_at(address):
    """[(function symbol, entry)] of the blocks at the address that are functions, innermost first."""
    block = gdb.block_for_pc(address)
    chain = []
    while block is not None and not block.is_static and not block.is_global:
        symbol = block.function
        if symbol is not None:
            # An enclosing function that does not hold the address is the lexical home of a nested function
            # or lambda, not a caller.
            if chain and not block.start <= address < block.end:
                break
            chain.append((symbol, int(symbol.value().address)))
            if len(chain) > MAX_INLINE_DEPTH:
                break
        block = block.superblock
    return chain


def real_depth(address, entries):
    """How many of the functions with these entries count: inlined ones and then the real one.

    The real function is the outermost that begins where GDB says the function here begins.
    """
    depth = real_depths.get(entries)
    if depth is None:
        symbol = formatted(address)
        real = [at for at, entry in enumerate(entries) if symbol and entry == symbol[1]]
        depth = real_depths[entries] = real[-1] + 1 if real else len(entries)
    return depth


def stack_at(address, line, file):
    """Index of the stack at an address of the given innermost line, or -1."""
    chain = functions_at(address)
    if not chain:
        symbol = formatted(address)
        if symbol is not None:
            return tables.stack((symbol[1], tables.string(symbol[0]), file, line))
        return tables.stack((-1, tables.string("??"), file, line)) if line else -1
    entries = tuple(entry for _, entry in chain)
    key = (entries, line, file)
    index = stack_indices.get(key)
    if index is None:
        chain = chain[: real_depth(address, entries)]
        stack = [chain[-1][1]]
        for function, _ in chain:
            stack += [function_name(function), file, line]
            # An inlined function's symbol is "declared" at its call site: the place in the next frame out.
            line = function.line
            file = file_of(function.symtab) if line else -1
        index = stack_indices[key] = tables.stack(tuple(stack))
    return index


def answer(address):
    try:
        # Not shared among the addresses of sal.pc to sal.last: GDB lets that range run over other files' lines.
        sal = gdb.find_pc_line(address)
        line = sal.line
        stack = stack_at(address, line, file_of(sal.symtab) if line else -1)
        return stack * 2 + (1 if begins_statement(sal, address) else 0) if stack >= 0 else -1
    except (gdb.error, RuntimeError, UnicodeDecodeError):
        return -1  # damaged debug information: unknown, and the other addresses are still answered


def handle(request):
    if "setup" in request:
        for command in request["setup"]:
            gdb.execute(command, to_string=True)
        return {"gdb": gdb.VERSION}
    if "module" in request:
        path = request["module"].replace("\\", "\\\\").replace('"', '\\"')
        try:
            gdb.execute('add-symbol-file "%s" -o %d' % (path, request["offset"]), to_string=True)
        except gdb.error as error:
            return {"error": str(error)}
        return {}
    answers = [answer(address) for address in request["addresses"]]
    return dict(tables.take_new(), answers=answers)


def serve():
    with os.fdopen(0, "r", encoding="utf-8") as requests, os.fdopen(3, "w", encoding="utf-8") as answers:
        for line in requests:
            answers.write(json.dumps(handle(json.loads(line))) + "\n")
            answers.flush()


serve()
