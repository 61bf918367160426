import type { Fields } from './fields';
import { RECORDS_EXIT_IDS, RING_VERSION } from './layout';
import { RingError } from './ring-error';

/** Magic and version lie alike in all three files. @throws RingError */
export function checkHeader(fields: Fields, magic: readonly [number, number]): void {
  const { name } = fields.file;
  if (fields.u32(0) !== magic[0] || fields.u32(4) !== magic[1]) {
    throw new RingError('damaged', name, 'is not a branch recording, or one that never began');
  }
  const version = fields.u32(8);
  if (version > RING_VERSION) {
    throw new RingError('newer', name, `has version ${version}; this program knows up to ${RING_VERSION}`);
  }
  if (version === 0) throw new RingError('damaged', name, 'has version 0, which does not exist');
}

/** @throws RingError */
export function checkRecordKind(fields: Fields, offset: number): void {
  const kind = fields.u32(offset);
  if (kind !== RECORDS_EXIT_IDS) {
    throw new RingError(
      'newer',
      fields.file.name,
      `holds records of kind ${kind}, which this program does not know`,
    );
  }
}
