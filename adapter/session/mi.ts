/** What GDB/MI answers, as the base's parser gives it: the fields used here, as GDB names them. */

export interface MiFrame {
  readonly level?: string;
  readonly addr?: string;
  readonly func?: string;
  readonly file?: string;
  readonly fullname?: string;
  readonly line?: string;
  readonly from?: string;
}

/** `*stopped`, and `=thread-…` where it has the same fields. */
export interface MiStopped {
  readonly reason?: string;
  readonly bkptno?: string;
  readonly disp?: string;
  readonly 'thread-id'?: string;
  readonly 'stopped-threads'?: string | readonly string[];
  readonly 'signal-name'?: string;
  readonly 'signal-meaning'?: string;
  readonly 'exit-code'?: string;
  readonly wpt?: { readonly number: string; readonly exp: string };
  readonly 'hw-rwpt'?: { readonly number: string; readonly exp: string };
  readonly 'hw-awpt'?: { readonly number: string; readonly exp: string };
  readonly wpnum?: string;
  readonly value?: { readonly old?: string; readonly new?: string; readonly value?: string };
  readonly 'syscall-name'?: string;
  readonly newpid?: string;
  readonly 'new-exec'?: string;
  readonly frame?: MiFrame;
}

export interface MiBreakpoint {
  readonly number: string;
  readonly type?: string;
  readonly disp?: string;
  readonly enabled?: string;
  readonly addr?: string;
  readonly file?: string;
  readonly fullname?: string;
  readonly line?: string;
  readonly pending?: string;
  readonly times?: string;
  readonly ignore?: string;
  readonly what?: string;
  readonly 'original-location'?: string;
  readonly locations?: readonly MiBreakpoint[];
}

/** A breakpoint with its locations: MI2 gives them as further tuples behind it, MI3 inside it. */
export function breakpointOf(raw: MiBreakpoint | readonly MiBreakpoint[]): {
  readonly main: MiBreakpoint;
  readonly locations: readonly MiBreakpoint[];
} {
  const [main, ...rest] = Array.isArray(raw) ? (raw as readonly MiBreakpoint[]) : [raw as MiBreakpoint];
  const locations =
    rest.length > 0 ? rest : (main!.locations ?? (main!.addr?.startsWith('0x') ? [main!] : []));
  return { main: main!, locations };
}

export interface MiVariableObject {
  readonly name: string;
  readonly exp?: string;
  readonly numchild?: string;
  readonly value?: string;
  readonly type?: string;
  readonly has_more?: string;
  readonly dynamic?: string;
  readonly displayhint?: string;
}
