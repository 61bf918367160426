import { Writable } from 'node:stream';

/**
 * The way to the client, which may be gone at any moment. Without this, the base logs a failed write to the client,
 * which is a write that fails, and so on for ever.
 *
 * @param gone called once, when the first write has failed; what is written later is dropped.
 */
export function clientStream(out: NodeJS.WritableStream, gone: () => void): Writable {
  let broken = false;
  out.on('error', () => {
    if (!broken) gone();
    broken = true;
  });
  return new Writable({
    decodeStrings: false,
    write(chunk: string | Uint8Array, encoding, done) {
      if (!broken) out.write(chunk as string, encoding);
      done();
    },
  });
}
