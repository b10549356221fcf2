import { type CallOptions, type Connection, openResponse, passing, readText, reasonOf, unreachable } from './call.ts'
import { parseProblemDetails, RefusedError } from './problem-details.ts'

const streamPath = '/v1/stream'

/** The engine sends at least a comment each 15 s; after three times that, the connection is dead. */
const silenceMs = 45_000

/**
 * Opens a stream of a media type, which may have parameters, and returns its chunks. Throws RefusedError for a final
 * refusal, and EngineUnreachableError if a retry may help: no answer, a passing refusal, a broken or silent connection.
 */
export async function openStream(
  connection: Connection,
  mediaType: string,
  { headers, ...options }: CallOptions,
): Promise<AsyncGenerator<Uint8Array, void, undefined>> {
  const line = new AbortController()
  const timer = setTimeout(() => line.abort(), connection.timeoutMs)
  try {
    const response = await openResponse(connection, streamPath, { ...options, headers: { ...headers, accept: mediaType } }, line.signal)
    if (!response.ok) throw await refusalOf(response, connection)
    if (!response.body || !response.headers.get('content-type')?.startsWith(mediaType.split(';')[0] ?? mediaType))
      throw unreachable(connection, `it did not answer with ${mediaType}`)
    return passChunks(connection, response.body, line)
  } catch (error) {
    line.abort()
    throw error
  } finally {
    clearTimeout(timer)
  }
}

async function refusalOf(response: Response, connection: Connection): Promise<Error> {
  const problem = parseProblemDetails(response.headers.get('content-type'), await readText(response, connection))
  if (problem && !passing.has(response.status)) return new RefusedError(problem)
  return unreachable(connection, problem?.detail || `it answered ${response.status}`)
}

/**
 * Fails if no chunk arrives for too long. The reader's own time does not count: a slow reader holds the engine back,
 * and its connection is not dead. Closes the connection when the reader stops.
 */
async function* passChunks(connection: Connection, body: ReadableStream<Uint8Array>, line: AbortController) {
  const reader = body.getReader()
  try {
    for (;;) {
      const timer = setTimeout(() => line.abort(new Error(`nothing arrived for ${silenceMs} ms`)), silenceMs)
      const { done, value } = await reader.read().finally(() => clearTimeout(timer))
      if (done) return
      yield value
    }
  } catch (error) {
    throw unreachable(connection, `the connection broke: ${reasonOf(error)}`, error)
  } finally {
    line.abort()
  }
}
