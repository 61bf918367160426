import type { Exporter } from './export-source';
import { folded } from './folded';
import { lcov } from './lcov';
import { perfScript } from './perf-script';
import { traceEvent } from './trace-event';

/** What a history can be exported to, by the names users give. */
export const EXPORTERS: Readonly<Record<'perf-script' | 'trace-event' | 'lcov' | 'folded', Exporter>> = {
  'perf-script': perfScript,
  'trace-event': traceEvent,
  lcov,
  folded,
};
