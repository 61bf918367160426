import { OutputEvent, Response } from '@vscode/debugadapter';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { GDBDebugSession } from 'cdt-gdb-adapter/dist/desktop/GDBDebugSession';
import * as errors from '../errors';
import type { RunInTerminal } from '../target/target';
import { clientStream } from './client-stream';

/** Requests that a client makes by itself, or shows the failure of in place: an error of theirs must not pop up. */
const quiet = new Set(
  (
    'breakpointLocations completions dataBreakpointInfo disassemble evaluate exceptionInfo gotoTargets modules ' +
    'readMemory scopes stackTrace threads variables'
  ).split(' '),
);

/** The base class with one way to answer, and one to fail. */
export abstract class DapSession extends GDBDebugSession {
  protected abstract answer(request: DebugProtocol.Request): Promise<unknown> | undefined;

  protected override dispatchRequest(request: DebugProtocol.Request): void {
    const answer = this.answer(request);
    if (answer === undefined) super.dispatchRequest(request);
    else void this.respond(request, answer);
  }

  override start(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): void {
    super.start(
      input,
      clientStream(output, () => this.shutdown()),
    );
  }

  output(text: string, category: 'console' | 'important' | 'stdout' | 'stderr' = 'console'): void {
    this.sendEvent(new OutputEvent(text, category));
  }

  /** The one place where an error becomes a response. */
  protected fail(response: DebugProtocol.Response, error: unknown): void {
    const bug = error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
    if (bug) this.logger.error(String(error.stack));
    const shown = bug ? errors.internal(errors.messageOf(error)) : error;
    const code = shown instanceof errors.AdapterError ? shown.code : 'gdb';
    const format = errors.messageOf(shown);
    response.success = false;
    response.message = format;
    const showUser = !quiet.has(response.command);
    response.body = { error: { id: code === 'internal' ? 2 : 1, format, variables: { code }, showUser } };
    this.sendResponse(response);
  }

  /** The base's error responses: its formatting would take braces in GDB's message for variables. */
  override sendErrorResponse(
    response: DebugProtocol.Response,
    codeOrMessage: number | DebugProtocol.Message,
    format?: string,
  ): void {
    this.fail(response, new Error(typeof codeOrMessage === 'number' ? (format ?? '') : codeOrMessage.format));
  }

  /** DAP's reverse request runInTerminal. The client may take long: a terminal of VS Code starts a shell first. */
  protected readonly inTerminal: RunInTerminal = (options) =>
    new Promise((resolve, reject) => {
      this.sendRequest('runInTerminal', options, 30_000, (response: DebugProtocol.Response) => {
        if (response.success) resolve();
        else reject(new Error(response.message || 'the client refused'));
      });
    });

  private async respond(request: DebugProtocol.Request, answer: Promise<unknown>): Promise<void> {
    const response: DebugProtocol.Response = new Response(request);
    try {
      const body = await answer;
      if (body !== undefined) response.body = body;
      this.sendResponse(response);
    } catch (error) {
      this.fail(response, error);
    }
  }
}
