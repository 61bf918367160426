const NT_GNU_BUILD_ID = 3;
const NT_GNU_PROPERTY_TYPE_0 = 5;
const GNU_PROPERTY_X86_ISA_1_NEEDED = 0xc0008002;

/** What the notes of an ELF file tell. */
export interface ElfNotes {
  /** Hex, as `file` prints it; absent when the linker wrote none. */
  buildId?: string;
  /** x86 ISA level that the file says it needs (GNU_PROPERTY_X86_ISA_1_NEEDED): 1 to 4; absent when it does not. */
  isaLevelNeeded?: number;
}

/** Reads the contents of a PT_NOTE segment of a 64-bit file into `findings`. */
export function readNotes(notes: Buffer, findings: ElfNotes): void {
  for (let at = 0; at + 12 <= notes.length; ) {
    const nameSize = notes.readUInt32LE(at);
    const size = notes.readUInt32LE(at + 4);
    const type = notes.readUInt32LE(at + 8);
    const name = notes.toString('latin1', at + 12, at + 12 + nameSize);
    const start = at + 12 + ((nameSize + 3) & ~3);
    const description = notes.subarray(start, start + size);
    if (name === 'GNU\0' && description.length === size) {
      if (type === NT_GNU_BUILD_ID && size > 0) findings.buildId = description.toString('hex');
      if (type === NT_GNU_PROPERTY_TYPE_0) readProperties(description, findings);
    }
    at = start + ((size + 3) & ~3);
  }
}

function readProperties(properties: Buffer, findings: ElfNotes): void {
  for (let at = 0; at + 8 <= properties.length; ) {
    const type = properties.readUInt32LE(at);
    const size = properties.readUInt32LE(at + 4);
    if (type === GNU_PROPERTY_X86_ISA_1_NEEDED && size === 4 && at + 12 <= properties.length) {
      const bits = properties.readUInt32LE(at + 8); // bit n: level n + 1
      if (bits !== 0) findings.isaLevelNeeded = 32 - Math.clz32(bits);
    }
    at += 8 + Math.ceil(size / 8) * 8;
  }
}
