import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { FileBody, SaveArguments } from '../../../src/protocol/history';
import { saveBtrace } from '../../btrace/save-btrace';
import { version } from '../../version';
import type { Recording } from './recording';

/** bts/save: all that has been recorded, to a file that opens anywhere. */
export async function save(recording: Recording, args: SaveArguments): Promise<FileBody> {
  await recording.finish();
  const { recorder, history, symboliser, modules, pass } = recording;
  const path = resolve(args.path);
  const metadata = {
    ...recording.metadata,
    recorder: recorder.kind,
    why: recorder.why,
    mode: recorder.mode,
    records: recorder.records,
    savedAt: new Date().toISOString(),
    toolVersion: version,
  };
  await saveBtrace(
    path,
    { history, code: recorder.code, symboliser, modules: modules.modules, metadata },
    pass,
  );
  return { path, bytes: (await stat(path)).size };
}
