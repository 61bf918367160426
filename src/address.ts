/**
 * An absolute code address as a signed double: user addresses are exact (below 2^53), kernel addresses are
 * small negatives. User addresses at or beyond 2^53 (LA57 mappings) are refused where they enter.
 */
export type Address = number & { readonly __unit: 'address' };

/** `0x`-prefixed lower-case hex without padding; a negative (kernel) address in its 64-bit form. */
export function formatAddress(address: Address): string {
  return address >= 0 ? `0x${address.toString(16)}` : `0x${BigInt.asUintN(64, BigInt(address)).toString(16)}`;
}

/** Reads what {@link formatAddress} writes; `undefined` for anything else, and for user addresses beyond 2^53. */
export function parseAddress(text: string): Address | undefined {
  if (!/^0x[0-9a-f]{1,16}$/i.test(text)) return undefined;
  const value = Number(BigInt.asIntN(64, BigInt(text)));
  return Number.isSafeInteger(value) ? (value as Address) : undefined;
}
