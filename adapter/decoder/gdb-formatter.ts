import { Formatter, FormatterSyntax, type Instruction, MemorySizeOptions, Register } from 'iced-x86';

/** A size suffix that 64-bit mode implies, which GDB has left out since binutils 2.37. */
const IMPLIED_SIZE = /^(call|jmp|push|pop)q +/;

/** Intel syntax: GDB writes `fs:0x28` for what others write as `fs:[0x28]`. */
const BRACKETED_ABSOLUTE = /(?<=\b[c-gs]s:)\[(0x[0-9a-f]+)\]/;

const OPERAND_COLUMN = 7;

/** Instructions as GDB's `x/i` prints them, as near as iced-x86 comes; addresses without symbol names. */
export class GdbFormatter {
  private readonly att = gdbStyle(new Formatter(FormatterSyntax.Gas));
  private readonly intel = gdbStyle(new Formatter(FormatterSyntax.Intel));

  /** `(bad)` for what is no instruction, as GDB says. */
  format(instruction: Instruction, flavour: 'att' | 'intel'): string {
    if (instruction.isInvalid) return '(bad)';
    const formatter = flavour === 'att' ? this.att : this.intel;
    // GDB prints the displacements that were encoded, zeros included.
    formatter.showZeroDisplacements =
      instruction.memoryDisplSize !== 0 && instruction.memoryDisplacement === 0n;
    formatter.alwaysShowScale = instruction.memoryIndex !== Register.None;
    const text = formatter
      .format(instruction)
      .replace(IMPLIED_SIZE, (_, mnemonic: string) => mnemonic.padEnd(OPERAND_COLUMN))
      .replace(BRACKETED_ABSOLUTE, '$1');
    if (!instruction.isIpRelMemoryOperand) return text;
    return `${text}        # 0x${instruction.ipRelMemoryAddress.toString(16)}`;
  }
}

function gdbStyle(formatter: Formatter): Formatter {
  formatter.firstOperandCharIndex = OPERAND_COLUMN;
  formatter.hexPrefix = '0x';
  formatter.hexSuffix = '';
  formatter.uppercaseHex = false;
  formatter.leadingZeros = false;
  formatter.branchLeadingZeros = false;
  formatter.addLeadingZeroToHexNumbers = false;
  formatter.smallHexNumbersInDecimal = false;
  formatter.ripRelativeAddresses = true;
  formatter.showUselessPrefixes = true;
  formatter.showBranchSize = false;
  formatter.uppercaseKeywords = true;
  formatter.memorySizeOptions = MemorySizeOptions.Always;
  return formatter;
}
