import type { Readable } from 'node:stream'

/** All that a command knows of its environment. */
export interface Terminal {
  readonly settings: {
    readonly url: string
    /** A bearer token from the environment. */
    readonly token: string | undefined
    /** A private key that signs a member token for each act. */
    readonly keyFile?: string | undefined
    /** The bearer token of an operator. */
    readonly operatorToken: string | undefined
    /** The engine's data directory, where it keeps its development keys. */
    readonly dataDir: string
    /** The settings of the services on this machine, for commands that open their stores. */
    readonly environment: Readonly<Record<string, string | undefined>>
  }
  /** Writes to standard output; resolves when the stream accepts more. */
  write(text: string): Promise<void>
  /** Writes a line to standard error, for people. */
  tell(line: string): void
  /** Sets the progress text on the last line of a terminal; undefined clears it. */
  showProgress(text: string | undefined): void
  readonly stdin: Readable
  readonly colors: {
    readonly bold: (text: string) => string
    readonly dim: (text: string) => string
    readonly red: (text: string) => string
  }
  now(): Date
  /** Aborts when the user presses Ctrl-C. Until it is called, Ctrl-C ends the process as usual. */
  interruption(): AbortSignal
  setExitCode(code: 1 | 2): void
}

/** Ends the command with exit code 2. The message says why and what to do. */
export class Failure extends Error {
  override readonly name = 'Failure'
}
