import type { DebugProtocol } from '@vscode/debugprotocol';
import type { FrameReference } from 'cdt-gdb-adapter/dist/types/session';
import type { Live } from '../live';
import type { MiVariableObject } from '../mi';
import { frameOptions } from './frame-options';
import { addressOf, createObject, isArray, showObject } from './show-object';
import type { VariableObjectNode } from './variable-store';

/** So many children are shown of what does not say how many it has; more would hold up the stop. */
const LIMIT = 1000;

/** The arguments and local variables of a frame, innermost block first. */
export async function listLocals(
  live: Live,
  reference: number,
  frame: FrameReference,
): Promise<DebugProtocol.Variable[]> {
  const { variables } = await live.gdb.sendCommand<{ variables: { name: string; value?: string }[] }>(
    `-stack-list-variables ${frameOptions(frame)}--all-values`,
  );
  const seen = new Set<string>();
  return Promise.all(
    variables.map(async ({ name, value }) => {
      // An expression finds the innermost of a name only; of the others GDB gives the value alone.
      if (seen.has(name)) return { name: `${name} (outer block)`, value: value ?? '', variablesReference: 0 };
      seen.add(name);
      try {
        const object = await createObject(live, name, frame);
        live.variables.nameChild(reference, name, object.name);
        const shown = await showObject(live, object, name, name, frame);
        const address = await addressOf(live, name, frame);
        if (address && isArray(object.type)) shown.value = address;
        if (address && !shown.memoryReference) shown.memoryReference = address;
        return shown;
      } catch {
        return { name, value: value ?? '<not available>', variablesReference: 0 };
      }
    }),
  );
}

/** The general registers, then the others, in hexadecimal. */
export async function listRegisters(live: Live, frame: FrameReference): Promise<DebugProtocol.Variable[]> {
  const [names, values] = await Promise.all([
    live.gdb.sendCommand<{ 'register-names': string[] }>('-data-list-register-names'),
    live.gdb.sendCommand<{ 'register-values': { number: string; value: string }[] }>(
      `-data-list-register-values ${frameOptions(frame)}x`,
    ),
  ]);
  return values['register-values'].flatMap(({ number, value }) => {
    const name = names['register-names'][Number(number)];
    return name ? [{ name, evaluateName: `$${name}`, value, variablesReference: 0 }] : [];
  });
}

/** The children of a structure, array, or container. */
export async function listChildren(
  live: Live,
  reference: number,
  node: VariableObjectNode,
  start: number,
  count: number | undefined,
): Promise<DebugProtocol.Variable[]> {
  const end = start + Math.min(count ?? LIMIT, LIMIT);
  const answer = await children(live, node.name, `${start} ${end}`);
  const list = answer.children ?? [];
  const result: DebugProtocol.Variable[] = [];
  if (node.displayHint === 'map') {
    for (let i = 0; i + 1 < list.length; i += 2)
      result.push(await showObject(live, list[i + 1]!, `[${list[i]!.value}]`, undefined, node.frame));
  } else {
    for (const [index, child] of list.entries())
      result.push(...(await showChild(live, reference, node, child, start + index)));
  }
  if (answer.has_more === '1' && count === undefined)
    result.push({
      name: '…',
      value: `more than ${LIMIT} elements: watch one by its index`,
      variablesReference: 0,
    });
  return result;
}

async function showChild(
  live: Live,
  reference: number,
  node: VariableObjectNode,
  child: MiVariableObject,
  index: number,
): Promise<DebugProtocol.Variable[]> {
  const label = child.exp ?? String(index);
  // C++ puts members under their access; users look for the members.
  if (child.type === undefined && /^(public|protected|private)$/.test(label)) {
    const members = await children(live, child.name, '');
    const shown = await Promise.all(
      (members.children ?? []).map((m, i) => showChild(live, reference, node, m, i)),
    );
    return shown.flat();
  }
  const array = isArray(node.type);
  const name = array ? `[${label}]` : label;
  const expression = array
    ? node.expression && `${node.expression}[${label}]`
    : node.dynamic
      ? undefined
      : await pathOf(live, node.expression, child.name);
  live.variables.nameChild(reference, name, child.name);
  const shown = await showObject(live, child, name, expression, node.frame);
  if (isArray(child.type) && expression)
    shown.value = (await addressOf(live, expression, node.frame)) ?? shown.value;
  return [shown];
}

type Children = { readonly children?: readonly MiVariableObject[]; readonly has_more?: string };

const children = (live: Live, name: string, range: string) =>
  live.gdb.sendCommand<Children>(`-var-list-children --all-values ${name} ${range}`);

/**
 * An expression for a child. GDB's own, `((parent)->member)`, is written as a person would where that means the same.
 */
async function pathOf(live: Live, parent: string | undefined, object: string): Promise<string | undefined> {
  try {
    const answer = await live.gdb.sendCommand<{ path_expr: string }>(`-var-info-path-expression ${object}`);
    const [, member] = /^\(\(.*\)((?:\.|->)\w+)\)$/.exec(answer.path_expr) ?? [];
    const plain = parent !== undefined && /^\w+((\.|->)\w+|\[\w+\])*$/.test(parent);
    return (member !== undefined && plain ? parent + member : answer.path_expr) || undefined;
  } catch {
    return undefined;
  }
}
