import { notSupported } from '../../errors';
import { ADAPTER_MARK, type GdbBackend } from '../../target/gdb-backend';
import type { HitCondition } from './breakpoint-spec';

/** What our Python in GDB sends for a logpoint's hit. */
export interface LogpointHit {
  readonly number: number;
  readonly text: string;
}

interface Logpoint {
  readonly message: string;
  readonly condition: string | undefined;
  readonly hit: HitCondition | undefined;
  readonly file: string | undefined;
  readonly line: number | undefined;
}

/**
 * A logpoint is a breakpoint whose condition prints, and is never true. So the program does not stop at all: a step
 * that runs over a logpoint goes on to its end (had we stopped and continued, the step would be lost), and a hit costs
 * no round trip.
 */
const python = `
import gdb, json
class BtsLogpoint(gdb.Function):
    points = {}
    def __init__(self):
        super().__init__("_bts_log")
    def invoke(self, number):
        point = self.points.get(int(number))
        if point is None:
            return 0
        try:
            if point["condition"] and not bool(gdb.parse_and_eval(point["condition"])):
                return 0
        except Exception as error:
            self.say(int(number), "condition: %s" % error)
            return 0
        point["hits"] += 1
        hit = point["hit"]
        if hit:
            over = point["hits"] - hit["skip"]
            if over < 1 or (hit["kind"] == "once" and over > 1):
                return 0
            if hit["kind"] == "every" and point["hits"] % (hit["skip"] + 1) != 0:
                return 0
        text = ""
        for part in point["parts"]:
            text += part["text"] if "text" in part else self.value(part["expression"])
        self.say(int(number), text)
        return 0
    def value(self, expression):
        try:
            return gdb.parse_and_eval(expression).format_string()
        except Exception as error:
            return "<%s>" % error
    def say(self, number, text):
        gdb.write("${ADAPTER_MARK.replaceAll('\x1a', '\\x1a')}logpoint " + json.dumps({"number": number, "text": text}) + "\\n")
BtsLogpoint()
`;

const prepared = new WeakSet<GdbBackend>();

/** Makes an inserted breakpoint a logpoint. @throws when this GDB has no Python. */
export async function setLogpoint(gdb: GdbBackend, number: string, point: Logpoint): Promise<void> {
  if (!prepared.has(gdb)) {
    try {
      await runPython(gdb, python);
    } catch {
      throw notSupported('Logpoints need a GDB with Python. Install the full gdb package (apt install gdb).');
    }
    prepared.add(gdb);
  }
  const value = {
    parts: parseLogMessage(point.message),
    condition: point.condition ?? '',
    hit: point.hit ?? null,
    hits: 0,
  };
  await runPython(
    gdb,
    `BtsLogpoint.points[${number}] = json.loads(bytes.fromhex("${hex(JSON.stringify(value))}").decode())`,
  );
  await gdb.sendCommand(`-break-condition ${number} $_bts_log(${number})`);
}

/** GDB's command line takes one line: the text travels as hexadecimal digits. */
async function runPython(gdb: GdbBackend, text: string): Promise<void> {
  await gdb.console(`python exec(bytes.fromhex("${hex(text)}").decode())`);
}

const hex = (text: string) => Buffer.from(text).toString('hex');

type LogMessagePart = { readonly text: string } | { readonly expression: string };

/**
 * `{expr}` is replaced by the expression's value; braces nest, and `\{` stands for a brace.
 *
 *     i={i} of {n[0]}   →   'i=', i, ' of ', n[0]
 */
export function parseLogMessage(message: string): LogMessagePart[] {
  const parts: LogMessagePart[] = [];
  let text = '';
  for (let i = 0; i < message.length; i++) {
    const c = message[i]!;
    if (c === '\\' && /[{}\\]/.test(message[i + 1] ?? '')) {
      text += message[++i];
      continue;
    }
    const end = c === '{' ? closingBrace(message, i) : -1;
    if (end < 0 || message.slice(i + 1, end).trim() === '') {
      text += c;
      continue;
    }
    if (text !== '') parts.push({ text });
    text = '';
    parts.push({ expression: message.slice(i + 1, end).trim() });
    i = end;
  }
  if (text !== '') parts.push({ text });
  return parts;
}

function closingBrace(message: string, open: number): number {
  let depth = 0;
  for (let i = open; i < message.length; i++) {
    if (message[i] === '{') depth++;
    else if (message[i] === '}' && --depth === 0) return i;
  }
  return -1;
}
