import { type Connection, unreachable } from './call.ts'
import { openStream } from './open-stream.ts'
import { EngineUnreachableError } from './problem-details.ts'
import { pause, pauseMsAfter } from './retries.ts'

/** The ledger accepts no fact above 600 kB. */
const lineCharactersMax = 4_000_000

export interface ExportOptions {
  readonly signal?: AbortSignal | undefined
  /**
   * Adds the proof after the facts: lines with their own `type` (`holdfast.export-proof.v1`). An older engine sends
   * none. `seen` are checkpoints for which the engine adds consistency proofs: names of trees with their numbers of
   * facts.
   */
  readonly proof?: { readonly seen?: readonly { readonly origin: string; readonly size: number }[] } | undefined
}

/**
 * Yields all facts that the caller has access to, one JSON text per line, in ledger order. An interrupted export throws
 * EngineUnreachableError and must be started again: the lines so far are incomplete.
 */
export async function* exportLines(connection: Connection, options: ExportOptions = {}): AsyncGenerator<string, void, undefined> {
  const chunks = await openPatiently(connection, options)
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > lineCharactersMax) throw new Error(`a line of the export is longer than ${lineCharactersMax} characters`)
    for (const line of lines) if (line !== '') yield line
  }
  if (rest !== '') throw unreachable(connection, 'the export ended in the middle of a line')
}

async function openPatiently(connection: Connection, { signal, proof }: ExportOptions) {
  const seen = proof?.seen?.map(({ origin, size }) => `${origin}:${size}`)
  const mediaType = proof ? 'application/x-ndjson; proof=tree' : 'application/x-ndjson'
  for (let attempt = 1; ; attempt++) {
    try {
      return await openStream(connection, mediaType, { query: { from: 'start', seen }, signal })
    } catch (error) {
      signal?.throwIfAborted()
      if (!(error instanceof EngineUnreachableError) || attempt >= connection.retries.attemptsMax) throw error
      await pause(pauseMsAfter(attempt, connection.retries), signal)
    }
  }
}
