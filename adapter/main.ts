#!/usr/bin/env node
import { runCli } from './cli/cli';

/** The one entry of the adapter's process: the command `bts`, VS Code's debug adapter (`bts dap`) included. */
void runCli(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
});
