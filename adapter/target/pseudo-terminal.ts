import { execFile, spawn } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { promisify } from 'node:util';

/**
 * A pseudo-terminal for the program: line-buffered output as in a real terminal, and a standard input.
 *
 * Node opens /dev/ptmx but has no ioctl to unlock the other side, so a child that inherits the descriptor does it:
 * perl, which is in the base system of Debian and Ubuntu. Echo and NL → CR NL are off: the debug console shows
 * what was typed already, and wants lines as the program wrote them.
 */
export interface PseudoTerminal {
  /** Our side: the caller owns the descriptor. */
  readonly master: number;
  /** The program's side, open as long as we hold it, so that the master sees no end of file between writers. */
  readonly slave: number;
  /** `/dev/pts/N` */
  readonly path: string;
}

const TIOCSPTLCK = 0x40045431;
const TIOCGPTN = 0x80045430;
const unlock =
  `my $z = pack("i", 0); ioctl(STDIN, ${TIOCSPTLCK}, $z) or die "unlock: $!";` +
  `my $n = pack("i", 0); ioctl(STDIN, ${TIOCGPTN}, $n) or die "number: $!";` +
  `my $p = "/dev/pts/" . unpack("i", $n); $| = 1; print $p; exec("stty", "-F", $p, @ARGV)`;

/** @throws when there is no /dev/ptmx, perl or stty: the caller falls back to pipes. */
export async function openPseudoTerminal(mode: 'console' | 'raw'): Promise<PseudoTerminal> {
  const master = openSync('/dev/ptmx', constants.O_RDWR | constants.O_NOCTTY);
  try {
    const settings = mode === 'console' ? ['-echo', '-onlcr', 'rows', '24', 'cols', '80'] : ['raw', '-echo'];
    const path = await runPerl(master, settings);
    return { master, slave: openSync(path, constants.O_RDWR | constants.O_NOCTTY), path };
  } catch (error) {
    closeSync(master);
    throw error;
  }
}

function runPerl(master: number, settings: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const perl = spawn('perl', ['-e', unlock, '--', ...settings], { stdio: [master, 'pipe', 'pipe'] });
    let out = '';
    let problem = '';
    perl.stdout!.on('data', (chunk) => {
      out += chunk;
    });
    perl.stderr!.on('data', (chunk) => {
      problem += chunk;
    });
    perl.on('error', reject);
    perl.on('close', (code) =>
      code === 0 ? resolve(out) : reject(new Error(`no pseudo-terminal: ${problem || `perl: ${code}`}`)),
    );
  });
}

/** Makes named pipes, which Node cannot. */
export async function makeFifos(paths: readonly string[]): Promise<void> {
  await promisify(execFile)('mkfifo', ['-m', '600', ...paths]);
}
