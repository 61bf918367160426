/**
 * One record of a thread's history in four bytes: the index of an interned edge ({@link EdgeIndex}), or, with
 * {@link EVENT_BIT} set, the index of an event in the table that travels with the records.
 */
export type RecordValue = number & { readonly __unit: 'record value' };

/** Row of an {@link import('./edge-table').EdgeTable}. */
export type EdgeIndex = number & { readonly __unit: 'edge index' };

/**
 * The place of a record within its thread. Fixed for the life of the history: the first record ever ingested
 * first gets 0, newer ones count up and older ones, ingested later, count down (they are negative).
 */
export type RecordIndex = number & { readonly __unit: 'record index' };

export const EVENT_BIT = 0x8000_0000;

/** Most records one slice holds; a slice is ingested in one go, well under 50 ms. */
export const SLICE_RECORDS = 65_536;
