import type { Readable } from 'node:stream'

/** Everything a command knows of the world it runs in. */
export interface Terminal {
  readonly settings: {
    readonly url: string
    /** A bearer token that was given from outside. */
    readonly token: string | undefined
    /** A private key that tokens of a member are signed with, each for one act. */
    readonly keyFile?: string | undefined
    /** The same of who runs the engine. */
    readonly operatorToken: string | undefined
    /** The engine's data directory, where it keeps its development keys. */
    readonly dataDir: string
    /** As the services of an engine on this machine have it, for what stands beside them. */
    readonly environment: Readonly<Record<string, string | undefined>>
  }
  /** Writes to standard output; resolves when there is room for more. */
  write(text: string): Promise<void>
  /** A line on standard error, for people. */
  tell(line: string): void
  /** What stands on the last line of the screen while a long file is read; undefined clears it. Only on a terminal. */
  showProgress(text: string | undefined): void
  readonly stdin: Readable
  readonly colors: {
    readonly bold: (text: string) => string
    readonly dim: (text: string) => string
    readonly red: (text: string) => string
  }
  now(): Date
  /** Aborts when the person presses Ctrl-C. Until it is asked for, Ctrl-C ends the process as usual. */
  interruption(): AbortSignal
  setExitCode(code: 1 | 2): void
}

/** Ends the command: what was asked for could not be done at all. The message says why and what to do. Exit code 2. */
export class Failure extends Error {
  override readonly name = 'Failure'
}
