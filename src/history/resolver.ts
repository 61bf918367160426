import type { Location } from '../symbols/symbol-table';

/** The dynamic linker's way of finding where a call through the PLT leads. */
const RESOLVER = /^_dl_(runtime_resolve|runtime_profile|fixup$|profile_fixup$)/;

/** Whether code runs between a call and the function that was meant: no debugger steps into it, whatever is known of its lines. */
export function isResolver(location: Location): boolean {
  return RESOLVER.test(location.frames.at(-1)!.name);
}
