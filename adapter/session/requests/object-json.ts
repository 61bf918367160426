import type { Live } from '../live';
import type { MiVariableObject } from '../mi';

/** The base's context `variables`: an object with its children as JSON text, one level deep. */
export async function objectJson(live: Live, object: MiVariableObject): Promise<string> {
  if (Number(object.numchild ?? 0) === 0) return object.value ?? '';
  const members = await childrenOf(live, object.name);
  const entries = members.map((m): [string, unknown] => [m.exp ?? '', plain(m)]);
  return JSON.stringify(
    /\[[^\]]*\]$/.test(object.type ?? '') ? entries.map(([, v]) => v) : Object.fromEntries(entries),
    null,
    2,
  );
}

async function childrenOf(live: Live, name: string): Promise<MiVariableObject[]> {
  const { children = [] } = await live.gdb.sendCommand<{ children?: MiVariableObject[] }>(
    `-var-list-children --all-values ${name}`,
  );
  const lists = children.map((c) =>
    c.type === undefined && /^(public|protected|private)$/.test(c.exp ?? '') ? childrenOf(live, c.name) : [c],
  );
  return (await Promise.all(lists)).flat();
}

function plain({ type = '', value = '' }: MiVariableObject): unknown {
  if (/\bbool$/.test(type)) return value === 'true';
  if (/\b(?:char|short|int|long|float|double)$/.test(type) && /^-?\d+(?:\.\d*)?$/.test(value))
    return Number(value);
  return value;
}
